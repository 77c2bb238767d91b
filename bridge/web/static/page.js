// What pages do with a script and can do without: keys, and more rows when the last comes into sight.

/** @param {Element | null} element */
const isField = (element) =>
  element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isField(document.activeElement)) return;
  const search = document.getElementById("search");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.removeAttribute("open");
  }
});

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
