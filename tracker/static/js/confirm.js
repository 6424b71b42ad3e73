// Before sending: ask where asking is enough, send only once, warn before unsaved words are left; show the first error.

function asking(root) {
  root.addEventListener("submit", (event) => {
    const words = (event.submitter && event.submitter.dataset.confirm) || event.target.dataset.confirm;
    if (words && !window.confirm(words)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);
}

// The second press of a slow button is swallowed; the button itself stays enabled, so that its name and value still travel.
function once(root) {
  root.querySelectorAll("form[data-once]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "1";
      const button = event.submitter;
      if (button && button.tagName === "BUTTON") {
        form.dataset.sentWords = button.textContent;
        button.setAttribute("aria-disabled", "true");
        button.dataset.sending = "";
        button.textContent = "正在提交…";
      }
    });
  });
  // Coming back by the back button finds the form ready again.
  window.addEventListener("pageshow", () => {
    root.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[data-sending]").forEach((button) => {
        button.textContent = form.dataset.sentWords;
        button.removeAttribute("aria-disabled");
        delete button.dataset.sending;
      });
    });
  });
}

function guard(root) {
  root.querySelectorAll("form[data-guard]").forEach((form) => {
    let changed = false;
    form.addEventListener("input", () => {
      changed = true;
    });
    form.addEventListener("submit", (event) => {
      if (!event.defaultPrevented) changed = false;
    });
    window.addEventListener("beforeunload", (event) => {
      if (!changed) return;
      event.preventDefault();
      event.returnValue = "";
    });
  });
}

function errors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && root.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    const into = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea") || field;
    field.scrollIntoView({ block: "center" });
    into.focus({ preventScroll: true });
  });
}

export function start(root) {
  asking(root);
  once(root);
  guard(root);
  errors(root);
}
