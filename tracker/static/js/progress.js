// Long work: its bar follows the server until it is done, slower the longer it takes; leaving the page changes nothing.
import { make, quietly } from "./dom.js";

const FIRST = 800;
const SLOWEST = 5000;

function show(box, state) {
  const part = state.total ? Math.min(100, (state.done * 100) / state.total) : state.state === "done" ? 100 : 0;
  box.querySelector("[data-progress-bar]").setAttribute("width", part.toFixed(1));
  const figures = state.total ? `${state.done} / ${state.total}` : "正在处理";
  box.querySelector("[data-progress-words]").textContent = state.state === "running" ? [figures, state.message].filter(Boolean).join("，") : figures;
}

function finish(box, state) {
  const result = box.querySelector("[data-progress-result]");
  result.hidden = false;
  if (state.state === "done" && state.url) {
    result.replaceChildren(state.message || "已完成", " ", make("a", { href: state.url }, "查看结果"));
    window.location.assign(state.url);
    return;
  }
  const words = state.message || (state.state === "done" ? "已完成。" : "处理没有完成，已有内容没有变化。");
  result.replaceChildren(...(state.url ? [words, " ", make("a", { href: state.url }, "查看详情")] : [words]));
  result.classList.toggle("error", state.state !== "done");
}

function follow(box) {
  let pause = FIRST;
  const look = async () => {
    let state = null;
    try {
      const answer = await quietly(box.dataset.progress);
      if (answer.status === 401 || answer.status === 404) {
        finish(box, { state: "failed", message: answer.status === 401 ? "登录已过期，处理仍在继续。请重新登录后查看。" : "没有找到这项处理。" });
        return;
      }
      if (answer.ok) state = await answer.json();
    } catch (offline) {
      box.querySelector("[data-progress-words]").textContent = "暂时连不上服务器，正在重试";
    }
    if (state) {
      show(box, state);
      if (state.state !== "running") {
        finish(box, state);
        return;
      }
    }
    pause = Math.min(SLOWEST, pause * 1.25);
    setTimeout(look, pause);
  };
  const again = box.querySelector("[data-progress-again]");
  if (again) again.hidden = true;
  look();
}

export function start(root) {
  root.querySelectorAll("[data-progress]").forEach(follow);
}
