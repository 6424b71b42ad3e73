// Who else has this sheet open: asked every half minute while the page is in sight. It never prolongs a sitting.
import { csrfToken, quietly } from "./dom.js";

const EVERY = 30000;

export function start(note) {
  const ask = async () => {
    if (document.visibilityState === "hidden") return;
    const answer = await quietly(note.dataset.here, { method: "POST", headers: { "X-CSRFToken": csrfToken() } }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return;
    const { others } = await answer.json();
    const words = others.length ? `${others.join("、")}也打开了这份报告，各自写不同的部分不会互相影响` : "";
    if (note.textContent !== words) note.textContent = words;
    note.hidden = !words;
  };
  ask();
  setInterval(ask, EVERY);
}
