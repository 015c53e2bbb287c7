// Saves a sheet while it is typed: only what changed, again and again until it is stored, and never over a colleague's text.
//
// <form data-sheet="/save" data-sheet-id="7"> with a hidden "version"; [data-sheet-state] shows what became of it and carries the sentences.
// What could not be saved yet is kept in this window, also over a reload, and forgotten as soon as it is stored.

const form = document.querySelector("form[data-sheet]");

if (form) {
  const state = form.querySelector("[data-sheet-state]");
  const words = state.dataset;
  const version = form.elements.version;
  const key = `sheet ${form.dataset.sheetId}`;
  const token = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";
  const IGNORED = new Set(["csrf_token", "version", "was", "outcome", "act", "gmina_text", "referral", "referral_text"]);
  const PAUSE = 500;
  const LONGEST_WAIT = 15000;

  let pending = new Map();
  let sending = null;
  let timer = null;
  let wait = 1000;
  let stopped = false;

  const named = (name) => [...form.querySelectorAll("[name]")].filter((one) => one.name === name);
  const savable = (field) => field.name && !IGNORED.has(field.name) && !field.name.startsWith("state-");

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
    if (name.endsWith(".role")) unfold();
  }

  const say = (text, kind) => {
    if (state.textContent === text) return;
    state.textContent = text;
    state.dataset.kind = kind;
  };

  // Kept for this window only; a shared computer forgets it with the window.
  const remember = () =>
    pending.size ? sessionStorage.setItem(key, JSON.stringify([...pending])) : sessionStorage.removeItem(key);

  function note(name) {
    pending.set(name, valueOf(name));
    remember();
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  function save() {
    clearTimeout(timer);
    if (sending) return sending;
    if (!pending.size || stopped) return Promise.resolve();
    sending = send().finally(() => {
      sending = null;
      if (pending.size && !stopped) timer = setTimeout(save, wait);
    });
    return sending;
  }

  async function send() {
    const sent = new Map(pending);
    let answer;
    try {
      answer = await fetch(form.dataset.sheet, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token(), "X-Requested-With": "sheet" },
        body: JSON.stringify({ version: Number(version.value), values: Object.fromEntries(sent) }),
        signal: AbortSignal.timeout(10000),
      });
    } catch {
      return again();
    }
    if (answer.status === 401) return halt(words.signedOut);
    const result = await answer.json().catch(() => null);
    if (answer.status === 409 && result?.closed) return halt(words.closed);
    if (!answer.ok || !result) return again();
    settle(sent, result);
  }

  function again() {
    say(words.trying, "needs");
    wait = Math.min(wait * 2, LONGEST_WAIT);
    throw new Error("not saved");
  }

  function halt(text) {
    stopped = true;
    say(text, "needs");
    throw new Error("stopped");
  }

  function settle(sent, { version: newest, saved, by, disputed, news, refused }) {
    wait = 1000;
    version.value = newest;
    for (const [name, value] of sent) {
      if (JSON.stringify(pending.get(name)) === JSON.stringify(value)) pending.delete(name);
      tell(name, refused[name] ?? "");
    }
    remember();
    for (const [name, value] of Object.entries(news)) if (!pending.has(name)) show(name, value);
    for (const [name, value] of Object.entries(disputed)) dispute(name, value, by);
    if (!pending.size) say(words.saved.replace("{time}", saved), "ok");
  }

  // A sentence beside the field; the typed text stays.
  function tell(name, text) {
    const field = named(name)[0];
    const group = field?.closest(".govuk-form-group") ?? field?.parentElement;
    if (!group) return;
    let line = group.querySelector(":scope > [data-sheet-error]");
    if (!text) {
      line?.remove();
      field.removeAttribute("aria-invalid");
      return;
    }
    if (!line) {
      line = Object.assign(document.createElement("p"), { className: "govuk-error-message" });
      line.dataset.sheetError = "";
      line.setAttribute("role", "alert");
      group.append(line);
    }
    line.textContent = text;
    field.setAttribute("aria-invalid", "true");
  }

  // Both texts stay in sight until somebody decides.
  function dispute(name, theirs, by) {
    const field = named(name)[0];
    const group = field.closest(".govuk-form-group") ?? field.parentElement;
    group.querySelector(":scope > .dispute")?.remove();
    const box = Object.assign(document.createElement("div"), { className: "dispute" });
    box.setAttribute("role", "alert");
    const heading = Object.assign(document.createElement("p"), { textContent: words.disputed.replace("{name}", by || words.somebody) });
    const text = Object.assign(document.createElement("blockquote"), { textContent: Array.isArray(theirs) ? theirs.join(", ") : String(theirs) });
    const mine = Object.assign(document.createElement("button"), { type: "button", className: "govuk-button govuk-button--secondary", textContent: words.keep });
    const other = Object.assign(document.createElement("button"), { type: "button", className: "govuk-button govuk-button--quiet", textContent: words.theirs });
    mine.addEventListener("click", () => {
      box.remove();
      note(name);
    });
    other.addEventListener("click", () => {
      box.remove();
      pending.delete(name);
      remember();
      show(name, theirs);
    });
    box.append(heading, text, mine, other);
    group.append(box);
  }

  // Fields that make sense for one role only.
  function unfold() {
    for (const part of form.querySelectorAll("[data-when]")) {
      const filled = [...part.querySelectorAll("input,select")].some((one) => one.value);
      part.hidden = valueOf(part.dataset.when) !== part.dataset.whenValue && !filled;
    }
  }

  // The question behind the field in focus, in the caller's language.
  function ask(target) {
    const line = form.querySelector("[data-sheet-question]");
    const { question, questionLang } = target.closest("[data-question]")?.dataset ?? {};
    if (!line || !question) return;
    const words = Object.assign(document.createElement("bdi"), { textContent: `«${question}»`, lang: questionLang });
    line.replaceChildren(words);
  }

  async function act(name) {
    await save().catch(() => {});
    if (pending.size) return;
    const fields = new FormData(form);
    fields.set("act", name);
    fields.delete("was");
    await fetch(form.action, { method: "POST", body: fields, headers: { "X-CSRFToken": token(), "X-Requested-With": "sheet" } }).catch(() => {});
    document.dispatchEvent(new CustomEvent("sheet:acted"));
  }

  form.addEventListener("input", ({ target }) => {
    if (savable(target) && target.type !== "hidden") note(target.name);
    if (target.name?.endsWith(".role")) unfold();
    // Emptied by hand, the place is gone as well.
    if (target.name === "gmina_text" && !target.value) {
      form.elements.gmina.value = "";
      note("gmina");
    }
  });
  form.addEventListener("change", ({ target }) => {
    if (target.dataset?.act) act(target.dataset.act);
    else if (target.name && savable(target) && target.type !== "hidden") note(target.name);
  });
  form.addEventListener("combobox:chosen", ({ target, detail }) => {
    if (target.id === "gmina_text") note("gmina");
    if (target.dataset.act !== "refer") return;
    form.elements.referral.value = detail.value;
    act("refer").then(() => {
      target.value = "";
      target.focus();
    });
  });
  // Enter in a field saves; only a button sends the page.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented || event.ctrlKey || !event.target.matches("input,select")) return;
    event.preventDefault();
    save().catch(() => {});
  });
  form.addEventListener("focusin", ({ target }) => ask(target));

  // A button sends the whole form, so what is being saved is waited for first.
  let leaving = false;
  form.addEventListener("submit", (event) => {
    if (leaving || (!sending && !pending.size)) {
      leaving = true;
      return;
    }
    event.preventDefault();
    const { submitter } = event;
    save()
      .catch(() => {})
      .then(() => {
        if (pending.size) return;
        leaving = true;
        form.requestSubmit(submitter);
      });
  });
  document.addEventListener("idle:before-lock", ({ detail }) => detail.waitFor(save().then(() => {
    if (pending.size) throw new Error("not saved");
  })));
  document.addEventListener("live:contacts", ({ detail }) => {
    if (detail.id === form.dataset.sheetId && !leaving && !sending && !pending.size && !stopped) refresh();
  });
  addEventListener("beforeunload", (event) => {
    if (pending.size) event.preventDefault();
  });
  addEventListener("online", () => save().catch(() => {}));

  // Nothing is sent; the answer says what colleagues changed.
  async function refresh() {
    pending = new Map();
    sending = send().catch(() => {}).finally(() => (sending = null));
    await sending;
  }

  for (const [name, value] of JSON.parse(sessionStorage.getItem(key) ?? "[]")) {
    if (!named(name).length) continue;
    show(name, value);
    pending.set(name, value);
  }
  unfold();
  save().catch(() => {});
}
