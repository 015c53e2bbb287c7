// Sentences that scripts say, in the language of the page: base.html puts them on the body.

const table = JSON.parse(document.body.dataset.words || "{}");

export const say = (name, values = {}) =>
  (table[name] || "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

export const post = (url, fields = {}) =>
  fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]")?.content ?? "" },
  });
