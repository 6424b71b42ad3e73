// A long select becomes a field to type in (ARIA combobox). The select stays in the form and keeps the value.
import { make, matches } from "./dom.js";

class Picker {
  constructor(select) {
    this.select = select;
    this.options = Array.from(select.options).filter((option) => option.value);
    this.current = -1;
    this.input = make("input", {
      type: "text", class: "form-control", id: `${select.id}-typed`, role: "combobox", autocomplete: "off",
      "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${select.id}-list`,
      "aria-describedby": select.getAttribute("aria-describedby"), "aria-invalid": select.getAttribute("aria-invalid"),
      placeholder: "输入名称、拼音首字母或编号",
    });
    this.list = make("ul", { class: "picker-list", id: `${select.id}-list`, role: "listbox", "aria-label": "可选项", hidden: true });
    const label = document.querySelector(`label[for="${select.id}"]`);
    if (label) label.htmlFor = this.input.id;
    select.before(make("div", { class: "picker" }, this.input, this.list));
    select.hidden = true;
    this.showChosen();
    this.listen();
  }

  listen() {
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("input", () => this.open(this.input.value));
    this.input.addEventListener("mousedown", () => this.open(""));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
    // mousedown, for a click would come after the field has lost focus and closed the list
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const row = event.target.closest("[data-value]");
      if (row) this.choose(row.dataset.value);
    });
    if (this.select.form) this.select.form.addEventListener("reset", () => setTimeout(() => this.showChosen()));
    // an error line jumps to the select, which is hidden now
    this.select.focus = () => this.input.focus();
  }

  get rows() {
    return this.list.querySelectorAll("[data-value]");
  }

  open(typed) {
    const found = this.options.filter((option) => matches(`${option.text} ${option.dataset.search || ""}`, typed));
    this.list.replaceChildren(
      ...(found.length
        ? found.map((option, place) => make("li", { role: "option", id: `${this.list.id}-${place}`, "data-value": option.value, "aria-selected": String(option.selected) }, option.text))
        : [make("li", { class: "picker-nothing", role: "option", "aria-disabled": "true" }, "没有符合的单位")]),
    );
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(typed && found.length ? 0 : found.findIndex((option) => option.selected));
  }

  mark(place) {
    this.current = place;
    this.rows.forEach((row, index) => row.classList.toggle("is-current", index === place));
    const row = this.rows[place];
    if (row) {
      this.input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.list.hidden) this.open("");
      else if (this.rows.length) this.mark((this.current + step + this.rows.length) % this.rows.length);
    } else if (event.key === "Enter" && !this.list.hidden) {
      event.preventDefault();
      const row = this.rows[this.current];
      if (row) this.choose(row.dataset.value);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.showChosen();
      this.close();
    }
  }

  choose(value) {
    this.select.value = value;
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
    this.showChosen();
    this.close();
  }

  leave() {
    // Words typed out in full count as chosen; an emptied field takes the choice away; anything else falls back.
    const typed = this.input.value.trim();
    const whole = this.options.find((option) => option.text === typed);
    if (whole) this.choose(whole.value);
    else if (!typed && this.select.value) this.choose("");
    else this.showChosen();
    this.close();
  }

  showChosen() {
    const chosen = this.select.selectedOptions[0];
    this.input.value = chosen && chosen.value ? chosen.text : "";
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

export function start(root) {
  root.querySelectorAll("select[data-picker]").forEach((select) => new Picker(select));
}
