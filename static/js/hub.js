// What the pages do beyond HTML and htmx: delegated, small, optional. Every page works without it.

const root = document.documentElement;
const still = matchMedia("(prefers-reduced-motion: reduce)");
root.classList.add("js");

const store = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* private windows */ } },
};

/** Says something to screen readers without moving focus. */
function say(text) {
  const live = document.getElementById("live");
  if (live) { live.textContent = ""; setTimeout(() => { live.textContent = text; }, 50); }
}

/** Shows a message in the flash area, as the server would. */
function flash(text, kind = "bad") {
  const area = document.getElementById("flashes");
  if (!area) return;
  const box = document.createElement("div");
  const words = document.createElement("p");
  box.className = `flash flash--${kind}`;
  words.textContent = text;
  box.append(words);
  area.append(box);
  setTimeout(() => box.remove(), 8000);
}

// htmx: our token on every write, and errors that never fill a card.
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token && ctx.request.method.toUpperCase() !== "GET") ctx.request.headers["X-CSRFToken"] = token;
});

// Polls (hx-trigger="every …") wait while nobody looks, and catch up when somebody does. They wait, too, while somebody
// is inside: what has the focus, or is folded open, isn't taken away.
document.addEventListener("every", (event) => {
  if (document.hidden || event.target.querySelector?.(":focus, details[open]")) event.stopImmediatePropagation();
}, true);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const poll of document.querySelectorAll('[hx-trigger*="every"]')) poll.dispatchEvent(new Event("every"));
});

const SAYS = {
  403: "That isn’t yours to change. Nothing was changed.",
  404: "That is no longer here. Reload the page to see what is.",
  413: "That file is larger than the hub accepts. Nothing was lost.",
  429: "That was quick. Wait a moment, then try again.",
};

document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  const status = ctx.response.status;
  if (status === 422 || status === 409 || ctx.hx.redirect) return; // the server answered with the form itself
  ctx.swap = "none";
  flash(SAYS[status] ?? "Something went wrong on our side. Nothing was changed; please try again.");
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx?.status?.startsWith("error")) flash("The hub can’t be reached right now. What you typed is still here.");
});

document.addEventListener("htmx:after:swap", () => {
  const wanted = document.querySelector("[data-focus]");
  if (wanted) { wanted.removeAttribute("data-focus"); wanted.focus(); }
  awaken();
});

// Points count up once, from what this browser last saw to what they are.
function count(element) {
  const to = Number(element.dataset.count);
  const key = `count:${element.dataset.key}`;
  const from = Number(store.get(key) ?? to);
  store.set(key, String(to));
  delete element.dataset.count;
  if (from >= to || still.matches) return;
  const words = new Intl.NumberFormat(root.lang || "en");
  const start = performance.now();
  const last = element.textContent;
  element.classList.add("counting");
  const step = (time) => {
    const part = Math.min(1, (time - start) / 900);
    const eased = 1 - (1 - part) ** 4;
    element.textContent = part < 1 ? words.format(Math.round(from + (to - from) * eased)) : last;
    if (part < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

// A celebration happens once per key and browser, never blocks, and is only a sentence when motion is unwanted.
async function celebrate(element) {
  const key = `hurrah:${element.dataset.celebrate}`;
  delete element.dataset.celebrate;
  if (store.get(key)) return;
  store.set(key, "1");
  say(element.textContent.trim());
  if (still.matches) return;
  const { default: confetti } = await import("../vendor/canvas-confetti-1.9.4.mjs");
  const canvas = document.createElement("canvas");
  canvas.className = "confetti";
  canvas.setAttribute("aria-hidden", "true");
  document.body.append(canvas);
  const fire = confetti.create(canvas, { resize: true, useWorker: false, disableForReducedMotion: true });
  const box = element.getBoundingClientRect();
  const origin = { x: (box.left + box.width / 2) / innerWidth, y: Math.min(0.9, Math.max(0.1, box.top / innerHeight)) };
  const colors = ["#f2b632", "#e0315a", "#34b27b", "#4f8cf0", "#fff3c9"];
  await fire({ particleCount: 90, spread: 75, startVelocity: 38, ticks: 140, scalar: 0.95, origin, colors });
  canvas.remove();
}

// The theme: the system's, unless chosen; kept in a cookie so that the server renders it and nothing flickers.
function showTheme() {
  const chosen = root.dataset.theme ?? "";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
  }
}

function chooseTheme(name) {
  if (name) root.dataset.theme = name; else delete root.dataset.theme;
  const life = name ? 31536000 : 0;
  document.cookie = `theme=${name}; path=/; max-age=${life}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  showTheme();
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const text = source ? (source.value ?? source.textContent.trim()) : button.dataset.copy;
  try { await navigator.clipboard.writeText(text); } catch { return flash("Copying isn’t allowed here. Select the text instead.", "warn"); }
  const label = button.querySelector("[data-copy-label]") ?? button;
  const before = label.textContent;
  label.textContent = "Copied";
  say("Copied");
  setTimeout(() => { label.textContent = before; }, 1600);
}

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest?.(selector);
  let hit;
  if ((hit = on("[data-theme-choice]"))) chooseTheme(hit.dataset.themeChoice);
  else if ((hit = on("[data-copy]"))) copy(hit);
  else if (on("[data-print]")) window.print();
  else if ((hit = on("[data-mention]"))) mention(hit);
  else if ((hit = on("[data-dismiss]"))) hit.closest(".flash, .note, .hurrah")?.remove();
  else if ((hit = on("[data-dialog]"))) { event.preventDefault(); document.getElementById(hit.dataset.dialog)?.showModal(); }
  else if ((hit = on("[data-close]"))) hit.closest("dialog")?.close();
  else if (event.target.matches?.("dialog")) event.target.close(); // the backdrop
});

document.addEventListener("input", ({ target }) => {
  const counter = target.dataset?.counted && document.getElementById(target.dataset.counted);
  if (counter) counter.textContent = `${target.value.length} / ${target.maxLength}`;
});

// Names after an @: the letters before the caret are looked up, a choice takes their place. Plain text works as well.
const MENTION = /(?:^|[\s(])@([\w-]{2,40})$/;

document.addEventListener("input", ({ target }) => {
  const box = target.dataset?.mentions && document.getElementById(target.dataset.mentions);
  if (!box) return;
  const typed = MENTION.exec(target.value.slice(0, target.selectionStart))?.[1] ?? "";
  const asked = box.querySelector("input[name=q]");
  if (asked.value === typed) return;
  asked.value = typed;
  if (typed) box.dispatchEvent(new Event("mention")); else box.querySelector(".mentions__found").replaceChildren();
});

function mention(button) {
  const box = button.closest(".mentions");
  const text = document.querySelector(`[data-mentions="${CSS.escape(box.id)}"]`);
  const before = text.value.slice(0, text.selectionStart).replace(/@[\w-]*$/, `@${button.dataset.mention} `);
  text.value = before + text.value.slice(text.selectionStart);
  box.querySelector(".mentions__found").replaceChildren();
  text.focus();
  text.setSelectionRange(before.length, before.length);
}

document.addEventListener("change", ({ target }) => {
  if (target.matches?.("[data-submits]")) target.form?.requestSubmit();
  if (target.matches?.("[data-checks]")) {
    for (const box of document.querySelectorAll(`input[name="${CSS.escape(target.dataset.checks)}"]`)) box.checked = target.checked;
  }
});

/** What needs doing for elements that have just arrived. */
function awaken() {
  document.querySelectorAll("[data-count]").forEach(count);
  document.querySelectorAll("[data-celebrate]").forEach(celebrate);
}

showTheme();
awaken();
document.querySelector("[data-focus]")?.focus();
