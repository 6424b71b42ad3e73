// What several modules need: making elements without inline markup, and requests that say what they are.

/** make("button", {class: "btn", type: "button"}, "文字", child …) */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

export function button(label, kind, pressed) {
  const element = make("button", { type: "button", class: `btn btn-${kind}` }, label);
  element.addEventListener("click", pressed);
  return element;
}

export function csrfToken() {
  const meta = document.querySelector('meta[name="csrf-token"]');
  return meta ? meta.content : "";
}

/** A request the person did not ask for by hand: it must not prolong the sitting. */
export function quietly(url, options = {}) {
  const headers = { Accept: "application/json", "X-Background": "1", ...options.headers };
  return fetch(url, { credentials: "same-origin", cache: "no-store", ...options, headers });
}

/** Characters as people count them: code points, with a line break as one. */
export function length(text) {
  return Array.from(text.replace(/\r\n/g, "\n")).length;
}

export function normal(text) {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
}

/** Does `words` hold every part of what was typed? */
export function matches(words, typed) {
  const heap = normal(words);
  return typed.trim().split(/\s+/).every((part) => heap.includes(normal(part)));
}
