// Saves a sheet while it is typed: only what changed, again and again until it is stored, and never over a colleague's text.
//
// <form data-sheet="/save" data-sheet-id="7" data-sheet-reader="12"> with a hidden "version"; [data-sheet-state] shows what became of it and carries the sentences.
// What could not be saved yet is kept in this window, also over a reload, and forgotten as soon as it is stored. It is kept with the
// version that was seen when it was typed, so that it never replaces what a colleague wrote meanwhile; what is in dispute is kept as well.
// [data-sheet-agreement] says of the gmina in the form whether it has an agreement; its address answers {"sentence"}.
// [data-sheet-kept="7"] on a closed contact shows its reader what this window still keeps of it, in its <textarea>, as it stood on the page;
// [data-sheet-forget] throws it away.

import { fieldsOf } from "./fields.js";

const form = document.querySelector("form[data-sheet]");
const closed = document.querySelector("[data-sheet-kept]");

if (form) {
  const { named, valueOf, seen, groupOf, tell, inWords, labelOf, ...fields } = fieldsOf(form);
  const state = form.querySelector("[data-sheet-state]");
  const words = state.dataset;
  const version = form.elements.version;
  const key = keyOf(form.dataset.sheetId);
  const agreement = form.querySelector("[data-sheet-agreement]");
  const meta = document.querySelector("meta[name=csrf-token]");
  const IGNORED = new Set(["csrf_token", "version", "was", "outcome", "act", "gmina_text", "referral", "referral_text"]);
  const PAUSE = 500;
  const LONGEST_PAUSE = 3000;
  const LONGEST_WAIT = 5000;
  const FORGOTTEN = [400, 401];

  let pending = new Map();
  let acts = [];
  const disputed = new Map();
  let sending = null;
  let timer = null;
  let since = null;
  let wait = 1000;
  let stopped = false;

  const savable = (field) => field.name && !IGNORED.has(field.name) && !field.name.startsWith("state-");
  const waiting = () => pending.size + acts.length > 0;
  const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

  function show(name, value) {
    fields.show(name, value);
    if (name.endsWith(".role")) unfold();
    if (name === "gmina") tellAgreement();
  }

  // An answer about a gmina that is not the chosen one any more is an answer to nothing.
  async function tellAgreement() {
    const code = form.elements.gmina.value;
    const answer = code && (await fetch(agreement.dataset.sheetAgreement + code).then((one) => (one.ok ? one.json() : null), () => null));
    if (code !== form.elements.gmina.value) return;
    agreement.textContent = answer?.sentence ?? "";
    if (answer?.sentence && document.activeElement === form.elements.gmina_text) agreement.scrollIntoView({ block: "nearest" });
  }

  const say = (text, kind) => {
    if (state.textContent === text) return;
    state.textContent = text;
    state.dataset.kind = kind;
  };

  // Kept for this window only; a shared computer forgets it with the window.
  function remember() {
    if (!waiting() && !disputed.size) return sessionStorage.removeItem(key);
    const place = pending.has("gmina") || disputed.has("gmina") ? form.elements.gmina_text.value : undefined;
    const told = [...pending, ...disputed].map(([name]) => `${labelOf(name)}: ${name === "gmina" ? place : inWords(name, valueOf(name))}`);
    const by = form.dataset.sheetReader;
    const kept = { version: Number(version.value), pending: [...pending], disputed: [...disputed], acts, place, told, by };
    sessionStorage.setItem(key, JSON.stringify(kept));
  }

  function note(name) {
    // What is in dispute is sent only when somebody has decided.
    if (disputed.has(name)) {
      disputed.set(name, valueOf(name));
      return remember();
    }
    pending.set(name, valueOf(name));
    remember();
    clearTimeout(timer);
    // Whoever types without a pause is saved all the same.
    since ??= Date.now();
    timer = setTimeout(quietly, Math.max(0, Math.min(PAUSE, since + LONGEST_PAUSE - Date.now())));
  }

  function save() {
    clearTimeout(timer);
    since = null;
    if (sending) return sending;
    if (!waiting() || stopped) return Promise.resolve();
    sending = send().finally(() => {
      sending = null;
      if (waiting() && !stopped) timer = setTimeout(quietly, wait);
    });
    return sending;
  }

  // What went wrong stands in the state of the sheet already.
  const quietly = () => save().catch(() => {});

  const post = (url, body, headers = {}) =>
    fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: { "X-CSRFToken": meta.content, "X-Requested-With": "sheet", ...headers },
      body,
      signal: AbortSignal.timeout(10000),
    }).catch(() => again());

  async function send() {
    if (pending.size || !acts.length) await sendValues();
    while (acts.length) await sendAct(acts[0]);
  }

  async function sendValues() {
    const sent = new Map(pending);
    const body = JSON.stringify({ version: Number(version.value), values: Object.fromEntries(sent) });
    const answer = await post(form.dataset.sheet, body, { "Content-Type": "application/json", Accept: "application/json" });
    if (FORGOTTEN.includes(answer.status)) return signedOut();
    const result = await answer.json().catch(() => null);
    if (answer.status === 409 && result?.closed) return halt(words.closed);
    if (!answer.ok || !result) return again();
    await settle(sent, result);
  }

  // An act that was done already changes nothing when it is asked for again.
  async function sendAct(wanted) {
    const answer = await post(form.action, new URLSearchParams({ ...wanted, version: version.value }));
    if (FORGOTTEN.includes(answer.status)) return signedOut();
    const done = answer.ok || answer.type === "opaqueredirect";
    if (!done && answer.status !== 409) return again();
    tell("referral_text", done ? "" : ((await parsed(answer)).querySelector(".govuk-error-summary li")?.textContent ?? ""));
    acts = acts.filter((one) => one !== wanted);
    remember();
    document.dispatchEvent(new CustomEvent("live:look", { detail: { topic: "contacts", id: form.dataset.sheetId } }));
  }

  function again(text = words.trying) {
    if (waiting()) say(text, "needs");
    wait = Math.min(wait * 2, LONGEST_WAIT);
    throw new Error("not saved");
  }

  // Whoever signs in again in another window has a new token; without it nothing would ever be saved here.
  async function signedOut() {
    const page = await fetch(location.pathname, { headers: { "X-Requested-With": "sheet" }, cache: "no-store" }).then(parsed, () => null);
    const token = page?.querySelector("meta[name=csrf-token]")?.content;
    if (!token || !page.querySelector("form.sheet")) return again(words.signedOut);
    meta.content = token;
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
    return again();
  }

  function halt(text) {
    stopped = true;
    say(text, "needs");
    throw new Error("stopped");
  }

  async function settle(sent, { version: newest, saved, by, disputed: others, news, refused }) {
    wait = 1000;
    version.value = newest;
    for (const [name, value] of sent) {
      if (JSON.stringify(pending.get(name)) === JSON.stringify(value)) pending.delete(name);
      tell(name, refused[name] ?? "");
    }
    for (const [name, value] of Object.entries(others)) dispute(name, value, by);
    for (const [name, value] of Object.entries(news)) hear(name, value, by);
    remember();
    if ("gmina" in news && !disputed.has("gmina")) form.elements.gmina_text.value = await placeStored();
    if (disputed.size) say(words.undecided, "needs");
    else if (!waiting()) say(words.saved.replace("{time}", saved), "ok");
  }

  // A colleague's change of a field that is not being sent: shown, unless something else was typed there meanwhile.
  function hear(name, value, by) {
    const mine = pending.has(name) || disputed.has(name);
    if (!mine) return show(name, value);
    pending.delete(name);
    if (JSON.stringify(valueOf(name)) === JSON.stringify(value)) settled(name);
    else dispute(name, value, by);
  }

  // A code says nothing to anybody, and only the page knows its name.
  async function placeStored() {
    const page = await fetch(location.pathname, { headers: { "X-Requested-With": "sheet" }, cache: "no-store" }).then(parsed, () => null);
    return page?.querySelector("[name=gmina_text]")?.value ?? "";
  }

  function settled(name) {
    disputed.delete(name);
    groupOf(seen(name)).querySelector(":scope > .dispute")?.remove();
    remember();
  }

  // Both texts stay in sight, and mine is kept, until somebody decides.
  function dispute(name, theirs, by) {
    const field = seen(name);
    const group = groupOf(field);
    group.querySelector(":scope > .dispute")?.remove();
    disputed.set(name, valueOf(name));
    const box = Object.assign(document.createElement("div"), { className: "dispute" });
    box.setAttribute("role", "alert");
    const heading = Object.assign(document.createElement("p"), { textContent: words.disputed.replace("{name}", by || words.somebody) });
    const text = Object.assign(document.createElement("blockquote"), { textContent: inWords(name, theirs) });
    if (name === "gmina") placeStored().then((place) => (text.textContent = place || "—"));
    const mine = Object.assign(document.createElement("button"), { type: "button", className: "govuk-button govuk-button--secondary", textContent: words.keep });
    const other = Object.assign(document.createElement("button"), { type: "button", className: "govuk-button govuk-button--quiet", textContent: words.theirs });
    mine.addEventListener("click", () => {
      settled(name);
      note(name);
      field.focus();
    });
    other.addEventListener("click", () => {
      if (name === "gmina") field.value = text.textContent.replace("—", "");
      pending.delete(name);
      settled(name);
      show(name, theirs);
      field.focus();
      if (!disputed.size && !waiting()) refresh();
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
    line.replaceChildren(Object.assign(document.createElement("bdi"), { textContent: `«${question}»`, lang: questionLang }));
  }

  function act(name, fields) {
    acts.push({ act: name, ...fields });
    remember();
    quietly();
  }

  form.addEventListener("input", ({ target }) => {
    if (savable(target) && target.type !== "hidden") note(target.name);
    if (target.name?.endsWith(".role")) unfold();
    // Emptied by hand, the place is gone as well.
    if (target.name === "gmina_text") tellAgreement();
    if (target.name === "gmina_text" && !target.value) {
      form.elements.gmina.value = "";
      note("gmina");
    }
  });
  form.addEventListener("change", ({ target }) => {
    if (target.dataset?.act) {
      if (target.name.startsWith("state-")) act(target.dataset.act, { [target.name]: target.value });
    } else if (target.name && savable(target) && target.type !== "hidden") {
      // A text that lost the focus after it was saved is no news.
      if (pending.has(target.name) || !["text", "textarea"].includes(target.type)) note(target.name);
    }
  });
  form.addEventListener("combobox:chosen", ({ target, detail }) => {
    if (target.id === "gmina_text") {
      note("gmina");
      tellAgreement();
    }
    if (target.dataset.act !== "refer") return;
    act("refer", { referral: detail.value });
    form.elements.referral.value = "";
    target.value = "";
    target.focus();
  });
  // Enter in a field saves; only a button sends the page.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented || event.ctrlKey || !event.target.matches("input,select")) return;
    event.preventDefault();
    quietly();
  });
  form.addEventListener("focusin", ({ target }) => ask(target));

  // A button sends the whole form, so what is being saved is waited for first.
  let leaving = false;
  let left = false;
  form.addEventListener("submit", (event) => {
    const { submitter } = event;
    if (disputed.size && submitter?.name !== "_language") {
      event.preventDefault();
      return form.querySelector(".dispute button").focus();
    }
    left = leaving || (!sending && !waiting());
    if (left) return;
    event.preventDefault();
    quietly().then(() => {
      if (waiting() || disputed.size) return;
      leaving = true;
      form.requestSubmit(submitter);
    });
  });
  // What is kept in this window is found again after unlocking, so only what can still be saved is waited for.
  document.addEventListener("idle:before-lock", ({ detail }) => detail.waitFor(save().then(() => {
    if (waiting() && !stopped) throw new Error("not saved");
  })));
  document.addEventListener("live:contacts", ({ detail }) => {
    if (detail.id === form.dataset.sheetId && !sending && !waiting() && !stopped && !left) refresh();
  });
  addEventListener("beforeunload", (event) => {
    if (waiting()) event.preventDefault();
  });
  addEventListener("online", quietly);

  // Nothing is sent; the answer says what colleagues changed.
  function refresh() {
    sending = sendValues().catch(() => {}).finally(() => {
      sending = null;
      if (waiting() && !stopped) timer = setTimeout(quietly, PAUSE);
    });
  }

  function restore(kept) {
    version.value = Math.min(kept.version, version.value);
    for (const [name, value] of kept.pending.filter(([name]) => named(name).length)) {
      show(name, value);
      pending.set(name, value);
    }
    if (pending.has("gmina") && kept.place !== undefined) form.elements.gmina_text.value = kept.place;
    acts = kept.acts;
    for (const [name, mine] of kept.disputed.filter(([name]) => named(name).length)) {
      const theirs = valueOf(name);
      if (JSON.stringify(theirs) === JSON.stringify(mine)) continue;
      show(name, mine);
      dispute(name, theirs, "");
    }
    remember();
  }

  const kept = keptAs(key);
  if (kept?.pending) restore(kept);
  unfold();
  quietly();
}

if (closed) {
  const key = keyOf(closed.dataset.sheetKept);
  const { told = [], by } = keptAs(key) ?? {};
  const field = closed.querySelector("textarea");
  // Somebody else may have sat at this window.
  const lines = by === closed.dataset.sheetReader ? told : [];
  field.value = lines.join("\n\n");
  closed.hidden = !lines.length;
  closed.querySelector("[data-sheet-forget]").addEventListener("click", () => {
    sessionStorage.removeItem(key);
    field.value = "";
    closed.hidden = true;
  });
}

function keyOf(id) {
  return `sheet ${id}`;
}

function keptAs(key) {
  return JSON.parse(sessionStorage.getItem(key) ?? "null");
}
