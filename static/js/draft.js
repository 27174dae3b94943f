// Comfort only: lines are added, moved and removed without asking the server.
"use strict";

(() => {
  const form = document.getElementById("draft");
  if (!form) return;
  const rowsOf = (list) => [...list.querySelectorAll("fieldset")];

  // Names and ids follow the place of their row; what is typed stays.
  const number = (list) => {
    const name = list.dataset.rows;
    const rows = rowsOf(list);
    const old = new RegExp(`${name}-(\\d+|__prefix__)-`, "g");
    rows.forEach((row, place) => {
      row.querySelectorAll("[name], [id], [for], [aria-describedby]").forEach((part) => {
        for (const what of ["name", "id", "for", "aria-describedby"]) {
          const value = part.getAttribute(what);
          if (value) part.setAttribute(what, value.replace(old, `${name}-${place}-`));
        }
      });
      row.querySelectorAll(`button[name=${name}]`).forEach((button) => {
        button.value = button.value.replace(/\d+$/, place);
      });
      const legend = row.querySelector("legend");
      legend.textContent = legend.textContent.replace(/\d+/, place + 1);
    });
    list.querySelector(`[name=${name}-TOTAL_FORMS]`).value = rows.length;
  };

  const add = (list) => {
    const blank = document.getElementById(`blank-${list.dataset.rows}`);
    list.append(blank.content.cloneNode(true));
    const row = rowsOf(list).at(-1);
    row.querySelector("textarea, input").focus();
    return row;
  };

  const act = {
    add,
    up: (_list, row) => row.previousElementSibling?.matches("fieldset") && row.previousElementSibling.before(row),
    down: (_list, row) => row.nextElementSibling?.after(row),
    remove: (list, row) => {
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      next?.querySelector("textarea, input")?.focus();
    },
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=lines], button[name=parts]");
    if (!button) return;
    event.preventDefault();
    const list = document.getElementById(button.name);
    const row = button.closest("fieldset");
    act[button.value.split("-")[0]](list, row);
    number(list);
    if (row?.isConnected) button.focus();
    list.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // Who leaves with something unsaved is asked.
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
})();
