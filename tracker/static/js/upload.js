// Choosing files: drag them in, see them with their size, take one out again; what is too large or of the wrong kind is refused
// before it travels. Without script the plain field stands.
import { button, make } from "./dom.js";

function size(bytes) {
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function accepted(file, accept) {
  const kinds = accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
  const fits = (kind) => (kind.startsWith(".") ? file.name.toLowerCase().endsWith(kind) : file.type.startsWith(kind.replace("*", "")));
  return !kinds.length || kinds.some(fits);
}

/** Why a file cannot go by this field; "" for one that can. */
export function wrongFor(field, file) {
  const most = Number(field.dataset.maxBytes) || Infinity;
  if (!accepted(file, field.querySelector('input[type="file"]').accept)) return "格式不在可用范围内";
  if (file.size > most) return `${size(file.size)}，超过 ${size(most)}`;
  if (!file.size) return "文件是空的";
  return "";
}

function follow(field) {
  const input = field.querySelector('input[type="file"]');
  const list = field.querySelector("[data-upload-list]");
  const drop = field.querySelector(".drop");
  let files = [];
  let refused = [];

  const show = () => {
    const carried = new DataTransfer();
    files.forEach((file) => carried.items.add(file));
    input.files = carried.files;
    const rows = files.map((file) => {
      const away = button("移除", "quiet", () => {
        files = files.filter((other) => other !== file);
        show();
        input.focus();
      });
      away.setAttribute("aria-label", `移除 ${file.name}`);
      return make("li", {}, make("span", { class: "upload-name" }, file.name), make("span", { class: "upload-size" }, size(file.size)), away);
    });
    const bad = refused.map((one) => {
      const [name, why] = one;
      const away = button("移除", "quiet", () => {
        refused = refused.filter((other) => other !== one);
        show();
        input.focus();
      });
      away.setAttribute("aria-label", `移除 ${name}`);
      return make("li", { class: "is-refused" }, make("span", { class: "upload-name" }, name), make("span", { class: "upload-size" }, `没有选入：${why}`), away);
    });
    list.replaceChildren(...rows, ...bad);
    const said = field.querySelector("[data-upload-held]");
    if (said && !bad.length) said.remove();
  };

  const take = (chosen) => {
    refused = [];
    const good = [];
    chosen.forEach((file) => {
      const why = wrongFor(field, file);
      if (why) refused.push([file.name, why]);
      else good.push(file);
    });
    const known = (file) => files.some((other) => other.name === file.name && other.size === file.size && other.lastModified === file.lastModified);
    if (input.multiple) files = files.concat(good.filter((file) => !known(file)));
    else if (good.length) files = good.slice(0, 1);
    show();
  };

  input.addEventListener("change", () => take(Array.from(input.files)));
  ["dragenter", "dragover"].forEach((kind) => drop.addEventListener(kind, (event) => {
    event.preventDefault();
    field.classList.add("is-over");
  }));
  ["dragleave", "drop"].forEach((kind) => drop.addEventListener(kind, () => field.classList.remove("is-over")));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    take(Array.from(event.dataTransfer.files));
  });
  field.classList.add("is-ready");
  field.querySelector("[data-upload-words]").hidden = false;
}

// Whoever presses the button means the file to go along: while a refused one stands there the form is not sent without it.
function hold(root) {
  root.addEventListener("submit", (event) => {
    const bad = event.target.querySelector("[data-upload-list] .is-refused");
    if (!bad) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const field = bad.closest("[data-upload]");
    let said = field.querySelector("[data-upload-held]");
    if (!said) {
      said = make("p", { class: "error", role: "alert", "data-upload-held": true });
      field.append(said);
    }
    const name = bad.querySelector(".upload-name").textContent;
    said.textContent = `没有提交：“${name}”不能上传。填写的内容都在，请换一个文件，或者移除它以后再提交。`;
    field.scrollIntoView({ block: "center" });
    bad.querySelector("button").focus({ preventScroll: true });
  }, true);
}

export function start(root) {
  const fields = root.querySelectorAll("[data-upload]");
  fields.forEach(follow);
  if (!fields.length) return;
  hold(root);
  // A file dropped beside the field would otherwise replace the page, and what was typed with it.
  ["dragover", "drop"].forEach((kind) => window.addEventListener(kind, (event) => {
    if (!event.target.closest || !event.target.closest(".drop")) event.preventDefault();
  }));
}
