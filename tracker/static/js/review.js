// Keys for going through many reports: an element, or what stands in it, marked data-key="j" is pressed by that key.
// Nothing happens while somebody types, or with a modifier: the browser's and the system's own keys stay theirs.

const WRITING = "input, textarea, select, [contenteditable]";

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.target.closest(WRITING)) return;
  if (event.key === "?") {
    const help = document.querySelector("[data-keys-help]");
    if (help) help.open = !help.open;
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
