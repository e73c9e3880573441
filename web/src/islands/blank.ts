// A moderator draws boxes over a photo: with the pointer, or with the keyboard (arrows move, shift with arrows
// sizes, Enter keeps the box, Delete takes the last one away). The boxes go as JSON in the form's own field.
// <form data-island="blank"> holds .blank-sheet > img, input[name=boxes], [data-blank-word], [data-blank-undo]

import { fill, gettext } from "../words";

export interface Rect {
  x: number;
  y: number;
  w: number;
  h: number;
}
const LEAST = 4;
const STEP = 0.02;

/** Two corners in any order, in whole pixels of the photo, inside it; nothing where it is too small to be meant. */
export function rectOf(one: [number, number], other: [number, number], width: number, height: number): Rect | null {
  const within = (value: number, most: number) => Math.min(Math.max(Math.round(value), 0), most);
  const [x, y] = [within(Math.min(one[0], other[0]), width), within(Math.min(one[1], other[1]), height)];
  const w = within(Math.max(one[0], other[0]), width) - x;
  const h = within(Math.max(one[1], other[1]), height) - y;
  return w < LEAST || h < LEAST ? null : { x, y, w, h };
}

/** The box after an arrow key: moved, or sized with shift; it stays in the photo. */
export function nudged(box: Rect, key: string, size: boolean, width: number, height: number): Rect {
  const step = Math.max(2, Math.round(Math.max(width, height) * STEP));
  const dx = key === "ArrowLeft" ? -step : key === "ArrowRight" ? step : 0;
  const dy = key === "ArrowUp" ? -step : key === "ArrowDown" ? step : 0;
  if (size) {
    const w = Math.min(Math.max(box.w + dx, LEAST), width - box.x);
    return { ...box, w, h: Math.min(Math.max(box.h + dy, LEAST), height - box.y) };
  }
  const x = Math.min(Math.max(box.x + dx, 0), width - box.w);
  return { ...box, x, y: Math.min(Math.max(box.y + dy, 0), height - box.h) };
}

class Sheet {
  private readonly kept: Rect[] = [];
  private drawing: { from: [number, number]; now: Rect | null } | undefined;
  private typed: Rect | undefined;
  private readonly canvas = document.createElement("canvas");

  constructor(
    private readonly sheet: HTMLElement,
    private readonly field: HTMLInputElement,
    private readonly word: HTMLElement | null,
    private readonly width: number,
    private readonly height: number,
  ) {
    this.canvas.width = width;
    this.canvas.height = height;
    sheet.append(this.canvas);
    sheet.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      sheet.focus();
      sheet.setPointerCapture(event.pointerId);
      this.typed = undefined;
      this.drawing = { from: this.at(event), now: null };
    });
    sheet.addEventListener("pointermove", (event) => {
      if (!this.drawing) return;
      this.drawing.now = rectOf(this.drawing.from, this.at(event), this.width, this.height);
      this.draw();
    });
    sheet.addEventListener("pointerup", () => {
      if (this.drawing?.now) this.keep(this.drawing.now);
      this.drawing = undefined;
      this.draw();
    });
    sheet.addEventListener("keydown", (event) => {
      this.key(event);
    });
  }

  private at(event: PointerEvent): [number, number] {
    const box = this.sheet.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * this.width, ((event.clientY - box.top) / box.height) * this.height];
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Delete" || event.key === "Backspace") this.undo();
    else if (event.key === "Escape") this.typed = undefined;
    else if (event.key === "Enter" && this.typed) {
      this.keep(this.typed);
      this.typed = undefined;
    } else if (event.key.startsWith("Arrow")) {
      const [w, h] = [Math.round(this.width / 6), Math.round(this.height / 6)];
      const fresh = { x: Math.round((this.width - w) / 2), y: Math.round((this.height - h) / 2), w, h };
      this.typed = this.typed ? nudged(this.typed, event.key, event.shiftKey, this.width, this.height) : fresh;
    } else return;
    event.preventDefault();
    this.draw();
  }

  private keep(box: Rect): void {
    this.kept.push(box);
    this.tell();
  }

  undo(): void {
    this.kept.pop();
    this.tell();
    this.draw();
  }

  private tell(): void {
    this.field.value = JSON.stringify(this.kept);
    if (this.word) this.word.textContent = fill(gettext("{count} boxes drawn"), { count: String(this.kept.length) });
  }

  private draw(): void {
    const pen = this.canvas.getContext("2d");
    if (!pen) return;
    pen.clearRect(0, 0, this.width, this.height);
    pen.lineWidth = Math.max(2, this.width / 300);
    const live = this.drawing?.now ?? this.typed;
    for (const box of this.kept) {
      pen.fillStyle = "rgba(163, 18, 32, 0.55)";
      pen.fillRect(box.x, box.y, box.w, box.h);
    }
    if (!live) return;
    pen.strokeStyle = "#a31220";
    pen.strokeRect(live.x, live.y, live.w, live.h);
  }
}

export function mount(root: HTMLElement): undefined {
  const sheet = root.querySelector<HTMLElement>(".blank-sheet");
  const field = root.querySelector<HTMLInputElement>("input[name=boxes]");
  if (!sheet || !field) throw new Error("a blank island needs .blank-sheet and input[name=boxes]");
  const { width, height } = sheet.dataset;
  const drawn = new Sheet(sheet, field, root.querySelector("[data-blank-word]"), Number(width), Number(height));
  root.querySelector("[data-blank-undo]")?.addEventListener("click", () => {
    drawn.undo();
  });
}
