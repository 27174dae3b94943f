// Comfort only: a field whose problem came or went is marked as such.
"use strict";

document.addEventListener("htmx:afterSettle", () => {
  document.querySelectorAll("[data-problem]").forEach((problem) => {
    const field = document.getElementById(problem.dataset.problem);
    const wrong = problem.childElementCount > 0;
    field.classList.toggle("is-invalid", wrong);
    if (wrong) {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", problem.id);
    } else {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
  });
});
