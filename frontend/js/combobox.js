// Turns a plain text field into a field that looks for what it may hold.
//
// <input id="gmina" data-combobox="/places?q=" data-combobox-target="gmina-code"> puts the chosen value into the element "gmina-code".
// With data-combobox-multiple="name" each choice becomes a removable chip with a hidden input of that name; chips that the
// server has rendered stand in <ul class="chips" id="{id}-chips">.
// The address answers [{"value", "label", "hint"}]. Without this script the text is sent and the server looks it up.

import { say } from "./words.js";

const make = (tag, props = {}, attributes = {}) => {
  const element = Object.assign(document.createElement(tag), props);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

function enhance(input) {
  if (input.dataset.comboboxReady) return;
  input.dataset.comboboxReady = "yes";
  const source = input.dataset.combobox;
  const target = document.getElementById(input.dataset.comboboxTarget);
  const multiple = input.dataset.comboboxMultiple;
  const label = input.labels?.[0];
  const list = make("ul", { className: "combobox__list", id: `${input.id}-list`, hidden: true }, { role: "listbox" });
  if (label) list.setAttribute("aria-label", label.textContent.trim());
  const status = make("span", { className: "govuk-visually-hidden" }, { role: "status" });
  const frame = make("div", { className: "combobox" });
  input.replaceWith(frame);
  frame.append(input, list, status);
  let chips = document.getElementById(`${input.id}-chips`);
  if (multiple && !chips) frame.before((chips = make("ul", { className: "chips", id: `${input.id}-chips` })));
  let options = [];
  let active = -1;
  let asked = 0;
  let timer;

  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) {
    input.setAttribute(name, value);
  }

  const point = (index) => {
    active = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    const item = list.children[index];
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  };

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    point(-1);
  };

  const show = (found) => {
    options = found;
    list.replaceChildren(
      ...found.map((option, at) => {
        const item = make("li", { id: `${list.id}-${at}` }, { role: "option", "aria-selected": "false" });
        item.append(make("bdi", { textContent: option.label }));
        if (option.hint) item.append(make("small", { textContent: option.hint }));
        return item;
      }),
    );
    status.textContent = found.length ? say("found", { n: found.length }) : say("nothing");
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    point(-1);
  };

  const search = async () => {
    const text = input.value.trim();
    const turn = ++asked;
    if (!text) return close();
    const answer = await fetch(source + encodeURIComponent(text)).catch(() => null);
    // An answer that comes after the next question was asked is an answer to nothing.
    if (turn === asked && answer?.ok) show(await answer.json());
  };

  const changed = () => frame.dispatchEvent(new Event("change", { bubbles: true }));

  const addChip = ({ value, label: text }) => {
    if ([...chips.querySelectorAll("input")].some((one) => one.value === value)) return;
    const chip = make("li");
    const button = make("button", { type: "button" }, { "aria-label": say("remove", { label: text }) });
    button.append(make("bdi", { textContent: text }));
    chip.append(make("input", { type: "hidden", name: multiple, value }), button);
    chips.append(chip);
  };

  const choose = (option) => {
    asked += 1;
    if (multiple) {
      addChip(option);
      input.value = "";
    } else {
      input.value = option.label;
      if (target) target.value = option.value;
    }
    status.textContent = say("chosen", { label: option.label });
    close();
    changed();
    input.dispatchEvent(new CustomEvent("combobox:chosen", { bubbles: true, detail: option }));
  };

  input.addEventListener("input", () => {
    // Text that was changed after the choice is no longer that choice.
    if (target && !multiple) target.value = "";
    clearTimeout(timer);
    timer = setTimeout(search, 150);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden) return void search();
      point((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length);
    } else if (event.key === "Enter" && !event.ctrlKey && !list.hidden && active >= 0) {
      event.preventDefault();
      choose(options[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Backspace" && !input.value && multiple) {
      chips.lastElementChild?.querySelector("button")?.focus();
    }
  });
  input.addEventListener("blur", close);
  // The press would take the focus, and with it the list, before the click arrives.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) choose(options[[...list.children].indexOf(item)]);
  });
  chips?.addEventListener("click", (event) => {
    const chip = event.target.closest("button")?.closest("li");
    if (!chip) return;
    event.preventDefault();
    chip.remove();
    input.focus();
    changed();
  });
}

const all = (root) => root.querySelectorAll("[data-combobox]").forEach(enhance);

all(document);
document.addEventListener("live:replaced", (event) => all(event.target));
