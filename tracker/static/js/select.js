// Selecting rows: the bar says how many, its buttons wait for one, the head selects the page, Shift selects a run.

function follow(form) {
  const boxes = Array.from(form.querySelectorAll("[data-select]"));
  const all = form.querySelector("[data-select-all]");
  const every = form.querySelector('.selection-all input[name="all"]');
  const bar = form.querySelector(".selection-bar");
  const words = form.querySelector("[data-selection-words]");
  const buttons = form.querySelectorAll("[data-selection-button]");
  const noun = words.textContent.replace(/^对选中的|：$/g, "").trim();
  let last = null;

  const say = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    const whole = Boolean(every && every.checked);
    words.textContent = whole ? `已选全部${noun}` : chosen ? `已选 ${chosen} ${noun}` : `尚未选择，点每行的方框选${noun}`;
    buttons.forEach((button) => {
      button.disabled = !chosen && !whole;
    });
    bar.classList.toggle("is-active", chosen > 0 || whole);
    boxes.forEach((box) => box.closest("tr").classList.toggle("is-selected", box.checked));
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  };

  boxes.forEach((box, place) => {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last !== null) {
        const [from, to] = [Math.min(last, place), Math.max(last, place)];
        boxes.slice(from, to + 1).forEach((other) => {
          other.checked = box.checked;
        });
      }
      last = place;
      say();
    });
  });
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      boxes.forEach((box) => {
        box.checked = all.checked;
      });
      say();
    });
  }
  if (every) every.addEventListener("change", say);
  // The back button brings the ticks back after this script has run.
  window.addEventListener("pageshow", say);
  say();
}

export function start(root) {
  root.querySelectorAll("form[data-selection]").forEach(follow);
}
