// A button that copies what a field holds: data-copy names the field, data-copied is what the button says afterwards.
// It is hidden in the page and shown only where copying works; without it the field is copied by hand.

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.copied;
  });
}
