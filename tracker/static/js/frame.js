// The frame: menus close again, rows open as a whole, folds fold on narrow screens, the page prints.

function menus(root) {
  const open = () => root.querySelectorAll("details.menu[open]");
  root.addEventListener("click", (event) => {
    open().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
}

// Only the link is the link; a click elsewhere in its row is passed on to it, except on other controls or while selecting text.
function rows(root) {
  root.querySelectorAll("table[data-rows] tbody tr").forEach((row) => {
    const link = row.querySelector("a.row-link");
    if (!link) return;
    row.setAttribute("data-row-opens", "");
    row.addEventListener("click", (event) => {
      if (event.target.closest("a, button, input, select, textarea, label, summary, .check")) return;
      if (String(window.getSelection())) return;
      if (event.ctrlKey || event.metaKey) window.open(link.href);
      else link.click();
    });
  });
}

function folds(root) {
  if (!window.matchMedia("(max-width: 899.98px)").matches) return;
  root.querySelectorAll("details[data-fold-narrow]").forEach((fold) => {
    fold.open = false;
  });
}

function printing(root) {
  root.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  const opened = [];
  window.addEventListener("beforeprint", () => {
    root.querySelectorAll("main details:not([open])").forEach((fold) => {
      fold.open = true;
      opened.push(fold);
    });
  });
  window.addEventListener("afterprint", () => {
    opened.splice(0).forEach((fold) => {
      fold.open = false;
    });
  });
}

export function start(root) {
  menus(root);
  rows(root);
  folds(root);
  printing(root);
}
