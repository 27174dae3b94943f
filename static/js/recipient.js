// Comfort only: buttons that copy, and no second press of a form on its way.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent += " ✓";
  }, { once: false });
}
