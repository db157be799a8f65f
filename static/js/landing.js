// Hints while somebody types: asked of the server, which says the same after the form is sent without this.
const form = document.querySelector("form[data-hints]");
let waiting, asked;

async function ask() {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(form.dataset.hints, { method: "POST", body: new FormData(form), signal: asked.signal });
    if (!answer.ok) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("hints");
    if (found) document.getElementById("hints").replaceChildren(...found.childNodes);
  } catch { /* hints are no more than that */ }
}

form?.addEventListener("input", (event) => {
  if (!/^(contact_title|q_)/.test(event.target.name)) return;
  clearTimeout(waiting);
  waiting = setTimeout(ask, 450);
});
