// What pages do with a script and can do without: keys, and more rows when the last comes into sight.

/** @param {Element | null} element */
const isField = (element) =>
  element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName));

const help = /** @type {HTMLDialogElement | null} */ (document.getElementById("keys"));
const use = /** @type {HTMLInputElement | null} */ (document.getElementById("keys-on"));
if (use) {
  use.checked = localStorage.getItem("keys") !== "off";
  use.addEventListener("change", () => localStorage.setItem("keys", use.checked ? "on" : "off"));
}
for (const element of document.querySelectorAll("[data-scripted]")) element.removeAttribute("hidden");
document.querySelector("[data-opens=keys]")?.addEventListener("click", () => help?.showModal());

document.addEventListener("keydown", (event) => {
  const here = document.activeElement;
  if (event.ctrlKey || event.metaKey || event.altKey || isField(here) || help?.open) return;
  const picture = here?.closest(".picture");
  if (picture && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
    const pieces = [...picture.querySelectorAll("a")], at = pieces.findIndex((piece) => piece === here);
    const next = pieces[at < 0 ? 0 : at + (event.key === "ArrowRight" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
    return;
  }
  if (!use?.checked) return;
  const search = document.getElementById("search");
  const link = /** @type {HTMLElement | undefined} */ (
    [...document.querySelectorAll("[data-key]")].find((each) => each.getAttribute("data-key") === event.key));
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
  } else if (event.key === "?") help?.showModal();
  else link?.click();
});

// A menu closes by a click outside it, by Tab out of it and by Escape; not while the dialog that it opens is open, which
// gives the focus back to it.
for (const happened of ["click", "focusin", "keydown"]) {
  document.addEventListener(happened, (event) => {
    for (const menu of help?.open ? [] : document.querySelectorAll("details.menu[open]")) {
      const isInside = event.target instanceof Node && menu.contains(event.target);
      if (event instanceof KeyboardEvent ? event.key !== "Escape" : isInside) continue;
      menu.removeAttribute("open");
      if (event instanceof KeyboardEvent && isInside) menu.querySelector("summary")?.focus();
    }
  });
}

// On a telephone a day is wider than the screen: it is shown where it ends so far.
for (const day of document.querySelectorAll(".picture.day")) {
  const last = [...day.querySelectorAll("svg title")].pop()?.parentElement;
  if (last) day.scrollLeft += last.getBoundingClientRect().right - day.getBoundingClientRect().right + 16;
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting || !(target instanceof HTMLAnchorElement)) continue;
    seen.unobserve(target);
    void more(target);
  }
}, { rootMargin: "600px" });

/** The rows that follow take the place of the link to them; where that fails, the link stays. @param {HTMLAnchorElement} link */
async function more(link) {
  const row = link.closest("tr");
  const answer = await fetch(`${link.href}&rows=only`).catch(() => null);
  if (!row || !answer?.ok) return;
  const rows = document.createElement("tbody");
  rows.innerHTML = await answer.text();
  row.replaceWith(...rows.children);
  watch();
}

function watch() {
  for (const link of document.querySelectorAll("a[data-more]")) seen.observe(link);
}

watch();
