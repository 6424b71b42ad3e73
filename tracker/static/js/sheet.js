// The report sheet: a figure chooses a row's state and goes on to the next row; what is still missing is counted while writing;
// the part in sight is marked in the line of parts. Without script a figure still chooses, in any browser's own select.
import { length, quietly } from "./dom.js";
import { start as dropping } from "./drop.js";
import { start as here } from "./here.js";
import { Kept } from "./kept.js";

const REASON = ["slow", "not_started", "partly", "not"];
// Lines that stand there must say something, or go.
const LINES = '[data-record^="arrangement:"] [data-field="text"], [data-record^="request:"] [data-field="text"], [data-record^="paper:"] [data-field="name"]';

// A task's state goes on to the next task, across areas; other tables end where they end. What is folded away is passed over.
function rowsOf(select) {
  const all = select.dataset.field === "state" ? select.closest("form") : select.closest("table");
  return Array.from(all.querySelectorAll(`select[data-state-keys][data-field="${select.dataset.field}"]`)).filter((one) => one === select || one.offsetParent);
}

function note(select) {
  return select.closest("tr").querySelector('input[data-field="note"], input[data-field="outcome_note"], input[data-field="basis"]');
}

function step(select, way) {
  const all = rowsOf(select);
  const next = all[all.indexOf(select) + way];
  if (next) next.focus();
  return Boolean(next);
}

function keys(form) {
  form.addEventListener("keydown", (event) => {
    const select = event.target.closest && event.target.closest("select[data-state-keys]");
    if (select && /^[1-9]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const option = select.options[Number(event.key)];
      if (!option) return;
      event.preventDefault();
      select.value = option.value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      // Who must give a reason is asked for it at once; the others go on to the next row.
      const line = note(select);
      if (line && !line.value && (REASON.includes(option.value) || select.closest("tr").querySelector('[data-field="basis"]'))) line.focus();
      else step(select, 1);
      return;
    }
    if (event.key === "Enter" && event.target.matches("input.form-control, select")) {
      // Enter would send the whole sheet; here it goes one row down, and in a new line it adds the line.
      event.preventDefault();
      const fresh = event.target.closest(".line-new");
      if (fresh) {
        fresh.querySelector("button[type=submit]").click();
        return;
      }
      const row = event.target.closest("tr");
      const at = row && row.querySelector("select[data-state-keys]");
      if (at) step(at, event.shiftKey ? -1 : 1);
    }
  });
}

function lacksReason(row) {
  const select = row.querySelector("select[data-state-keys]");
  const line = select && note(select);
  if (!line) return false;
  const asked = line.dataset.field === "basis" ? select.value !== "" : REASON.includes(select.value);
  return asked && !line.value.trim();
}

function leftIn(part) {
  let left = 0;
  part.querySelectorAll("select[data-need]").forEach((select) => {
    if (!select.value) left += 1;
  });
  part.querySelectorAll("tr[data-row]").forEach((row) => {
    const lacks = lacksReason(row);
    row.classList.toggle("needs-reason", lacks);
    if (lacks) left += 1;
  });
  const rows = Array.from(part.querySelectorAll("select[data-need]"));
  const idle = part.matches(".area") && rows.length && rows.every((select) => select.value === "no_task");
  part.querySelectorAll("[data-needs] textarea, [data-needs] input[data-field]").forEach((area) => {
    if (!area.value.trim() && !idle) left += 1;
  });
  left += part.querySelectorAll("[data-refused]").length;
  part.querySelectorAll('.remark textarea[data-field="answer"]').forEach((area) => {
    if (!area.value.trim()) left += 1;
  });
  part.querySelectorAll(LINES).forEach((line) => {
    if (!line.value.trim()) left += 1;
  });
  if (part.id === "ahead" && !part.querySelector('[data-record^="arrangement:"]')) {
    const fresh = part.querySelector("#arrangement-new-text");
    if (!fresh || !fresh.value.trim()) left += 1;
  }
  return left;
}

// How many rows a quick fill would set; nothing left to set, nothing offered.
function rest(form) {
  form.querySelectorAll(".fill-rest").forEach((line) => {
    const left = Array.from(line.closest(".area").querySelectorAll("select[data-need][data-state-keys][data-field=state]")).filter((one) => !one.value).length;
    const said = line.querySelector("[data-rest]");
    if (said.textContent !== String(left)) said.textContent = left;
    line.querySelector(".fill-those").hidden = !left;
  });
}

// How long the text of the report is as a whole.
function total(form) {
  const said = form.querySelector("[data-total]");
  if (!said) return;
  const all = Array.from(form.querySelectorAll(".writing:not(.writing-short) textarea[data-field=text]"));
  said.textContent = `正文 ${all.reduce((sum, area) => sum + length(area.value.trim()), 0)} 字`;
}

function counting(form) {
  const links = Array.from(form.querySelectorAll(".sheet-nav [data-part]"));
  const said = form.querySelector("[data-left]");
  const count = () => {
    let all = 0;
    links.forEach((link) => {
      const part = document.getElementById(link.dataset.part);
      const left = part ? leftIn(part) : 0;
      all += left;
      let badge = link.querySelector(".tab-count");
      if (!left && badge) badge.remove();
      if (left && !badge) {
        badge = document.createElement("span");
        badge.className = "tab-count";
        link.append(badge);
      }
      if (left && badge.textContent !== String(left)) badge.textContent = left;
    });
    const words = all ? `还差 ${all} 处` : "已填完整";
    if (said.textContent !== words) said.textContent = words;
    said.classList.toggle("is-whole", !all);
    rest(form);
    total(form);
  };
  let timer = null;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(count, 150);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("change-refused", soon);
  count();
}

// A quick fill without leaving the page: each row is set and saved as if by hand.
function filling(form) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    event.preventDefault();
    const wanted = button.parentElement.querySelector("select").value;
    button.closest(".area").querySelectorAll("select[data-need][data-state-keys][data-field=state]").forEach((select) => {
      if (select.value) return;
      select.value = wanted;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
}

function following(form) {
  if (!("IntersectionObserver" in window)) return;
  const links = new Map(Array.from(form.querySelectorAll('.sheet-nav a[href^="#"]')).map((link) => [link.hash.slice(1), link]));
  const seen = new Set();
  const observer = new IntersectionObserver(
    (entries) => {
      entries.forEach((entry) => (entry.isIntersecting ? seen.add(entry.target.id) : seen.delete(entry.target.id)));
      const here = Array.from(links.keys()).find((id) => seen.has(id));
      const line = form.querySelector(".sheet-nav ol");
      links.forEach((link, id) => {
        // The mark stays in sight where the line is longer than the page; the page itself does not move.
        if (id === here) line.scrollLeft = link.offsetLeft - line.offsetLeft - line.clientWidth / 3;
        link.classList.toggle("is-here", id === here);
        if (id === here) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    },
    { rootMargin: "-80px 0px -60% 0px" },
  );
  links.forEach((_, id) => {
    const part = document.getElementById(id);
    if (part) observer.observe(part);
  });
}

// The list of what is missing is the server's: after a saving it is fetched again, opened or closed as the reader left it.
function listing(form) {
  const status = form.querySelector("[data-autosave-words]");
  if (!status) return;
  let timer = null;
  const refresh = async () => {
    const list = form.querySelector("[data-missing]");
    const answer = await quietly(list.dataset.missing, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-missing]");
    if (!fresh) return;
    fresh.open = list.open;
    list.replaceWith(fresh);
  };
  new MutationObserver(() => {
    if (!status.textContent.startsWith("已保存 ")) return;
    clearTimeout(timer);
    timer = setTimeout(() => refresh().catch(() => {}), 800);
  }).observe(status, { childList: true, subtree: true, characterData: true });
}

// A new line that was begun and not added yet waits on this machine, and comes back with the page.
function beginning(form) {
  const kept = new Kept(form.dataset.autosaveOwner, form.dataset.autosave);
  form.querySelectorAll(".line-new").forEach((line) => {
    const fields = Array.from(line.querySelectorAll("textarea, input:not([type=hidden]), select"));
    const key = `new|${fields[0].name}`;
    const added = Array.from(line.parentElement.querySelectorAll("[data-field=text], [data-field=name]")).map((area) => area.value.trim());
    const before = kept.get(key);
    if (before && added.includes(before.value[0].trim())) kept.drop(key);
    else if (before && !fields[0].value) {
      fields.forEach((field, at) => {
        field.value = before.value[at] || "";
      });
      fields[0].dispatchEvent(new Event("input", { bubbles: true }));
    }
    line.addEventListener("input", () => {
      if (fields[0].value.trim()) kept.put(key, fields.map((field) => field.value));
      else kept.drop(key);
    });
  });
}

// What was begun and not added stands in no paper: that is said before one is taken.
function unadded(form) {
  document.addEventListener("click", (event) => {
    if (!event.isTrusted || !event.target.closest("a[data-after-saving]")) return;
    const firsts = Array.from(form.querySelectorAll(".line-new")).map((line) => line.querySelector("textarea, input:not([type=hidden])"));
    const begun = firsts.find((field) => field && field.value.trim());
    if (!begun || window.confirm("有一条新增的内容还没有点“添加”，不会写入送审稿。仍要导出吗？")) return;
    event.preventDefault();
    begun.focus();
  }, true);
}

const form = document.getElementById("sheet");
if (form) [keys, counting, filling, following, listing, dropping, beginning, unadded].forEach((start) => start(form));
const others = document.querySelector("[data-here]");
if (others) here(others);
