// A date's weekday beside it; asked of the server's calendar where the field names an address.
import { quietly } from "./dom.js";

const WEEKDAYS = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];

function weekday(value) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  return parts ? WEEKDAYS[new Date(Date.UTC(+parts[1], +parts[2] - 1, +parts[3])).getUTCDay()] : "";
}

async function say(input, said) {
  const value = input.value;
  said.textContent = weekday(value);
  if (!value || !input.dataset.day) return;
  const mark = input.dataset.day.includes("?") ? "&" : "?";
  try {
    const answer = await quietly(`${input.dataset.day}${mark}date=${encodeURIComponent(value)}`);
    const found = answer.ok ? await answer.json() : null;
    if (found && found.text && input.value === value) said.textContent = found.text;
  } catch (offline) {
    // The weekday stands already.
  }
}

export function start(root) {
  root.querySelectorAll("input[data-day]").forEach((input) => {
    const said = root.querySelector(`output[for="${input.id}"]`);
    if (!said) return;
    say(input, said);
    input.addEventListener("change", () => say(input, said));
  });
}
