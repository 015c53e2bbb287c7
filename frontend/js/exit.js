// Quick exit on the public face: <html data-exit-to="https://neutral…"> and <a data-exit href="/…" [data-exit-end="/…"]>.
// The page is hidden in the same frame as the tap and replaced, so that Back does not return to it. Three presses of Shift do the same.
// guard.js sees to the pages before this one.

import { say } from "./words.js";

const link = document.querySelector("[data-exit]");
const to = document.documentElement.dataset.exitTo;

function leave() {
  document.documentElement.hidden = true;
  sessionStorage.setItem("left", "1");
  if (link.dataset.exitEnd) navigator.sendBeacon(link.dataset.exitEnd);
  location.replace(to);
}

if (link && to) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });

  const status = document.querySelector("[data-exit-status]");
  let presses = 0;
  let last = 0;
  let capital = false;
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      presses = 0;
      capital = event.shiftKey;
    }
  });
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift") return;
    // Shift that wrote a capital letter is not a press of its own.
    if (capital) {
      capital = false;
      return;
    }
    presses = event.timeStamp - last < 5000 ? presses + 1 : 1;
    last = event.timeStamp;
    if (presses === 3) leave();
    else if (status) status.textContent = say(presses === 1 ? "exitTwo" : "exitOne");
  });
}
