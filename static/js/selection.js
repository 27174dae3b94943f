// Comfort only: shift and click ticks all boxes between two.
"use strict";

let last = null;
document.addEventListener("click", (event) => {
  if (!event.target.matches(".tick")) return;
  const boxes = [...document.querySelectorAll(".tick")];
  if (event.shiftKey && boxes.includes(last)) {
    const ends = [boxes.indexOf(last), boxes.indexOf(event.target)].sort((a, b) => a - b);
    boxes.slice(ends[0], ends[1] + 1).forEach((box) => { box.checked = event.target.checked; });
  }
  last = event.target;
});
