// Copying text. The clipboard of modern browsers needs HTTPS; offices run plain HTTP, so the old way stays as well.

function byHand(area) {
  const before = document.activeElement;
  area.focus();
  area.select();
  const done = document.execCommand("copy");
  if (before && before.focus) before.focus();
  return done;
}

async function copy(area) {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(area.value);
      return true;
    } catch (refused) {
      return byHand(area);
    }
  }
  return byHand(area);
}

export function start(root) {
  root.querySelectorAll("[data-copy]").forEach((button) => {
    const area = root.querySelector(button.dataset.copy);
    if (!area) return;
    const said = button.parentElement.querySelector("[data-copy-said]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await copy(area);
      if (!done) area.select();
      if (said) said.textContent = done ? "已复制" : "请按 Ctrl+C 复制选中的文字";
    });
  });
}
