// The review queue by keyboard: j and k move, a approves, s sends back, r refuses. A no without words asks for them first.

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const rows = [...document.querySelectorAll("[data-row]")];
let here = -1;

/** Moves the focus among the rows of the list. */
function step(by) {
  here = Math.min(rows.length - 1, Math.max(0, here + by));
  rows[here]?.querySelector("a")?.focus();
}

/** A no goes out with words; without them the cursor goes where they belong. */
function press(button) {
  const words = document.getElementById("words");
  const reason = document.getElementById("reason");
  const isNo = button.value !== "approve";
  if (isNo && words && !words.value.trim() && !reason?.value) {
    words.focus();
    return;
  }
  button.form.requestSubmit(button);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (rows.length && (event.key === "j" || event.key === "k")) {
    event.preventDefault();
    step(event.key === "j" ? 1 : -1);
    return;
  }
  const hit = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!hit) return;
  event.preventDefault();
  if (hit.tagName === "A") location.assign(hit.href); else press(hit);
});

// A saved reason fills the words, so that they can be changed before they are sent.
document.addEventListener("change", ({ target }) => {
  if (target.id !== "reason") return;
  const words = document.getElementById("words");
  const said = target.selectedOptions[0]?.dataset.words;
  if (words && said) { words.value = said; words.focus(); }
});
