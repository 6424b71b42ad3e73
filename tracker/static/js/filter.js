// Narrowing a list on the page while typing: Chinese, pinyin initials or number, whatever its data-search holds.
import { matches } from "./dom.js";

function narrow(input, list, said) {
  const rows = list.querySelectorAll("[data-search]");
  let shown = 0;
  rows.forEach((row) => {
    row.hidden = !matches(row.dataset.search, input.value);
    if (!row.hidden) shown += 1;
  });
  list.querySelectorAll(".boxes-group").forEach((head) => {
    let next = head.nextElementSibling;
    while (next && next.hidden && !next.classList.contains("boxes-group")) next = next.nextElementSibling;
    head.hidden = !next || next.classList.contains("boxes-group");
  });
  said.textContent = input.value.trim() ? (shown ? `${shown} 项` : "没有符合的") : "";
}

function boxes(root) {
  root.querySelectorAll("[data-unit-boxes]").forEach((set) => {
    const said = set.querySelector("[data-boxes-said]");
    const say = () => {
      const chosen = set.querySelectorAll('input[type="checkbox"]:checked').length;
      said.textContent = chosen ? `已选 ${chosen} 个` : "尚未选择";
    };
    set.addEventListener("change", say);
    say();
  });
}

export function start(root) {
  root.querySelectorAll("[data-live-filter]").forEach((bar) => {
    const list = root.querySelector(bar.dataset.liveFilter);
    const input = bar.querySelector("input");
    if (!list || !input) return;
    bar.hidden = false;
    const said = bar.querySelector(".live-said");
    input.addEventListener("input", () => narrow(input, list, said));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
      if (event.key === "Escape") {
        input.value = "";
        narrow(input, list, said);
      }
    });
  });
  boxes(root);
}
