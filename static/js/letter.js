// Comfort only: the preview of a letter follows what is typed.
"use strict";

(() => {
  const form = document.getElementById("letter-form");
  const button = document.getElementById("letter-preview");
  if (!form || !button) return;
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => form.requestSubmit(button), 700);
  });
})();
