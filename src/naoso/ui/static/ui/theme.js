// Applied before the first paint, so that a dark room sees no white flash.
(() => {
  const chosen = localStorage.getItem("naoso-theme") ?? "auto";
  const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  document.documentElement.classList.toggle("large-type", localStorage.getItem("naoso-large") === "yes");
})();
