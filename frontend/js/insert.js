// A button that puts a text where the cursor stands: data-insert names the element that holds it, data-into the field.
// Without this script the button sends the form, and the page comes back with the text at the end of what was typed.

for (const button of document.querySelectorAll("[data-insert]")) {
  const field = document.getElementById(button.dataset.into);
  field.addEventListener("focus", () => (field.dataset.seen = ""), { once: true });
  button.addEventListener("click", (event) => {
    event.preventDefault();
    // Where nobody has been yet, the cursor stands nowhere: the text goes to the end.
    const [start, end] = "seen" in field.dataset ? [field.selectionStart, field.selectionEnd] : [field.value.length, field.value.length];
    const gap = start > 0 && !/\s$/.test(field.value.slice(0, start)) ? "\n\n" : "";
    field.setRangeText(gap + document.getElementById(button.dataset.insert).textContent, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
