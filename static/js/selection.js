// Comfort only: shift and click, or keys, tick many boxes; every page works without.
"use strict";

(() => {
  const boxes = () => [...document.querySelectorAll(".tick")];
  const fields = "input:not([type=checkbox]), textarea, select, [contenteditable], dialog";
  let last = null;

  // All boxes from the last one that was ticked to this one come to look alike.
  const range = (box) => {
    const all = boxes();
    if (!all.includes(last)) return;
    const ends = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(ends[0], ends[1] + 1).forEach((one) => { one.checked = box.checked; });
  };

  document.addEventListener("click", (event) => {
    if (!event.target.matches(".tick")) return;
    if (event.shiftKey) range(event.target);
    last = event.target;
  });

  const move = (by) => {
    const all = boxes();
    const here = all.indexOf(document.activeElement.closest("tr")?.querySelector(".tick"));
    const next = here < 0 ? 0 : Math.min(Math.max(here + by, 0), all.length - 1);
    all[next]?.focus();
  };

  const tick = (many) => {
    const box = document.activeElement;
    if (!box.matches(".tick") || box.disabled) return;
    box.checked = !box.checked;
    if (many) range(box);
    last = box;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    x: () => tick(false),
    X: () => tick(true),
    "/": () => document.getElementById("q")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
  };

  // Never while somebody writes, and never a key the browser means something by.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest(fields)) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
