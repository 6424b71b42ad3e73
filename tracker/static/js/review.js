// Keys for going through many reports: an element, or what stands in it, marked data-key="j" is pressed by that key.
// Nothing happens while somebody types, or with a modifier: the browser's and the system's own keys stay theirs.

const WRITING = "input, textarea, select, [contenteditable]";

/** The remark that belongs to what is being read: the first whose place has not scrolled away above. */
function ask() {
  const places = Array.from(document.querySelectorAll("details[data-ask]"));
  const head = document.querySelector(".top");
  const top = head ? Math.max(0, head.getBoundingClientRect().bottom) : 0;
  const here = places.find((one) => one.getBoundingClientRect().top >= top) || places[places.length - 1];
  if (!here) return false;
  here.open = true;
  const area = here.querySelector("textarea");
  area.focus({ preventScroll: true });
  here.scrollIntoView({ block: "nearest" });
  return true;
}

/** While somebody writes: Ctrl+Enter sends, Escape puts the remark away; what was typed stays in it. */
function write(event) {
  const area = event.target;
  if (event.isComposing || area.tagName !== "TEXTAREA") return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    area.form.requestSubmit();
  } else if (event.key === "Escape") {
    const box = area.closest("details[data-ask]");
    if (box) box.open = false;
    area.blur();
  }
}

function press(event) {
  if (event.target.closest && event.target.closest(WRITING)) write(event);
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.target.closest(WRITING)) return;
  if (event.key === "?") {
    const help = document.querySelector("[data-keys-help]");
    if (help) help.open = !help.open;
    return;
  }
  if (event.key.toLowerCase() === "m" && ask()) {
    event.preventDefault();
    return;
  }
  const marked = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!marked) return;
  const target = marked.matches("a, button") ? marked : marked.querySelector("a, button");
  if (!target) return;
  event.preventDefault();
  target.click();
}

document.addEventListener("keydown", press);
for (const hidden of document.querySelectorAll("[data-keys-help]")) hidden.hidden = false;
