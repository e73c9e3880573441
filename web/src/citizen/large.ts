// Large letters, kept on the phone; static/ui/theme.js applies them before the first paint.

const KEY = "naoso-large";

export function isLarge(): boolean {
  return localStorage.getItem(KEY) === "yes";
}

export function mount(button: HTMLElement): undefined {
  const show = (): void => {
    document.documentElement.classList.toggle("large-type", isLarge());
    button.setAttribute("aria-pressed", String(isLarge()));
  };
  show();
  button.addEventListener("click", () => {
    localStorage.setItem(KEY, isLarge() ? "no" : "yes");
    show();
  });
  return undefined;
}
