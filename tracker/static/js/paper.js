// The length of a paper put together from passages, while somebody writes in it: blanks not counted, headings counted once.
import { length } from "./dom.js";

const bare = (text) => length(text.replace(/\s/gu, ""));

function headings(kept) {
  const chapters = new Set(kept.map((one) => one.dataset.chapter));
  const under = new Set(kept.filter((one) => one.dataset.heading).map((one) => `${one.dataset.chapter}\n${one.dataset.heading}`));
  return [...chapters, ...[...under].map((pair) => pair.split("\n")[1])];
}

function tell(form, lines) {
  const passages = Array.from(form.querySelectorAll(".passage"));
  passages.forEach((one) => {
    const words = one.querySelector("[data-words]");
    if (words) words.textContent = `${bare(one.querySelector("textarea").value)} 字`;
    one.classList.toggle("is-out", one.querySelector("[data-field='out']").checked);
  });
  const kept = passages.filter((one) => !one.querySelector("[data-field='out']").checked);
  const now = [...kept.map((one) => one.querySelector("textarea").value), ...headings(kept)].reduce((sum, text) => sum + bare(text), 0);
  const limit = Number(form.querySelector("#longest").value) || 0;
  const over = now - limit;
  lines.forEach((line) => {
    line.textContent = `全文 ${now} 字，上限 ${limit} 字${over > 0 ? `，超出 ${over} 字` : ""}，${kept.length} 段`;
    line.classList.toggle("is-over", over > 0);
  });
}

const form = document.querySelector("form#paper[data-autosave]");
const lines = Array.from(document.querySelectorAll("[data-paper-length]"));
if (form) {
  form.addEventListener("input", () => tell(form, lines));
  form.addEventListener("change", () => tell(form, lines));
  window.addEventListener("pageshow", () => tell(form, lines));
}
