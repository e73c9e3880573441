// A choice of ready words: the chosen ones go into the text field that data-fill names.

export function mount(element: HTMLElement): undefined {
  if (!(element instanceof HTMLSelectElement)) return undefined;
  const field = document.querySelector<HTMLTextAreaElement>(element.dataset["fill"] ?? "");
  element.addEventListener("change", () => {
    if (!field || !element.value) return;
    field.value = field.value.trim() ? `${field.value.trim()}\n${element.value}` : element.value;
    element.value = "";
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return undefined;
}
