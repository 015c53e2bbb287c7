// Locks the screen of a person who has gone away: <body data-idle-minutes="10" data-idle-lock="/lock">.
// First "idle:before-lock" is dispatched on the document; whoever must save calls event.detail.waitFor(promise).

const { idleMinutes, idleLock } = document.body.dataset;
const WARNING = 60000;

if (idleMinutes && idleLock) {
  const limit = Number(idleMinutes) * 60000;
  const channel = new BroadcastChannel("idle");
  let last = Date.now();
  let told = last;
  let locking = false;

  const touch = () => {
    last = Date.now();
    // The other pages of this browser need to know, but not at every key.
    if (last - told > 5000) channel.postMessage((told = last));
  };
  channel.onmessage = ({ data }) => (last = Math.max(last, data));
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "focus"]) {
    addEventListener(kind, touch, { passive: true, capture: true });
  }

  const lock = async () => {
    locking = true;
    document.documentElement.classList.add("covered");
    const saves = [];
    document.dispatchEvent(new CustomEvent("idle:before-lock", { detail: { waitFor: (promise) => saves.push(promise) } }));
    try {
      await Promise.all(saves);
      const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";
      const form = Object.assign(document.createElement("form"), { method: "post", action: idleLock, hidden: true });
      for (const [name, value] of [["csrf_token", token], ["next", location.pathname + location.search]]) {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      }
      document.body.append(form);
      // Asked once more before leaving, because a page that is gone cannot save.
      if (!navigator.onLine) throw new Error("offline");
      form.submit();
    } catch {
      // Covered, but not left: what could not be saved is still here.
      setTimeout(lock, 10000);
    }
  };

  setInterval(() => {
    if (locking) return;
    const left = limit - (Date.now() - last);
    for (const line of document.querySelectorAll("[data-idle-warning]")) line.hidden = left > WARNING || left <= 0;
    if (left <= 0) lock();
  }, 1000);
}
