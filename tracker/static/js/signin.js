// Sign in again where one is. The site's own sign-in page, and whatever step follows it, is shown over the page that is being
// written; when the way back leads to this page, the page goes on with the fresh token and nothing typed was ever away.
// A box of our own: the browsers of these offices know no <dialog> that could be relied upon.
import { button, make, quietly } from "./dom.js";

function parsed(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

function renew(token) {
  document.querySelector('meta[name="csrf-token"]').content = token;
  document.querySelectorAll('input[name="csrf_token"]').forEach((input) => {
    input.value = token;
  });
}

/** Whether a page that came is this very page, for the same person and post. */
function isThisPage(answer, page, owner) {
  if (new URL(answer.url).pathname !== window.location.pathname) return false;
  const form = page.querySelector("form[data-autosave-owner]");
  return Boolean(form && form.dataset.autosaveOwner === owner);
}

function home() {
  const link = document.querySelector("a.brand");
  return link ? link.href : "/";
}

/** Keeps the Tab key inside the box; Escape closes it. */
function hold(event, box, close) {
  if (event.key === "Escape") return close();
  if (event.key !== "Tab") return undefined;
  const stops = Array.from(box.querySelectorAll("input:not([type=hidden]), button, select, a[href]"));
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  if (document.activeElement !== edge && box.contains(document.activeElement)) return undefined;
  event.preventDefault();
  (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
  return undefined;
}

/** Opens the box; calls done() once somebody with the same post has signed in. */
export async function signInHere(owner, done) {
  if (document.querySelector(".sign-in-here")) return;
  const before = document.activeElement;
  const body = make("div", { class: "sign-in-body" });
  const box = make("div", { class: "sign-in-here", role: "dialog", "aria-modal": "true", "aria-label": "重新登录" }, make("h2", {}, "重新登录"), make("p", { class: "help" }, "本页内容不受影响，登录后自动保存。"), body);
  const veil = make("div", { class: "sign-in-veil" }, box);
  const close = () => {
    veil.remove();
    if (before && before.focus) before.focus();
  };
  box.append(button("关闭", "quiet", close));
  box.addEventListener("keydown", (event) => hold(event, box, close));
  document.body.append(veil);

  const get = (url) => fetch(url, { credentials: "same-origin", cache: "no-store", headers: { Accept: "text/html" } });
  const ask = () => follow(get(window.location.href));

  // Somebody else is signed in by now, or the same person at another post: who, and the way back to the sign-in page.
  const another = (page) => {
    if (!body.isConnected) return;
    const who = page.querySelector(".who-name");
    const leave = page.querySelector("form[data-sign-out]");
    const said = `${who ? `现在登录的是${who.textContent.trim()}，` : "现在登录的"}与打开本页时的人员或岗位不同。本页写的内容仍在，请换原来的人员和岗位登录。`;
    body.replaceChildren(make("p", { class: "error" }, said));
    if (!leave) return;
    const out = async () => {
      await quietly(leave.getAttribute("action"), { method: "POST", body: new FormData(leave) });
      await ask();
    };
    const change = button("退出，重新登录", "primary", () => out().catch(() => {}));
    body.append(change);
    change.focus();
  };

  const show = (answer, page) => {
    const main = page.querySelector("main");
    const forms = main ? Array.from(main.querySelectorAll("form")) : [];
    if (!forms.length) {
      body.replaceChildren(make("p", { class: "error" }, "暂时不能在这里登录，请在新窗口登录。"));
      return;
    }
    body.replaceChildren(...forms.map((form) => document.adoptNode(form)));
    body.querySelectorAll("form").forEach((form) => {
      const address = new URL(form.getAttribute("action") || answer.url, answer.url);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        event.stopPropagation();
        const said = new FormData(form, event.submitter && event.submitter.form === form ? event.submitter : undefined);
        follow(fetch(address, { method: "POST", credentials: "same-origin", headers: { Accept: "text/html" }, body: said }));
      });
    });
    const first = body.querySelector("input:not([type=hidden])");
    if (first) first.focus();
  };

  const follow = async (asked) => {
    try {
      const answer = await asked;
      const page = parsed(await answer.text());
      if (!isThisPage(answer, page, owner)) {
        // Of what is not theirs the other one is only told that there is no such page: their own start page says who it is.
        if (new URL(answer.url).pathname === window.location.pathname) another(parsed(await (await get(home())).text()));
        else if (page.body.classList.contains("with-side")) another(page);
        else show(answer, page);
        return;
      }
      renew(page.querySelector('meta[name="csrf-token"]').content);
      close();
      done();
    } catch (offline) {
      body.replaceChildren(make("p", { class: "error" }, "暂时连不上服务器，请稍后再试。"));
    }
  };

  await ask();
}
