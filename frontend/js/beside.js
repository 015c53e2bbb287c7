// Opens what is behind a figure beside the table instead of on a page of its own, so that the table stays where it is.
//
// <div data-beside> holds the table and <aside data-beside-place hidden>; a link with data-beside-link is opened there,
// one with data-beside-close closes it again. Where anything goes wrong the link is followed as a link.

const frame = document.querySelector("[data-beside]");
const place = frame?.querySelector("[data-beside-place]");

if (frame && place) {
  let opener = null;

  const open = async (link) => {
    const answer = await fetch(link.href, { headers: { "X-Requested-With": "beside" }, cache: "no-store" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const html = await answer.text();
    place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    place.hidden = false;
    frame.classList.add("beside");
    // The address names what is shown, so that it can be reloaded and sent on.
    history.replaceState(null, "", link.href);
    place.scrollTop = 0;
    place.focus({ preventScroll: true });
    opener?.closest("td")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const close = (link) => {
    place.hidden = true;
    place.replaceChildren();
    frame.classList.remove("beside");
    history.replaceState(null, "", link.href);
    opener?.focus();
  };

  frame.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (link.matches("[data-beside-close]") && opener) {
      event.preventDefault();
      close(link);
    } else if (link.matches("[data-beside-link]") || (place.contains(link) && link.matches("[rel=next],[rel=prev]"))) {
      event.preventDefault();
      if (!place.contains(link)) opener = link;
      open(link).catch(() => location.assign(link.href));
    }
  });
}
