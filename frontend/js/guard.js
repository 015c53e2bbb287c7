// Runs before anything of a public page is shown. Earlier steps of a form are still in the history after a quick exit:
// whoever comes back to one of them by Back is sent away again; whoever types the address anew may go on.
// A classic script on purpose, because a module would run only when the page can already be read.

(() => {
  const root = document.documentElement;
  const guard = (back) => {
    if (!root.dataset.exitTo || sessionStorage.getItem("left") === null) return;
    if (back) {
      root.hidden = true;
      location.replace(root.dataset.exitTo);
    } else {
      sessionStorage.removeItem("left");
    }
  };
  guard(performance.getEntriesByType("navigation")[0]?.type === "back_forward");
  addEventListener("pageshow", (event) => event.persisted && guard(true));
})();
