// A wall of live pictures: pages of cells, of which one page plays; keys, turning, one picture alone.
// <section data-island="camera-wall" data-size="4" data-turn="15"> … <div data-cell hidden><template>…</template></div>

import { fill, gettext } from "../words";

const LEAST_TURN_S = 5;
const USUAL_TURN_S = 15;

/** Pages of so many cells; the last may be short. */
export function pageCount(cells: number, size: number): number {
  return Math.max(1, Math.ceil(cells / size));
}

/** The cell that an arrow key leads to, within a page of `columns` columns. */
export function moved(at: number, key: string, columns: number, count: number): number {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key] ?? 0;
  const next = at + step;
  return next >= 0 && next < count ? next : at;
}

class Wall {
  private page = 0;
  private alone: HTMLElement | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly cells: HTMLElement[];
  private readonly size: number;
  private readonly columns: number;

  constructor(private readonly root: HTMLElement) {
    this.cells = [...root.querySelectorAll<HTMLElement>("[data-cell]")];
    this.size = Number(root.dataset["size"]) || 1;
    this.columns = Math.sqrt(this.size);
  }

  get pages(): number {
    return pageCount(this.cells.length, this.size);
  }

  /** Those of the page that are shown. */
  get shown(): HTMLElement[] {
    return this.cells.slice(this.page * this.size, (this.page + 1) * this.size);
  }

  show(page: number): void {
    this.leaveAlone();
    this.page = (page + this.pages) % this.pages;
    const shown = new Set(this.shown);
    for (const cell of this.cells) {
      cell.hidden = !shown.has(cell);
      if (shown.has(cell)) this.start(cell);
      else stop(cell);
    }
    const word = this.root.querySelector(".camera-wall-page");
    if (word) word.textContent = fill(gettext("Page {n} of {all}"), { n: this.page + 1, all: this.pages });
  }

  go(step: number): void {
    this.show(this.page + step);
  }

  turn(on: boolean, seconds: number): void {
    clearInterval(this.timer);
    this.timer = undefined;
    if (on && this.pages > 1) {
      this.timer = setInterval(() => {
        if (!this.alone) this.go(1);
      }, Math.max(LEAST_TURN_S, seconds) * 1000);
    }
    this.root.querySelector("[data-wall-turn]")?.setAttribute("aria-pressed", String(this.timer !== undefined));
  }

  get turns(): boolean {
    return this.timer !== undefined;
  }

  enlarge(cell: HTMLElement): void {
    if (this.alone === cell) {
      this.leaveAlone();
      return;
    }
    this.leaveAlone();
    this.alone = cell;
    cell.classList.add("is-alone");
  }

  leaveAlone(): void {
    this.alone?.classList.remove("is-alone");
    this.alone = undefined;
  }

  move(from: HTMLElement, key: string): void {
    const shown = this.shown;
    shown[moved(shown.indexOf(from), key, this.columns, shown.length)]?.focus();
  }

  again(): void {
    for (const cell of this.shown) {
      stop(cell);
      this.start(cell);
    }
  }

  private start(cell: HTMLElement): void {
    const template = cell.querySelector("template");
    if (!template || cell.querySelector("figure")) return;
    cell.prepend(template.content.cloneNode(true));
    const figure = cell.querySelector<HTMLElement>("figure");
    if (!figure) return;
    figure.dataset["reason"] = this.root.querySelector<HTMLSelectElement>("[data-wall-reason]")?.value ?? "duty";
    figure.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  }

  end(): void {
    clearInterval(this.timer);
    for (const cell of this.cells) stop(cell);
  }
}

function stop(cell: HTMLElement): void {
  const figure = cell.querySelector<HTMLElement>("figure");
  if (!figure) return;
  figure.dispatchEvent(new CustomEvent("htmx:beforeCleanupElement", { bubbles: true }));
  figure.remove();
}

function pressed(wall: Wall, toggleTurn: () => void, full: () => void, event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest("input, select, textarea, [role=dialog]")) return false;
  const cell = target.closest<HTMLElement>("[data-cell]") ?? undefined;
  const keys = new Map<string, () => void>([
    ["n", () => { wall.go(1); }],
    ["p", () => { wall.go(-1); }],
    ["t", toggleTurn],
    ["f", full],
  ]);
  const todo = keys.get(event.key.toLowerCase());
  if (todo) {
    todo();
    return true;
  }
  if (event.key.startsWith("Arrow")) {
    const from = cell ?? wall.shown[0];
    if (from) wall.move(from, event.key);
    return from !== undefined;
  }
  if (event.key !== "Enter" || target !== cell) return false;
  wall.enlarge(cell);
  return true;
}

function press(root: HTMLElement, wall: Wall, todo: Record<string, () => void>, signal: AbortSignal): void {
  root.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest<HTMLElement>("button");
    for (const [name, what] of Object.entries(todo)) if (button?.hasAttribute(name)) what();
  }, { signal });
  root.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    if (event.target.hasAttribute("data-wall-reason")) wall.again();
    if (event.target.hasAttribute("data-wall-go")) location.assign(event.target.value);
  }, { signal });
  root.addEventListener("dblclick", (event) => {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-cell]") : null;
    if (cell) wall.enlarge(cell);
  }, { signal });
}

export function mount(root: HTMLElement): () => void {
  const wall = new Wall(root);
  const seconds = Number(root.dataset["turn"]) || 0;
  const events = new AbortController();
  const full = (): void => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void root.requestFullscreen();
  };
  const toggleTurn = (): void => {
    wall.turn(!wall.turns, seconds || USUAL_TURN_S);
  };
  const close = (): void => {
    root.querySelector("#wall-choices")?.replaceChildren();
  };
  const todo = {
    "data-wall-back": () => { wall.go(-1); },
    "data-wall-on": () => { wall.go(1); },
    "data-wall-turn": toggleTurn,
    "data-wall-full": full,
    "data-wall-close": close,
  };
  press(root, wall, todo, events.signal);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") {
      close();
      wall.leaveAlone();
    }
    if (pressed(wall, toggleTurn, full, event)) event.preventDefault();
  }, { signal: events.signal });
  wall.show(0);
  wall.turn(seconds > 0, seconds);
  return () => {
    events.abort();
    wall.end();
  };
}
