// Lanes drawn on a picture: press the corners, one after another.
// <fieldset data-island="lanes"><input type="hidden" name="lanes"><div class="lane-picture"><svg/></div> [data-lane-new] …

import { fill, ngettext } from "../words";

export interface Lane {
  name: string;
  corners: [number, number][];
}

const SIDE = 1000;
const FEWEST = 3;

/** Lanes that are polygons; one that is still being drawn is not sent. */
export function whole(lanes: Lane[]): Lane[] {
  return lanes.filter((lane) => lane.corners.length >= FEWEST);
}

/** The name that the next lane gets: its number. */
export function nextName(lanes: Lane[]): string {
  const numbers = lanes.map((lane) => Number(lane.name)).filter(Number.isFinite);
  return String(Math.max(0, ...numbers) + 1);
}

function parsed(text: string): Lane[] {
  try {
    return JSON.parse(text) as Lane[];
  } catch {
    return [];
  }
}

function shape(lane: Lane): SVGElement[] {
  const points = lane.corners.map(([x, y]) => `${(x * SIDE).toFixed(0)},${(y * SIDE).toFixed(0)}`).join(" ");
  const polygon = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
  polygon.setAttribute("points", points);
  const dots = lane.corners.map(([x, y]) => {
    const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    dot.setAttribute("cx", String(x * SIDE));
    dot.setAttribute("cy", String(y * SIDE));
    dot.setAttribute("r", "8");
    return dot;
  });
  return [polygon, ...dots];
}

export function mount(root: HTMLElement): undefined {
  const field = root.querySelector<HTMLInputElement>("input[name=lanes]");
  const svg = root.querySelector("svg");
  const count = root.querySelector(".lane-count");
  if (!field || !svg) return undefined;
  let lanes = parsed(field.value);
  const show = (): void => {
    svg.replaceChildren(...lanes.flatMap(shape));
    const ready = whole(lanes);
    field.value = JSON.stringify(ready);
    if (count) count.textContent = fill(ngettext("{n} lane", "{n} lanes", ready.length), { n: ready.length });
  };
  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    const at = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
    const corner: [number, number] = [
      at((event.clientX - box.left) / box.width), at((event.clientY - box.top) / box.height),
    ];
    if (lanes.length === 0) lanes.push({ name: "1", corners: [] });
    lanes[lanes.length - 1]?.corners.push(corner);
    show();
  });
  root.querySelector("[data-lane-new]")?.addEventListener("click", () => {
    lanes = whole(lanes);
    lanes.push({ name: nextName(lanes), corners: [] });
    show();
  });
  root.querySelector("[data-lane-back]")?.addEventListener("click", () => {
    const last = lanes[lanes.length - 1];
    last?.corners.pop();
    if (last?.corners.length === 0) lanes.pop();
    show();
  });
  root.querySelector("[data-lane-clear]")?.addEventListener("click", () => {
    lanes = [];
    show();
  });
  show();
  return undefined;
}
