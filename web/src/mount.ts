// An island is an element with data-island; its module is fetched when the element is there.

export type Unmount = () => void;
export interface Island {
  mount(element: HTMLElement): Unmount | undefined | Promise<Unmount | undefined>;
}
export type Loaders = Record<string, () => Promise<Island>>;

const unmounts = new WeakMap<HTMLElement, Unmount>();
const mounted = new WeakSet<HTMLElement>();

export async function mountAll(root: ParentNode, loaders: Loaders): Promise<void> {
  const found = [...root.querySelectorAll<HTMLElement>("[data-island]")];
  if (root instanceof HTMLElement && root.dataset["island"]) found.unshift(root);
  await Promise.all(found.map((element) => mountOne(element, loaders)));
}

async function mountOne(element: HTMLElement, loaders: Loaders): Promise<void> {
  const loader = loaders[element.dataset["island"] ?? ""];
  if (!loader || mounted.has(element)) return;
  mounted.add(element);
  try {
    const unmount = await (await loader()).mount(element);
    if (unmount) unmounts.set(element, unmount);
    element.dataset["ready"] = "";
  } catch (error) {
    element.dataset["failed"] = "";
    console.error(`island ${element.dataset["island"] ?? ""} failed`, error);
  }
}

/** htmx calls this for every element that it takes away. */
export function unmount(element: HTMLElement): void {
  unmounts.get(element)?.();
  unmounts.delete(element);
  mounted.delete(element);
}

/** The JSON block that the island's data-config names. */
export function readConfig(element: HTMLElement): unknown {
  const id = element.dataset["config"] ?? "";
  const block = document.getElementById(id);
  if (!block) throw new Error(`no JSON block #${id}`);
  return JSON.parse(block.textContent);
}
