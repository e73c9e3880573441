// Pages that the phone keeps for one account. They go when that account signs out, and before another's are kept.

export const PAGES = "naoso-field-of-";

/** Everything that was kept for other accounts; for all of them where none is named. */
export async function forgetPages(but = ""): Promise<void> {
  if (!("caches" in globalThis)) return; // a page without https
  const names = (await caches.keys()).filter((name) => name.startsWith(PAGES) && name !== PAGES + but);
  await Promise.all(names.map((name) => caches.delete(name)));
}
