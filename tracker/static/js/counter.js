// Writing: an area grows with its text; characters are counted against the limit but never cut off. Long texts have a line for it,
// short lines show theirs while somebody writes there, and for as long as they are too long.
import { length, make } from "./dom.js";

function fit(area) {
  if (!area.offsetParent) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

/** While somebody writes: the page stays where it is. */
function grow(area) {
  const top = window.scrollY;
  fit(area);
  if (window.scrollY !== top) window.scrollTo(window.scrollX, top);
}

// What the address points at is where the page shall be, also when the texts above it have grown since the browser went there.
function arrive() {
  const [visit] = performance.getEntriesByType("navigation");
  const target = window.location.hash && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  if (!target || (visit && visit.type !== "navigate")) return;
  target.scrollIntoView();
  if (target.matches("input, textarea, select")) target.focus({ preventScroll: true });
}

function lineOf(area) {
  return area.id ? document.querySelector(`[data-count-for="${area.id}"]`) : null;
}

function small(area) {
  const line = make("span", { class: "count-line count-small", "data-count-for": area.id, id: `${area.id}-count` }, make("span", { "data-count-words": "" }));
  area.after(line);
  area.parentElement.classList.add("has-count");
  area.setAttribute("aria-describedby", [area.getAttribute("aria-describedby"), line.id].filter(Boolean).join(" "));
}

function count(area) {
  const limit = Number(area.dataset.counter);
  const line = lineOf(area);
  if (!line) return;
  const words = line.querySelector("[data-count-words]");
  const now = length(area.value);
  const over = now - limit;
  words.textContent = over > 0 ? `${now} / ${limit} 字，超出 ${over} 字` : `${now} / ${limit} 字`;
  line.classList.toggle("is-over", over > 0);
  // Spoken only where it matters, not at every letter.
  if (over > -limit / 20) line.setAttribute("aria-live", "polite");
  else line.removeAttribute("aria-live");
}

function inserting(root) {
  root.querySelectorAll("[data-insert]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const area = root.querySelector(button.dataset.insert);
      const text = root.querySelector(button.dataset.insertFrom).textContent;
      area.focus();
      area.setSelectionRange(area.value.length, area.value.length);
      const added = area.value.trim() ? `\n${text}` : text;
      // execCommand keeps the browser's undo, which setting the value would lose.
      if (!document.execCommand("insertText", false, added)) area.value += added;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
}

// A small counter is made when its line is first written in: sixty rows need no sixty of them.
function counted(event) {
  const area = event.target;
  if (!area.matches || !area.matches("[data-counter]") || !area.id) return;
  if (!lineOf(area)) small(area);
  count(area);
}

export function start(root) {
  const growing = root.querySelectorAll("textarea[data-grow]");
  growing.forEach((area) => {
    fit(area);
    area.addEventListener("input", () => grow(area));
  });
  if (growing.length) arrive();
  root.querySelectorAll("textarea[data-counter]").forEach(count);
  ["focusin", "input"].forEach((kind) => root.addEventListener(kind, counted));
  inserting(root);
  // After the back button the browser fills in what was typed before, without an event.
  window.addEventListener("pageshow", () => {
    root.querySelectorAll("textarea[data-grow]").forEach(fit);
    root.querySelectorAll("textarea[data-counter]").forEach(count);
  });
}
