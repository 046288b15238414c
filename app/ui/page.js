// Runs once when the reader panel is on the page; `element`, `trigger` and `server` are Gradio's
// (gr.HTML, js_on_load). Every listener hangs on the document, since Gradio redraws what is below it.

const find = (selector) => element.querySelector(selector);
const panel = find("#reader");
const narrow = window.matchMedia("(max-width: 63.99rem)");

window.footnoteListeners?.abort(); // Gradio may load a component twice
const listeners = (window.footnoteListeners = new AbortController());
const on = (target, type, handler) => target.addEventListener(type, handler, { signal: listeners.signal });

let citations = []; // of the answer that is open, as the server wrote them into data-citations
let at = -1; // the one that is marked; -1 when an article is open without a citation
let article = ""; // ARTICLE@REVISION in the panel
let turnOpen = null; // the answer's element
let opener = null; // where the focus returns to
let visit = 0; // so that a slow article never replaces a later one

async function show(name) {
  const mine = ++visit;
  panel.hidden = false;
  panel.setAttribute("role", narrow.matches ? "dialog" : "complementary");
  document.body.classList.add("reading");
  document.querySelector("#shell").inert = narrow.matches;
  if (name !== article) {
    article = name;
    find("#reader-body").innerHTML = '<p class="searching">Opening the article</p>';
    let page = '<p class="problem">The article could not be fetched. Is Footnote still running?</p>';
    try {
      page = await server.read_article(name);
    } catch (error) {
      article = "";
    }
    if (mine !== visit) return false;
    find("#reader-body").innerHTML = page; // escaped by app/ui/library.py
    find("#reader-body").scrollTop = 0;
  }
  return mine === visit;
}

function sentence(ordinal) {
  return find(`.s[data-ordinal="${Number(ordinal)}"]`);
}

function became(marked) {
  if (marked?.classList.contains("changed")) return `Now reads: “${marked.dataset.now}”`;
  return marked?.classList.contains("gone") ? "This sentence is no longer in the article." : "";
}

function mark() {
  const current = citations[at];
  for (const old of panel.querySelectorAll(".s.cited")) {
    old.classList.remove("cited", "current");
    old.removeAttribute("aria-current");
  }
  for (const citation of citations) {
    if (citation.article === article) sentence(citation.ordinal)?.classList.add("cited");
  }
  const marked = current && sentence(current.ordinal);
  if (marked) {
    marked.classList.add("current");
    marked.setAttribute("aria-current", "true");
    marked.scrollIntoView({ block: "center", behavior: "instant" });
  }
  find("#reader-steps").hidden = !current;
  find("#reader-foot").hidden = !current;
  const now = became(marked);
  find("#reader-now").hidden = !now;
  find("#reader-now").textContent = now;
  for (const number of document.querySelectorAll(".ref.open")) number.classList.remove("open");
  if (!current) return;
  find("#reader-count").textContent = `${at + 1} of ${citations.length}`;
  find("#reader-previous").setAttribute("aria-disabled", String(at === 0));
  find("#reader-next").setAttribute("aria-disabled", String(at === citations.length - 1));
  find("#reader-address").textContent = current.address;
  find("#reader-offsets").textContent = `characters ${current.start}–${current.end}`;
  find("#reader-said").textContent = `Citation ${at + 1} of ${citations.length}: ${current.quote} ${now}`;
  for (const number of turnOpen?.querySelectorAll(`.ref[data-n="${current.n}"]`) ?? []) number.classList.add("open");
}

async function openCitation(turn, n, from) {
  turnOpen = turn;
  citations = JSON.parse(turn.dataset.citations);
  const wanted = citations.findIndex((citation) => citation.n === n);
  if (wanted < 0) return;
  opener = from;
  await step(wanted);
  panel.focus({ preventScroll: true });
}

async function openArticle(name, from) {
  [citations, at, turnOpen, opener] = [[], -1, null, from];
  if (await show(name)) mark();
  panel.focus({ preventScroll: true });
}

async function step(to) {
  if (to < 0 || to >= citations.length) return;
  at = to;
  if (await show(citations[at].article)) mark();
}

function close() {
  visit++;
  panel.hidden = true;
  document.body.classList.remove("reading");
  document.querySelector("#shell").inert = false;
  for (const number of document.querySelectorAll(".ref.open")) number.classList.remove("open");
  const back = opener?.isConnected ? opener : document.querySelector("#question textarea");
  back?.focus();
  opener = null;
}

async function copyCitation(button) {
  const text = citations[at]?.copy;
  if (!text) return;
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch (refused) {
    done = copyByHand(text); // no clipboard outside https and localhost
  }
  button.textContent = done ? "Copied" : "Cannot copy";
  setTimeout(() => (button.textContent = "Copy citation"), 1600);
}

function copyByHand(text) {
  const area = document.createElement("textarea");
  area.value = text;
  panel.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

function confirmRemoval(button) {
  const dialog = find("#confirm");
  find("#confirm-title").textContent = button.dataset.title;
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue !== "delete") return button.focus();
    if (article.startsWith(`${button.dataset.remove}@`)) close();
    trigger("remove", { id: button.dataset.remove });
  };
  dialog.showModal();
}

function go(tab) {
  document.querySelector(`#${tab}-tab-button`)?.click();
}

const actions = {
  n: (button) => openCitation(button.closest(".turn"), Number(button.dataset.n), button),
  open: (button) => openArticle(button.dataset.open, button),
  remove: confirmRemoval,
  suggest: (button) => trigger("suggest", { question: button.dataset.suggest }),
  unfilter: (button) => trigger("unfilter", { kind: button.dataset.unfilter, value: button.dataset.value ?? "" }),
  cancel: (button) => trigger("cancel", { id: button.dataset.cancel }),
  retry: (button) => trigger("retry", { id: button.dataset.retry }),
  more: () => trigger("more", {}),
  again: () => trigger("again", {}),
  only: (button) => {
    trigger("only", { id: button.dataset.only, title: button.dataset.title });
    close();
    go("ask");
    document.querySelector("#question textarea")?.focus();
  },
  go: (button) => go(button.dataset.go),
  reader: (button) => {
    const deeds = { previous: () => step(at - 1), next: () => step(at + 1), close, copy: () => copyCitation(button) };
    deeds[button.dataset.reader]();
  },
};

on(document, "click", (event) => {
  const button = event.target.closest?.("button");
  if (!button) return;
  const name = Object.keys(actions).find((key) => key in button.dataset);
  if (name) actions[name](button);
});

on(document, "keydown", (event) => {
  if (panel.hidden || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (find("#confirm").open) return;
  if (event.key === "Escape") return close();
  if (event.target.closest?.("input, textarea, select, [role=listbox], [role=tab]")) return;
  if (event.key === "ArrowLeft" || event.key === "p") step(at - 1);
  if (event.key === "ArrowRight" || event.key === "n") step(at + 1);
});

on(narrow, "change", () => {
  document.querySelector("#shell").inert = narrow.matches && !panel.hidden;
});

// Gradio draws late and again, so what it drew is looked at after each change.
let turns = 0;
const watcher = new MutationObserver(() => {
  for (const input of document.querySelectorAll(".date input[type=text]")) input.type = "date";
  const all = document.querySelectorAll("#conversation .turn");
  // A new question belongs at the top of the window, with its answer below it.
  if (all.length > Math.max(turns, 1)) all[all.length - 1].scrollIntoView({ block: "start", behavior: "smooth" });
  turns = all.length;
});
watcher.observe(document.body, { childList: true, subtree: true });
listeners.signal.addEventListener("abort", () => watcher.disconnect());
