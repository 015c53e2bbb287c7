// Moves the duties of the roster by keys and by the pointer. Without it each duty is a link to its page, where the same can be done.
//
// <section data-roster data-roster-failed="sentence" data-live-topic="duties drafts" data-live-src="…"> holds the table of a week or a month;
// with data-roster-edges a duty can be drawn longer by its lower edge.
// <tr data-post="id"><td id="…" data-day="2026-11-23"><a data-bar="draft-3" data-starts="17:00" data-ends="21:00" href="…/edit?…">.
// A move is sent to "…/move" with the day, the hours and the version seen; the answer says the new version or why not.
// <p data-roster-said role="status"> says what became of it. The table is fetched anew by live.js, which keeps the focus by its id.

import { post } from "./words.js";

const roster = document.querySelector("[data-roster]");
const said = document.querySelector("[data-roster-said]");
const DAY = 24 * 60;
const STEP = 30;
const GRIP = 8;
const PIXELS_PER_STEP = 10;
const THRESHOLD = 5;

const minutes = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
const clock = (number) => {
  const wall = ((number % DAY) + DAY) % DAY;
  return `${String(Math.floor(wall / 60)).padStart(2, "0")}:${String(wall % 60).padStart(2, "0")}`;
};

function later(day, days) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

// Where a bar is: its day and post come from its cell, unless a step that is still on its way says otherwise.
function place(bar) {
  const cell = bar.closest("td[data-day]");
  return {
    day: bar.dataset.day ?? cell.dataset.day,
    post: bar.dataset.post ?? cell.parentElement.dataset.post,
    starts: bar.dataset.starts,
    ends: bar.dataset.ends,
  };
}

let waiting = Promise.resolve();

// One step after the other: each is told by the version that the one before it left.
function move(id, change) {
  waiting = waiting.then(() => send(id, change)).catch(() => say(roster.dataset.rosterFailed, "needs"));
  return waiting;
}

async function send(id, change) {
  const bar = document.getElementById(id);
  if (!bar?.dataset.bar) return;
  const wanted = { ...place(bar), ...change(place(bar)) };
  const answer = await post(bar.pathname.replace(/edit$/, "move"), { ...wanted, version: bar.dataset.bar });
  // Signed out or locked: the page says so by itself when it is loaded.
  if (answer.status === 401) return location.reload();
  const { said: sentence, error, version } = await answer.json();
  if (answer.ok) {
    // Until the table comes anew the bar itself knows where it is; a further step may be waiting.
    const now = document.getElementById(id);
    if (now) Object.assign(now.dataset, wanted, { bar: version });
  }
  say(answer.ok ? sentence : error, answer.ok ? "" : "needs");
  document.dispatchEvent(new CustomEvent("live:look", { detail: { topic: "drafts" } }));
}

function say(text, kind) {
  said.textContent = text ?? "";
  said.classList.toggle("state--needs", kind === "needs");
}

const byDays = (days) => (now) => ({ day: later(now.day, days) });

function byMinutes(number) {
  return (now) => {
    const start = minutes(now.starts) + number;
    return { day: later(now.day, Math.floor(start / DAY)), starts: clock(start), ends: clock(minutes(now.ends) + number) };
  };
}

const longer = (number) => (now) => ({ ends: clock(minutes(now.ends) + number) });

const SHIFTED = {
  ArrowLeft: () => byDays(mirrored() ? 1 : -1),
  ArrowRight: () => byDays(mirrored() ? -1 : 1),
  ArrowUp: () => byMinutes(-STEP),
  ArrowDown: () => byMinutes(STEP),
};
const mirrored = () => document.documentElement.dir === "rtl";

const links = (cell) => [...cell.querySelectorAll("a")];

function beside(cell, key) {
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const back = (key === "ArrowLeft") !== mirrored();
    const found = back ? cell.previousElementSibling : cell.nextElementSibling;
    return found?.matches("td") ? links(found)[0] : null;
  }
  const row = key === "ArrowUp" ? cell.parentElement.previousElementSibling : cell.parentElement.nextElementSibling;
  const inside = row ? links(row.cells[cell.cellIndex]) : [];
  return key === "ArrowUp" ? inside.at(-1) : inside[0];
}

function next(link, key) {
  const cell = link.closest("td");
  const inside = links(cell);
  const further = inside[inside.indexOf(link) + (key === "ArrowDown" ? 1 : -1)];
  return (key === "ArrowUp" || key === "ArrowDown") && further ? further : beside(cell, key);
}

roster?.addEventListener("keydown", (event) => {
  const link = event.target.closest("td[data-day] a");
  if (!link || event.ctrlKey || event.altKey || event.metaKey) return;
  const arrow = event.key.startsWith("Arrow");
  const change = (event.shiftKey && SHIFTED[event.key]?.()) || { "+": longer(STEP), "-": longer(-STEP) }[event.key];
  if (change && link.dataset.bar) {
    event.preventDefault();
    move(link.id, change);
  } else if (arrow && !event.shiftKey) {
    event.preventDefault();
    next(link, event.key)?.focus();
  }
});

let drag = null;
let dropped = false;

const cellAt = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-roster] td[data-day]");

function stretched(event) {
  const steps = Math.round((event.clientY - drag.y) / PIXELS_PER_STEP);
  const length = (minutes(drag.ends) - minutes(drag.starts) + DAY) % DAY;
  return Math.max(length + steps * STEP, STEP) - length;
}

function unmark() {
  for (const cell of roster.querySelectorAll("[data-target]")) delete cell.dataset.target;
}

roster?.addEventListener("pointerdown", (event) => {
  const bar = event.target.closest("a[data-bar]");
  // A finger scrolls; whoever has no mouse has the page of the duty.
  if (!bar || event.button || event.pointerType === "touch" || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { starts, ends } = bar.dataset;
  const edge = "rosterEdges" in roster.dataset && bar.getBoundingClientRect().bottom - event.clientY <= GRIP;
  drag = { id: bar.id, from: bar.closest("td"), x: event.clientX, y: event.clientY, starts, ends, edge, begun: false };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!drag.begun && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < THRESHOLD) return;
  drag.begun = true;
  event.preventDefault();
  const bar = document.getElementById(drag.id);
  if (bar) bar.dataset.lifted = "";
  roster.dataset.lifting = "";
  unmark();
  if (drag.edge) {
    say(`${drag.starts}–${clock(minutes(drag.ends) + stretched(event))}`);
  } else {
    const cell = cellAt(event);
    if (cell) cell.dataset.target = "";
  }
});

document.addEventListener("pointerup", (event) => {
  if (!drag?.begun) {
    drag = null;
    return;
  }
  const { id, from, edge } = drag;
  const longerBy = edge ? stretched(event) : 0;
  const cell = edge ? null : cellAt(event);
  letGo();
  dropped = true;
  setTimeout(() => (dropped = false));
  if (longerBy) move(id, longer(longerBy));
  else if (cell && cell !== from) move(id, () => ({ day: cell.dataset.day, post: cell.parentElement.dataset.post }));
});

// The click that follows is the end of the movement, and no wish to open the page.
roster?.addEventListener("click", (event) => dropped && event.preventDefault(), true);

function letGo() {
  const bar = document.getElementById(drag.id);
  if (bar) delete bar.dataset.lifted;
  delete roster.dataset.lifting;
  unmark();
  drag = null;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !drag) return;
  say("");
  letGo();
});
roster?.addEventListener("dragstart", (event) => event.preventDefault());

// Somebody comes back from the page of a duty, or from taking a step back: the focus goes where it was.
if (location.hash.startsWith("#duty-")) document.getElementById(location.hash.slice(1))?.focus();
