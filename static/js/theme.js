// Light or dark as the person's system says, before the first paint.
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  document.documentElement.classList.add("js");
  dark.addEventListener("change", follow);
  follow();
})();
