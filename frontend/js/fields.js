// The fields of a form by name: what they hold, where they stand, what is wrong with them. A name may belong to several boxes.

export function fieldsOf(form) {
  const named = (name) => [...form.querySelectorAll("[name]")].filter((one) => one.name === name);

  function valueOf(name) {
    const fields = named(name);
    const [first] = fields;
    if (first.type === "radio") return fields.find((one) => one.checked)?.value ?? "";
    if (first.type === "checkbox" && first.value === "y") return first.checked;
    if (first.type === "checkbox") return fields.filter((one) => one.checked).map((one) => one.value);
    return first.value;
  }

  function show(name, value) {
    const fields = named(name);
    for (const field of fields) {
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type === "checkbox" && field.value === "y") field.checked = Boolean(value);
      else if (field.type === "checkbox") field.checked = value.includes(field.value);
      else field.value = value;
    }
  }

  // The field that somebody sees and types into.
  const seen = (name) => named(name === "gmina" ? "gmina_text" : name)[0];
  const groupOf = (field) => field?.closest(".govuk-form-group") ?? field?.parentElement;

  // A sentence beside the field; the typed text stays.
  function tell(name, text) {
    const field = seen(name);
    const group = groupOf(field);
    if (!group) return;
    const id = `${field.id}-error`;
    const described = (["radio", "checkbox"].includes(field.type) && field.closest("fieldset.govuk-fieldset")) || field;
    const others = (described.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
    let line = document.getElementById(id);
    if (text && !line) {
      line = Object.assign(document.createElement("p"), { className: "govuk-error-message", id });
      line.setAttribute("role", "alert");
      group.append(line);
    }
    if (text) line.textContent = text;
    else line?.remove();
    group.classList.toggle("govuk-form-group--error", Boolean(text));
    text ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
    const ids = text ? [...others, id] : others;
    ids.length ? described.setAttribute("aria-describedby", ids.join(" ")) : described.removeAttribute("aria-describedby");
  }

  // A value as it stands on the page, never as it is stored.
  function inWords(name, value) {
    const fields = named(name);
    const [first] = fields;
    const chosen = [value].flat();
    let texts = chosen.map((one) => String(one).replace(/^(\d{4}-\d\d-\d\d)T/, "$1 "));
    if (first.options) texts = [...first.options].filter((one) => one.value && one.value === value).map((one) => one.textContent);
    if (first.type === "radio" || first.type === "checkbox") {
      texts = fields.filter((one) => chosen.includes(one.value) || value === true).map((one) => wordsOf(one.labels[0]));
    }
    return texts.join(", ") || "—";
  }

  // What stands above a field, or above all boxes of it.
  function labelOf(name) {
    const field = seen(name);
    const legend = ["radio", "checkbox"].includes(field.type) && field.closest("fieldset.govuk-fieldset")?.querySelector("legend");
    return wordsOf(legend || field.labels[0]);
  }

  // Without the key that stands beside the words.
  function wordsOf(label) {
    const copy = label.cloneNode(true);
    for (const hint of copy.querySelectorAll("kbd")) hint.remove();
    return copy.textContent.trim();
  }

  return { named, valueOf, show, seen, groupOf, tell, inWords, labelOf };
}
