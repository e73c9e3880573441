// Cycles auto → light → dark; static/ui/theme.js applies the choice before the first paint.

const ORDER = ["auto", "light", "dark"] as const;
type Choice = (typeof ORDER)[number];

export function stored(): Choice {
  const value = localStorage.getItem("naoso-theme");
  return ORDER.find((choice) => choice === value) ?? "auto";
}

export function apply(choice: Choice): void {
  const dark = choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset["bsTheme"] = dark ? "dark" : "light";
  document.dispatchEvent(new CustomEvent("naoso:theme", { detail: { dark } }));
}

export function isDark(): boolean {
  return document.documentElement.dataset["bsTheme"] === "dark";
}

export function mount(button: HTMLElement): undefined {
  const show = (choice: Choice) => {
    button.dataset["choice"] = choice;
    const words = button.dataset[choice] ?? choice;
    button.title = words;
    button.setAttribute("aria-label", words);
  };
  show(stored());
  button.addEventListener("click", () => {
    const next = ORDER[(ORDER.indexOf(stored()) + 1) % ORDER.length] ?? "auto";
    localStorage.setItem("naoso-theme", next);
    apply(next);
    for (const other of document.querySelectorAll<HTMLElement>("[data-island=theme]")) {
      other.dataset["choice"] = next;
    }
    show(next);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    if (stored() === "auto") apply("auto");
  });
  return undefined;
}
