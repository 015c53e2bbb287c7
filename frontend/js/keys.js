// Every element with data-key is pressed by that key. "?" lists them all. Escape never throws text away.

import { say } from "./words.js";

const TYPING = "input:not([type=checkbox],[type=radio],[type=button],[type=submit]),textarea,select,[contenteditable]";
const ACTING = "a[href],button,summary,input,[role=option]";
const OFF = "keys-off";

const plain = (combo) => combo.length === 1;
const scope = () => [...document.querySelectorAll("dialog[open]")].pop() ?? document;
const usable = (element) => !element.disabled && element.getClientRects().length > 0;

function combo(event) {
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const parts = [event.ctrlKey && "Control", event.altKey && "Alt", event.shiftKey && name.length > 1 && "Shift"];
  return [...parts.filter(Boolean), name].join("+");
}

// A key by itself can be switched off, for those whose speech or trembling hand would press it unasked.
const singleKeys = () => localStorage.getItem(OFF) === null;

function press(element) {
  element.focus();
  if (!element.matches(TYPING)) element.click();
}

function textOf(element) {
  const label = element.dataset.keyLabel ?? element.getAttribute("aria-label");
  if (label) return label;
  const copy = (element.labels?.[0] ?? element).cloneNode(true);
  for (const hint of copy.querySelectorAll("kbd")) hint.remove();
  return copy.textContent.trim();
}

function row(key, text) {
  const term = document.createElement("dt");
  term.append(Object.assign(document.createElement("kbd"), { textContent: plain(key) ? key.toUpperCase() : key.replace("Control", "Ctrl").replaceAll("+", " ") }));
  return [term, Object.assign(document.createElement("dd"), { textContent: text })];
}

function help() {
  const dialog = document.createElement("dialog");
  const heading = Object.assign(document.createElement("h2"), { textContent: say("keys"), id: "keys-heading" });
  const list = Object.assign(document.createElement("dl"), { className: "keys" });
  for (const element of document.querySelectorAll("[data-key]")) {
    if (usable(element)) list.append(...row(element.dataset.key, textOf(element)));
  }
  list.append(...row("?", say("keys")));
  const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: singleKeys() });
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  const choice = document.createElement("p");
  const label = document.createElement("label");
  label.append(box, " ", say("keysSingle"));
  choice.append(label);
  const close = Object.assign(document.createElement("button"), {
    className: "govuk-button govuk-button--secondary",
    textContent: say("close"),
    autofocus: true,
  });
  close.addEventListener("click", () => dialog.close());
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(heading, list, choice, close);
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  // AltGr writes Polish letters, it commands nothing.
  if (event.defaultPrevented || event.repeat || event.isComposing || event.getModifierState("AltGraph") || event.metaKey) return;
  const typing = event.target.closest(TYPING);
  if (event.key === "Escape") {
    // The browser would empty a search field.
    if (typing?.type === "search" && typing.value) event.preventDefault();
    return;
  }
  const pressed = combo(event);
  if (plain(pressed) && (typing || (pressed !== "?" && !singleKeys()))) return;
  if ((pressed === "Enter" || pressed === " ") && (typing || event.target.closest(ACTING))) return;
  if (pressed === "?") {
    event.preventDefault();
    if (scope() === document) help();
    return;
  }
  const wanted = pressed.toLowerCase();
  const meant = [...scope().querySelectorAll("[data-key]")].filter((one) => one.dataset.key.toLowerCase() === wanted && usable(one));
  // What the page itself offers goes before the ways out of it.
  const element = meant.find((one) => one.closest("main, dialog")) ?? meant[0];
  if (!element) return;
  event.preventDefault();
  press(element);
});

// A dialog in which somebody has written closes by its buttons only.
document.addEventListener(
  "cancel",
  (event) => {
    const fields = event.target.querySelectorAll?.("input,textarea") ?? [];
    if ([...fields].some((field) => field.matches(TYPING) && field.value !== field.defaultValue)) event.preventDefault();
  },
  true,
);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
