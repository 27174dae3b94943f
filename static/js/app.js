// Comfort only: every page works without this file.
"use strict";

// A form is sent once, however often its button is pressed. It is free again when
// one comes back with the browser's arrow, or after a while (a file may have come).
const WHILE = 8000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  window.setTimeout(() => delete form.dataset.sent, WHILE);
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
  });
});

// Of many tabs on a phone, the one that is open is in sight.
document.querySelectorAll(".nav-tabs .nav-link.active").forEach((tab) => {
  const bar = tab.closest(".nav-tabs");
  if (bar.scrollWidth > bar.clientWidth) bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - 32;
});

// A menu made of <details class="menu"> closes like people expect.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// A filter that is chosen from a list applies at once.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

// "/" goes to the search field of the page.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = document.querySelector("input[type=search], input[name=q]");
  if (!field) return;
  event.preventDefault();
  field.focus();
});

// A button that prints, and one that goes through a list's check boxes.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print], [data-checks]");
  if (!button) return;
  if (button.matches("[data-print]")) window.print();
  else {
    const boxes = document.querySelectorAll(button.dataset.checks);
    boxes.forEach((box) => {
      if (box.disabled || box.checked === button.checked) return;
      box.checked = button.checked;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
});
