// Whatever was typed survives. Each [data-field] is sent by itself, one after another, with the version of its row; what cannot be
// sent is kept on this machine and sent later. The contract with the server is in templates/macros/README.md.
import { button, csrfToken, make, quietly } from "./dom.js";
import { signInHere } from "./signin.js";
import { showBoth } from "./conflict.js";
import { Kept } from "./kept.js";

const PAUSE = 1500;
const RETRY = { first: 5000, most: 60000 };

class Field {
  constructor(elements, row) {
    this.elements = elements;
    this.row = row;
    this.name = elements[0].dataset.field;
    this.key = `${row.dataset.record || ""}|${this.name}`;
    this.saved = this.served;
    this.touched = false;
    this.trying = null;
    this.timer = null;
    this.box = null;
    this.fault = null;
  }

  /** Why the words were not taken, at the field; "" takes it away again. */
  set refused(why) {
    const [first] = this.elements;
    if (this.fault) this.fault.remove();
    this.fault = why ? make("p", { class: "error", "data-refused": "" }, why) : null;
    if (why) first.setAttribute("aria-invalid", "true");
    else first.removeAttribute("aria-invalid");
    if (this.fault) this.anchor.append(this.fault);
  }

  get value() {
    const [first] = this.elements;
    if (first.type === "radio") {
      const on = this.elements.find((element) => element.checked);
      return on ? on.value : "";
    }
    if (first.type === "checkbox") return first.checked ? first.value : "";
    return first.value;
  }

  set value(text) {
    const [first] = this.elements;
    if (first.type === "radio" || first.type === "checkbox") {
      this.elements.forEach((element) => {
        element.checked = element.value === text;
      });
    } else first.value = text;
    first.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** What the page came with; after the back button a browser may have filled in what was typed before. */
  get served() {
    const [first] = this.elements;
    if (first.type === "radio" || first.type === "checkbox") {
      const on = this.elements.find((element) => element.defaultChecked);
      return on ? on.value : "";
    }
    if (first.tagName === "SELECT") {
      const options = Array.from(first.options);
      const on = options.find((option) => option.defaultSelected) || options[0];
      return on ? on.value : "";
    }
    return first.defaultValue;
  }

  get dirty() {
    return this.value !== this.saved;
  }

  get version() {
    return Number(this.row.dataset.version);
  }

  set version(number) {
    this.row.dataset.version = number;
    this.showVersion();
  }

  showVersion() {
    this.row.querySelectorAll("input[data-version-input]").forEach((input) => {
      if (input.closest("[data-version]") === this.row) input.value = this.version;
    });
  }

  get anchor() {
    return this.elements[0].closest(".field, td, th") || this.elements[0];
  }

  get label() {
    const [first] = this.elements;
    const label = first.labels && first.labels[0];
    return label ? label.firstChild.textContent.trim() : first.getAttribute("aria-label") || "这一处";
  }
}

function fieldsOf(form, root = form) {
  const groups = new Map();
  root.querySelectorAll("[data-field]").forEach((element) => {
    const row = element.closest("[data-version]") || form;
    if (!groups.has(row)) groups.set(row, new Map());
    const names = groups.get(row);
    const name = element.dataset.field;
    if (!names.has(name)) names.set(name, []);
    names.get(name).push(element);
  });
  return Array.from(groups).flatMap(([row, names]) => Array.from(names.values()).map((elements) => new Field(elements, row)));
}

/** After signing in again in another window the page's token is stale: take the one of a fresh copy of this page; "out" where nobody is
    signed in any more. */
async function freshToken() {
  const answer = await quietly(window.location.href, { headers: { Accept: "text/html" } });
  if (answer.status === 401 || answer.redirected) return "out";
  if (!answer.ok) return false;
  const meta = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector('meta[name="csrf-token"]');
  if (!meta || meta.content === csrfToken()) return false;
  document.querySelector('meta[name="csrf-token"]').content = meta.content;
  document.querySelectorAll('input[name="csrf_token"]').forEach((input) => {
    input.value = meta.content;
  });
  return true;
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.kept = new Kept(form.dataset.autosaveOwner, this.url);
    this.fields = fieldsOf(form);
    this.status = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
    this.queue = Promise.resolve();
    this.wait = RETRY.first;
    this.retry = null;
    this.fields.forEach((field) => this.follow(field));
    if (this.kept.outran(this.fields.map((field) => field.row))) {
      window.location.replace(window.location.pathname + window.location.search);
      return;
    }
    this.bringBack();
    window.addEventListener("beforeunload", () => {
      this.leaving = true;
    });
    window.addEventListener("pageshow", (event) => this.shown(event));
    window.addEventListener("online", () => this.again());
    window.addEventListener("focus", () => this.again());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.fields.forEach((field) => this.send(field, { leaving: true }));
    });
    document.addEventListener("submit", (event) => this.beforeSubmit(event), true);
    document.addEventListener("click", (event) => this.beforePaper(event));
    // Rows that script adds to the page announce themselves.
    form.addEventListener("fields-added", (event) => {
      const fresh = fieldsOf(form, event.target);
      this.fields.push(...fresh);
      fresh.forEach((field) => this.follow(field));
    });
  }

  follow(field) {
    field.elements.forEach((element) => {
      const soon = () => {
        field.touched = true;
        clearTimeout(field.timer);
        if (!field.dirty) {
          this.asBefore(field);
          return;
        }
        this.keep(field, field.value);
        field.timer = setTimeout(() => this.send(field), PAUSE);
      };
      element.addEventListener("input", soon);
      element.addEventListener("change", () => this.send(field));
      element.addEventListener("blur", () => this.send(field));
    });
  }

  // What is put back as it stands on the server needs no saving: nothing of it is kept here, and no refusal holds any more.
  asBefore(field) {
    if (!field.trying) this.kept.drop(field.key);
    if (!field.fault) return;
    field.refused = "";
    field.elements[0].dispatchEvent(new Event("change-refused", { bubbles: true }));
    const fault = this.fields.find((other) => other.fault);
    this.say(fault ? `有一处没有保存：${fault.fault.textContent}` : "已恢复为保存的内容", fault ? "is-refused" : "");
  }

  // The words on this machine rest on what stood there, or on words of one's own that are on their way.
  keep(field, value) {
    const over = field.box ? [] : [field.saved, field.trying].filter((text) => text !== null);
    this.kept.put(field.key, value, over);
  }

  // Words kept on this machine: put back where nobody wrote since, shown beside the others' where somebody did.
  bringBack() {
    const back = this.fields.filter((field) => {
      field.showVersion();
      const kept = this.kept.get(field.key);
      if (!kept || kept.value === field.saved) {
        this.kept.drop(field.key);
        return false;
      }
      if ((kept.over || []).includes(field.saved)) {
        field.value = kept.value;
        this.send(field);
        return true;
      }
      this.conflict(field, kept.value, { value: field.saved, version: field.version });
      return false;
    });
    if (back.length) this.say("已找回本机保存的文字");
  }

  // After the back button the browser fills in what was typed before, between load and pageshow and without an event. Which version
  // that was written on cannot be known: both are shown. On a page that comes fresh it was typed while the scripts were on their way.
  shown(event) {
    if (event.persisted) {
      this.again();
      return;
    }
    const [visit] = performance.getEntriesByType("navigation");
    this.fields.forEach((field) => {
      field.showVersion();
      if (!field.dirty || field.touched || field.box || field.trying === field.value) return;
      if (visit && visit.type === "navigate") this.send(field);
      else this.conflict(field, field.value, { value: field.saved, version: field.version });
    });
  }

  say(words, kind = "", ...more) {
    if (!this.status) return;
    this.status.className = `autosave ${kind}`.trim();
    this.status.querySelector("[data-autosave-words]").replaceChildren(words, ...more);
  }

  /** One after another: a row's version follows from the answer before. */
  send(field, { leaving = false } = {}) {
    clearTimeout(field.timer);
    // Leaving a field tells twice, by change and by blur: the same words travel once.
    if (!field.dirty || field.box || field.trying === field.value) return this.queue;
    const words = field.value;
    field.trying = words;
    this.queue = this.queue
      .then(() => this.post(field, leaving))
      .catch((fault) => console.error(fault))
      .then(() => {
        if (field.trying === words) field.trying = null;
      });
    return this.queue;
  }

  async post(field, leaving, second = false) {
    if (!field.dirty || field.box) return;
    const value = field.value;
    const body = JSON.stringify({ field: field.name, record: field.row.dataset.record || "", value, version: field.version });
    // What a script sends never prolongs the sitting; whoever comes back too late signs in again in place.
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), "X-Requested-With": "XMLHttpRequest" };
    let answer;
    try {
      const ask = { method: "POST", headers, body, keepalive: leaving && body.length < 20000 };
      answer = await quietly(this.url, ask);
    } catch (offline) {
      this.later(field, value, "暂时连不上服务器");
      return;
    }
    const found = await answer.json().catch(() => ({}));
    if (answer.status === 400 && !second) {
      const fresh = await freshToken().catch(() => false);
      if (fresh === "out") this.signedOut(field, value, found);
      else if (fresh) await this.post(field, leaving, true);
      if (fresh) return;
    }
    this.take(field, value, answer, found);
  }

  take(field, value, answer, found) {
    if (answer.ok && found.version !== undefined) this.done(field, value, found);
    else if (answer.status === 409) this.conflict(field, field.value, found);
    else if (answer.status === 401 || answer.redirected) this.signedOut(field, value, found);
    else if (answer.status >= 500 || answer.status === 429) this.later(field, value, "服务器暂时没有答复");
    else {
      this.keep(field, value);
      const why = found.message || "这一处内容现在不能修改。";
      field.refused = why;
      field.elements[0].dispatchEvent(new Event("change-refused", { bubbles: true }));
      this.say(`没有保存：${why}`, "is-refused");
    }
  }

  done(field, value, found) {
    field.version = found.version;
    field.saved = value;
    if (this.leaving) this.kept.took(field.row.dataset.record || "", found.version);
    if (field.fault) field.refused = "";
    this.wait = RETRY.first;
    if (field.dirty) {
      this.keep(field, field.value);
      clearTimeout(field.timer);
      field.timer = setTimeout(() => this.send(field), PAUSE);
    } else this.kept.drop(field.key);
    const now = new Date();
    const clock = found.saved_at || `${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`;
    const fault = this.fields.find((other) => other.fault);
    if (fault) this.say(`有一处没有保存：${fault.fault.textContent}`, "is-refused");
    else if (!this.fields.some((other) => other.box)) this.say(`已保存 ${clock}`);
  }

  conflict(field, mine, found) {
    if (found.value === undefined) {
      this.keep(field, mine);
      this.say(found.message || "内容刚才已有变化，您的文字保存在本机，请刷新页面核对。", "is-refused");
      return;
    }
    if (found.value === mine) {
      this.done(field, mine, found);
      return;
    }
    this.say(found.by ? "有一处内容两人同时修改，请选用" : "有一处内容在两个页面上都修改过，请选用", "is-refused");
    this.kept.put(field.key, mine); // until somebody chooses, both are shown again
    field.box = showBoth(field.anchor, { mine, theirs: found.value, by: found.by, at: found.at, label: field.label }, (which) => {
      field.box = null;
      field.version = found.version;
      field.saved = found.value;
      // What was typed while both were on show is still the person's own text.
      field.value = which === "mine" ? (field.value === found.value ? mine : field.value) : found.value;
      if (which === "theirs") this.kept.drop(field.key);
      field.elements[0].focus();
      this.say(which === "mine" ? "正在保存您填写的内容" : "已选用保存的内容");
      this.send(field);
    });
  }

  later(field, value, why) {
    this.keep(field, value);
    const kept = this.kept.place ? "文字已保存在本机，稍后自动补存" : "稍后自动再试，请不要关闭本页";
    this.say(`${why}，${kept}`, "is-kept");
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.again(), this.wait);
    this.wait = Math.min(RETRY.most, this.wait * 2);
  }

  signedOut(field, value, found) {
    this.keep(field, value);
    clearTimeout(this.retry);
    const link = make("a", { href: found.sign_in_url || window.location.href, target: "_blank", rel: "noopener" }, "在新窗口登录");
    const here = button("在这里重新登录", "plain", () => signInHere(this.form.dataset.autosaveOwner || "", () => this.again()));
    this.say("登录已过期，文字已保存在本机。", "is-kept", here, " ", link, " ", button("登录后再试", "quiet", () => this.again()));
  }

  again() {
    clearTimeout(this.retry);
    this.fields.forEach((field) => this.send(field));
  }

  // A submit waits for what is still unsaved, so that the row's version is the newest one.
  async beforeSubmit(event) {
    if (event.target !== this.form || this.sending) return;
    const open = this.fields.find((field) => field.box);
    const unsaved = this.fields.filter((field) => field.dirty);
    if (!open && !unsaved.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (open) {
      open.box.scrollIntoView({ block: "center" });
      open.box.querySelector("button").focus();
      return;
    }
    const pressed = event.submitter;
    await Promise.all(unsaved.map((field) => this.send(field)));
    const stuck = this.fields.find((field) => field.dirty || field.box);
    if (stuck) {
      if (stuck.fault) stuck.elements[0].focus();
      return;
    }
    this.sending = true;
    this.form.requestSubmit(pressed && pressed.form === this.form ? pressed : undefined);
    this.sending = false;
  }

  // A paper is made of what is saved: its link waits for the words that are still on their way.
  async beforePaper(event) {
    const link = event.target.closest("a[data-after-saving]");
    const unsaved = this.fields.filter((field) => field.dirty);
    if (!link || !unsaved.length || event.defaultPrevented || this.sending) return;
    event.preventDefault();
    await Promise.all(unsaved.map((field) => this.send(field)));
    if (this.fields.some((field) => field.dirty || field.box)) return;
    this.sending = true;
    link.click();
    this.sending = false;
  }
}

export function start(root) {
  root.querySelectorAll("form[data-autosave]").forEach((form) => new Autosave(form));
}
