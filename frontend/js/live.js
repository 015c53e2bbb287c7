// Keeps pages true while somebody else works: one stream of events per browser, fragments fetched again when their topic changes.
//
// <body data-live="/stream">, events "changed" with {"topic", "id"} and "stale": anything may have changed.
// <section data-live-topic="calls tasks" data-live-src="/fragment" [data-live-id="7"]> is filled anew with the HTML of its source;
// with data-live-tag="…", the ETag of what it shows, the source need not send that again.
// <span data-elapsed>0:14</span> counts on from what the server wrote, by the time that passes here and not by this machine's clock.

const url = document.body.dataset.live;
const EDITED = "input:not([type=hidden]),textarea,select";
const GRACE = 4000;
const waiting = new Map();

const sections = () => document.querySelectorAll("[data-live-src]");

function edited(section) {
  return [...section.querySelectorAll(EDITED)].some((field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) {
      const first = [...field.options].findIndex((option) => option.defaultSelected);
      return !field.multiple && field.selectedIndex !== Math.max(first, 0);
    }
    return field.value !== field.defaultValue;
  });
}

let asked = 0;

async function refresh(section) {
  const turn = ++asked;
  const { liveSrc, liveTag } = section.dataset;
  const known = liveTag ? { "If-None-Match": liveTag } : {};
  const answer = await fetch(liveSrc, { headers: { "X-Requested-With": "live", ...known }, cache: "no-store" });
  if (answer.status === 304) section.liveHtml ??= "";
  // Signed out or gone: what is shown stays, the next click says why.
  if (!answer.ok || answer.redirected) return;
  const html = await answer.text();
  // A slow answer does not undo what a later question has brought already.
  if (turn < section.liveTurn) return;
  section.liveTurn = turn;
  if (html === section.liveHtml || edited(section)) return;
  section.liveHtml = html;
  if (liveTag) section.dataset.liveTag = answer.headers.get("ETag") ?? "";
  const focused = section.contains(document.activeElement) ? document.activeElement.id : "";
  const open = new Set([...section.querySelectorAll("details[open][id]")].map((one) => one.id));
  section.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  for (const id of open) section.querySelector(`details[id="${CSS.escape(id)}"]`)?.setAttribute("open", "");
  if (focused) {
    const again = section.querySelector(`[id="${CSS.escape(focused)}"]`);
    if (!again) section.tabIndex = -1;
    (again ?? section).focus({ preventScroll: true });
  }
  section.dispatchEvent(new CustomEvent("live:replaced", { bubbles: true }));
}

// Several changes within a breath are one.
function soon(section) {
  if (waiting.has(section)) return;
  const task = async () => {
    await new Promise((done) => setTimeout(done, 120));
    waiting.delete(section);
    await refresh(section);
  };
  waiting.set(section, task().catch(() => {}));
}

function look({ topic, id }) {
  for (const section of sections()) {
    const { liveTopic = "", liveId } = section.dataset;
    const meant = topic === "*" || (liveTopic.split(" ").includes(topic) && (!liveId || id === undefined || liveId === String(id)));
    if (meant) soon(section);
  }
}

// Another script of this page has changed something and does not want to wait for the stream.
document.addEventListener("live:look", ({ detail }) => look(detail));

function hear({ topic, id }) {
  look({ topic, id });
  if (topic !== "*") document.dispatchEvent(new CustomEvent(`live:${topic}`, { detail: { topic, id } }));
}

function show(up) {
  for (const line of document.querySelectorAll("[data-live-lost]")) line.hidden = up;
  document.dispatchEvent(new CustomEvent("live:state", { detail: { up } }));
}

if (url) {
  const channel = new BroadcastChannel(`live ${url}`);
  const receive = (message) => ("up" in message ? show(message.up) : hear(message));
  const tell = (message) => {
    channel.postMessage(message);
    receive(message);
  };
  channel.onmessage = ({ data }) => receive(data);

  let opened = false;
  let worry;
  const open = (pause = 2000) => {
    const source = new EventSource(url);
    source.addEventListener("changed", (event) => tell(JSON.parse(event.data)));
    source.addEventListener("stale", () => tell({ topic: "*" }));
    source.onopen = () => {
      pause = 2000;
      clearTimeout(worry);
      worry = undefined;
      tell({ up: true });
      // What happened while nobody listened is not told again, so everything is looked at again.
      if (opened) tell({ topic: "*" });
      opened = true;
    };
    source.onerror = () => {
      opened = true;
      // The server ends a stream every few minutes; that is no reason to frighten anybody.
      worry ??= setTimeout(tell, GRACE, { up: false });
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(open, pause, Math.min(pause * 2, 30000));
    };
  };

  // Browsers allow few connections to one host, so one page listens and tells the others; when it closes, the next takes over.
  if (navigator.locks) {
    navigator.locks.request(`live ${url}`, { ifAvailable: true }, (lock) => {
      if (lock) {
        open();
        return new Promise(() => {});
      }
      navigator.locks.request(`live ${url}`, () => {
        opened = true;
        open();
        return new Promise(() => {});
      });
    });
  } else {
    open();
  }
}

const begun = new WeakMap();

function tick() {
  for (const span of document.querySelectorAll("[data-elapsed]")) {
    if (!begun.has(span)) {
      const [minutes, seconds] = span.textContent.split(":").map(Number);
      begun.set(span, performance.now() - (minutes * 60 + seconds) * 1000);
    }
    const passed = Math.floor((performance.now() - begun.get(span)) / 1000);
    span.textContent = `${Math.floor(passed / 60)}:${String(passed % 60).padStart(2, "0")}`;
  }
}

document.addEventListener("live:replaced", tick);
tick();
setInterval(tick, 1000);
