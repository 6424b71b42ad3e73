// A new password is weighed when its field is left, and the second compared with it: nobody hears of a weak one only after
// everything else was typed. The server says what is wrong; it keeps nothing of it and asks again when the form is sent.
import { make, quietly } from "./dom.js";

function say(input, words) {
  const holder = input.closest(".field");
  const id = `${input.id}-error`;
  let line = document.getElementById(id);
  holder.classList.toggle("has-error", Boolean(words));
  input.toggleAttribute("aria-invalid", false);
  if (!words) {
    if (line) line.remove();
    return;
  }
  input.setAttribute("aria-invalid", "true");
  if (!line) {
    line = make("p", { class: "error", id, "aria-live": "polite" });
    holder.append(line);
    const described = (input.getAttribute("aria-describedby") || "").split(" ").filter((one) => one && one !== id);
    input.setAttribute("aria-describedby", [id, ...described].join(" "));
  }
  line.textContent = words;
}

async function weigh(input) {
  const value = input.value;
  const { login, csrf_token: token } = input.form.elements;
  if (!value) return say(input, "");
  const body = new URLSearchParams({ csrf_token: token.value, new: value, login: login ? login.value : input.dataset.login });
  try {
    const answer = await quietly(input.dataset.weigh, { method: "POST", body });
    const found = answer.ok ? await answer.json() : null;
    if (found && input.value === value) say(input, found.troubles.join(""));
  } catch (offline) {
    // Told when the form is sent.
  }
  return undefined;
}

function compare(first, second) {
  if (second) say(second, second.value && first.value !== second.value ? "两次输入的密码不一样。" : "");
}

export function start(root) {
  root.querySelectorAll("input[data-weigh]").forEach((input) => {
    const { login, again } = input.form.elements;
    input.addEventListener("change", () => {
      weigh(input);
      compare(input, again);
    });
    if (again) again.addEventListener("change", () => compare(input, again));
    // What was said goes while somebody types, not when the field is left: a line that went then would move the button away
    // from under the finger that presses it.
    [input, again].filter(Boolean).forEach((one) => one.addEventListener("input", () => say(one, "")));
    if (login) login.addEventListener("change", () => weigh(input));
    if (input.value && document.activeElement !== input) weigh(input); // left before the scripts came
  });
}
