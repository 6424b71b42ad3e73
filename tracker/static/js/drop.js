// Files dropped onto a row or a text, or chosen there, go to that place at once, one after another; a bad one is named and the others
// are kept. What is filed then is the server's answer: the places show their files, the list of materials gets its new rows.
// Without script each place leads to the field for files with the place chosen.
import { csrfToken, make } from "./dom.js";
import { wrongFor } from "./upload.js";

function carriesFiles(event) {
  return Boolean(event.dataTransfer) && Array.from(event.dataTransfer.types).includes("Files");
}

function placeAt(target) {
  return target && target.closest ? target.closest("[data-drop]") : null;
}

async function send(url, place, file) {
  const body = new FormData();
  body.append("csrf_token", csrfToken());
  body.append("place", place);
  body.append("files", file);
  let answer;
  try {
    answer = await fetch(url, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "XMLHttpRequest" } });
  } catch (offline) {
    return { why: "暂时连不上服务器，请稍后再试" };
  }
  if (answer.status === 401 || answer.redirected) return { why: "登录已过期，请重新登录后再上传" };
  if (answer.status === 413) return { why: "文件太大" };
  if (!answer.ok) return { why: "没有上传成功，请刷新页面后再试" };
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const refused = page.querySelector("[data-refused] li");
  return { page, why: refused ? refused.textContent.replace(`${file.name}：`, "") : "" };
}

class Dropping {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("#upload [data-upload]");
    this.over = null;
    ["dragenter", "dragover"].forEach((kind) => window.addEventListener(kind, (event) => this.hover(event)));
    window.addEventListener("dragleave", (event) => {
      if (event.relatedTarget) return;
      document.documentElement.classList.remove("is-dragging");
      this.mark(null);
    });
    window.addEventListener("drop", (event) => this.dropped(event));
    form.addEventListener("click", (event) => this.chosen(event));
  }

  mark(place) {
    if (this.over === place) return;
    if (this.over) this.over.classList.remove("is-over");
    if (place) place.classList.add("is-over");
    this.over = place;
  }

  hover(event) {
    if (!carriesFiles(event)) return;
    document.documentElement.classList.add("is-dragging");
    const place = event.target.closest && event.target.closest(".drop") ? null : placeAt(event.target);
    this.mark(place);
    if (place) event.preventDefault();
  }

  dropped(event) {
    document.documentElement.classList.remove("is-dragging");
    const place = this.over;
    this.mark(null);
    if (!place || !carriesFiles(event)) return;
    event.preventDefault();
    this.take(place, Array.from(event.dataTransfer.files));
  }

  /** 添加: choose files for this very place. */
  chosen(event) {
    const link = event.target.closest("[data-add-files]");
    if (!link) return;
    event.preventDefault();
    const input = make("input", { type: "file", multiple: true, accept: this.field.querySelector("input").accept });
    input.addEventListener("change", () => this.take(placeAt(link), Array.from(input.files)));
    input.click();
  }

  said(place) {
    let box = place.querySelector("[data-drop-said]");
    if (!box) {
      box = make("div", { class: "drop-said", role: "status", "data-drop-said": "" });
      (place.querySelector("th, .text-files") || place).append(box);
    }
    return box;
  }

  async take(place, files) {
    const box = this.said(place);
    const troubles = [];
    let kept = 0;
    for (const [at, file] of files.entries()) {
      box.replaceChildren(`正在上传 ${at + 1} / ${files.length}：${file.name}`);
      const early = wrongFor(this.field, file);
      const { page, why } = early ? { why: early } : await send(this.form.dataset.files, place.dataset.drop, file);
      if (page) this.show(page);
      if (why) troubles.push(`“${file.name}”没有上传：${why}`);
      else kept += 1;
    }
    const words = kept ? [make("p", {}, place.dataset.drop ? `已上传 ${kept} 个文件` : `已上传 ${kept} 个文件，列在佐证材料中`)] : [];
    box.replaceChildren(...words, ...troubles.map((one) => make("p", { class: "error" }, one)));
  }

  show(page) {
    page.querySelectorAll("[data-files-of]").forEach((fresh) => {
      const here = Array.from(this.form.querySelectorAll("[data-files-of]")).find((one) => one.dataset.filesOf === fresh.dataset.filesOf);
      if (here) here.replaceWith(document.adoptNode(fresh));
    });
    const table = this.form.querySelector("[data-materials]");
    const fresh = page.querySelector("[data-materials]");
    if (!table.querySelector("tbody")) {
      table.replaceWith(document.adoptNode(fresh));
      this.adopted(fresh);
      return;
    }
    // Only what is new: in the rows that stand somebody may be writing.
    const known = new Set(Array.from(table.querySelectorAll("tr[data-record]")).map((row) => row.dataset.record));
    fresh.querySelectorAll("tr[data-record]").forEach((row) => {
      if (known.has(row.dataset.record)) return;
      table.querySelector("tbody").append(document.adoptNode(row));
      this.adopted(row);
    });
  }

  adopted(element) {
    element.dispatchEvent(new CustomEvent("fields-added", { bubbles: true }));
  }
}

// A file of which there is nothing to draw has no picture, not a broken one.
function pictures(form) {
  const hide = (picture) => {
    picture.hidden = true;
  };
  form.addEventListener("error", (event) => event.target.matches("img.thumb") && hide(event.target), true);
  form.querySelectorAll("img.thumb").forEach((picture) => picture.complete && !picture.naturalWidth && hide(picture));
}

export function start(form) {
  pictures(form);
  if (form.dataset.files && form.querySelector("#upload [data-upload]")) new Dropping(form);
}
