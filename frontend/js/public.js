// The one script of the public face; a classic one, because a module would run only when the page can already be read.
//
// The guard: earlier pages are still in the history after a quick exit. Whoever comes back to one of them by Back is sent away again;
// whoever types the address anew may go on.
//
// The exit: <html data-exit-to="https://neutral…"> and <a data-exit href="/uk/leave">. The page is hidden in the same frame as the tap and
// replaced, so that Back does not return to it; the visit ends on our side by the way. Three presses of Shift do the same.

(() => {
  const root = document.documentElement;
  const to = root.dataset.exitTo;
  const left = "left";

  const away = () => {
    root.hidden = true;
    location.replace(to);
  };
  const guard = (isBack) => {
    if (sessionStorage.getItem(left) === null) return;
    if (isBack) away();
    else sessionStorage.removeItem(left);
  };
  guard(performance.getEntriesByType("navigation")[0]?.type === "back_forward");
  addEventListener("pageshow", (event) => event.persisted && guard(true));

  addEventListener("DOMContentLoaded", () => {
    const link = document.querySelector("[data-exit]");
    const status = document.querySelector("[data-exit-status]");
    const words = JSON.parse(document.body.dataset.words || "{}");
    const leave = () => {
      root.hidden = true;
      sessionStorage.setItem(left, "1");
      navigator.sendBeacon(link.href);
      away();
    };
    link.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });

    let presses = 0;
    let last = 0;
    let isCapital = false;
    addEventListener("keydown", (event) => {
      if (event.key !== "Shift") {
        presses = 0;
        isCapital = event.shiftKey;
      }
    });
    addEventListener("keyup", (event) => {
      if (event.key !== "Shift") return;
      // Shift that wrote a capital letter is not a press of its own.
      if (isCapital) {
        isCapital = false;
        return;
      }
      presses = event.timeStamp - last < 5000 ? presses + 1 : 1;
      last = event.timeStamp;
      if (presses === 3) leave();
      else status.textContent = presses === 1 ? words.exitTwo : words.exitOne;
    });
  });
})();
