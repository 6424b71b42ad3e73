// Two people, one text: both are shown beside each other, the person chooses, nothing is thrown away unseen.
import { button, make } from "./dom.js";

function side(title, text, action) {
  return make("div", {}, make("h3", {}, title), make("div", { class: "conflict-text", tabindex: "0", role: "group", "aria-label": title }, text || "（空）"), action);
}

/** Shows both texts after `anchor`; calls chosen("mine" | "theirs") once. Returns the box. */
export function showBoth(anchor, { mine, theirs, by, at, label }, chosen) {
  // Nobody else wrote: it was the same person, on another page.
  const who = by ? [by, at].filter(Boolean).join(" ") : "您在另一个页面";
  const settle = (which) => () => {
    box.remove();
    chosen(which);
  };
  const box = make(
    "section",
    { class: "conflict", role: "group", "aria-label": `${label}：两份内容` },
    make("p", { class: "conflict-said", role: "alert" }, `${who}${by ? " " : ""}刚才也修改了这一处。两份内容都在，请选用其中一份，之后仍可修改。`),
    make(
      "div",
      { class: "conflict-pair" },
      side("您填写的", mine, button("用您填写的", "primary", settle("mine"))),
      side("已保存的", theirs, button("用已保存的", "plain", settle("theirs"))),
    ),
  );
  anchor.after(box);
  return box;
}
