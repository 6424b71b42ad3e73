// Narrowing a list on the page while typing: Chinese, pinyin initials or number, whatever its data-search holds.
import { button, matches } from "./dom.js";

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

/** The units under a group's head, up to the next head, that are in sight. */
function under(head) {
  const found = [];
  for (let next = head.nextElementSibling; next && !next.classList.contains("boxes-group"); next = next.nextElementSibling) {
    if (!next.hidden) found.push(next.querySelector('input[type="checkbox"]'));
  }
  return found.filter(Boolean);
}

/** One press for a whole group, or for all; pressed again when all are chosen, it takes them out. */
function all(label, units, changed) {
  const pressed = () => {
    const wanted = !units().every((unit) => unit.checked);
    units().forEach((unit) => {
      unit.checked = wanted;
    });
    changed();
  };
  const one = button("全选", "quiet", pressed);
  one.classList.add("boxes-all");
  one.setAttribute("aria-label", `全选或取消：${label}`);
  return one;
}

function boxes(root) {
  root.querySelectorAll("[data-unit-boxes]").forEach((set) => {
    const said = set.querySelector("[data-boxes-said]");
    const say = () => {
      const chosen = set.querySelectorAll('input[type="checkbox"]:checked').length;
      said.textContent = chosen ? `已选 ${chosen} 个` : "尚未选择";
    };
    set.addEventListener("change", say);
    set.querySelectorAll(".boxes-group").forEach((head) => head.append(all(head.textContent, () => under(head), say)));
    const whole = () => Array.from(set.querySelectorAll("[data-search]:not([hidden]) input[type='checkbox']"));
    const bar = set.querySelector(".live-filter");
    if (bar) bar.append(all("全部单位", whole, say));
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
