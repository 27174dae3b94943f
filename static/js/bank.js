// Comfort only: a dropped file is read at once, and the work list has single keys.
"use strict";

// A file is dropped anywhere on its card, and sent when it is there.
document.querySelectorAll("[data-drop]").forEach((form) => {
  const field = form.querySelector("input[type=file]");
  field.addEventListener("change", () => { if (field.files.length) form.requestSubmit(); });
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", () => form.classList.remove("dropping"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("dropping");
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    form.requestSubmit();
  });
});

// Single keys: on the current row of the list, or on the page of one entry. They can
// be switched off, for whoever speaks to the machine or rests a hand on it (WCAG 2.1.4).
const OFF = "relance-keys-off";
const switched = document.querySelector("[data-keys-off] input");
if (switched) {
  switched.checked = Boolean(localStorage.getItem(OFF));
  switched.addEventListener("change", () => {
    if (switched.checked) localStorage.setItem(OFF, "yes");
    else localStorage.removeItem(OFF);
  });
}

const list = document.querySelector("[data-entries]");
const rows = () => [...list.querySelectorAll(".entry")];
const waiting = (row) => !row.classList.contains("entry-done");
let place = 0;

function mark(index) {
  const all = rows();
  place = Math.min(Math.max(index, 0), all.length - 1);
  all.forEach((row, n) => row.classList.toggle("current", n === place));
}

function go(index) {
  mark(index);
  const all = rows();
  all[place].focus({ preventScroll: true });
  all[place].scrollIntoView({ block: "nearest" });
}

// Up and down over what still waits.
function step(by) {
  const all = rows();
  let index = place + by;
  while (all[index] && !waiting(all[index])) index += by;
  if (all[index]) go(index);
}

function press(key) {
  const within = list ? rows()[place] : document;
  const target = within.querySelector(`[data-key="${key}"]`);
  if (!target) return;
  const wanted = target.dataset.focus;
  if (wanted) document.querySelector(wanted).focus();
  else target.click();
  if (target.matches("summary") && target.parentElement.open) {
    target.parentElement.querySelector("input:not([type=hidden])").focus();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && list) {
    rows()[place].querySelectorAll("details[open]").forEach((d) => { d.open = false; });
    go(place);
    return;
  }
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "?") {
    const help = document.getElementById("keys");
    if (help) help.open = !help.open;
    return;
  }
  if (localStorage.getItem(OFF) || !"asijk".includes(event.key)) return;
  event.preventDefault();
  if (list && event.key === "j") step(1);
  else if (list && event.key === "k") step(-1);
  else press(event.key);
});

if (list) {
  list.addEventListener("focusin", (event) => {
    const index = rows().indexOf(event.target.closest(".entry"));
    if (index >= 0 && index !== place) mark(index);
  });
  // What was decided stays where it was, and the next one is at hand.
  document.addEventListener("htmx:afterSettle", (event) => {
    const row = rows()[place];
    if (!row || event.detail.elt !== row) return;
    if (waiting(row)) go(place);
    else step(1);
  });
  const wanted = rows().findIndex((row) => `#${row.id}` === location.hash);
  if (wanted >= 0) go(wanted);
  else mark(0);
}
