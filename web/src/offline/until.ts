// Waiting for islands: they come one by one, and their work takes its time.

function until(element: HTMLElement, there: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (there()) {
      resolve();
      return;
    }
    const watch = new MutationObserver(() => {
      if (!there()) return;
      watch.disconnect();
      resolve();
    });
    watch.observe(element, { attributes: true, subtree: true });
  });
}

/** What is said to an island before it is there is lost. */
export async function settled(element: HTMLElement | null): Promise<void> {
  if (element) await until(element, () => "ready" in element.dataset || "failed" in element.dataset);
}

/** Photos that are still being made smaller belong to what is sent. */
export async function rested(form: HTMLElement): Promise<void> {
  await until(form, () => !form.querySelector("[data-busy]"));
}
