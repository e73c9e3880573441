// How a state looks on the map: an outline of its own for each, so that colour is never the only sign.

import type { State } from "./config";

export const SIZE = 34;
const RATIO = 2;

interface Look {
  /** Outline in a 34 × 34 box. */
  outline: string;
  fill: string;
  stroke: string;
  glyph: string;
  dash: number[];
  badge: string;
  lift: number;
}

const CIRCLE = "M17 4a13 13 0 1 0 .01 0Z";
const SQUARE = "M8 4h18a4 4 0 0 1 4 4v18a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4Z";
const TRIANGLE = "M17 2.5 32 29.5H2Z";
const OCTAGON = "M11 2h12l9 9v12l-9 9H11l-9-9V11Z";

export const COLOURS: Record<State, string> = {
  normal: "#15803d",
  notice: "#1d4ed8",
  warning: "#f59e0b",
  danger: "#d01f2e",
  stale: "#7b8794",
  off: "#7b8794",
};

export function lookOf(state: State, dark: boolean): Look {
  const paper = dark ? "#16212b" : "#ffffff";
  const filled = (outline: string, glyph = "#ffffff", badge = "", lift = 0): Look => ({
    outline, fill: COLOURS[state], stroke: paper, glyph, dash: [], badge, lift,
  });
  const grey = dark ? "#a3afbb" : "#5b6773";
  const hollow = (dash: number[], badge: string): Look => ({
    outline: CIRCLE, fill: paper, stroke: grey, glyph: grey, dash, badge, lift: 0,
  });
  const looks: Record<State, Look> = {
    normal: filled(CIRCLE),
    notice: filled(SQUARE),
    warning: filled(TRIANGLE, "#1f1300", "", 4),
    danger: filled(OCTAGON, "#ffffff", "!"),
    stale: hollow([4, 3], "?"),
    off: hollow([], "×"),
  };
  return looks[state];
}

function drawBadge(pen: CanvasRenderingContext2D, look: Look): void {
  if (!look.badge) return;
  pen.beginPath();
  pen.arc(28, 7, 6, 0, 2 * Math.PI);
  pen.fillStyle = look.dash.length || look.badge === "×" ? look.stroke : "#1f0406";
  pen.fill();
  pen.fillStyle = look.badge === "!" ? "#ffffff" : look.fill;
  pen.font = "bold 10px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(look.badge, 28, 7.5);
}

export function drawMark(state: State, glyph: string[], dark: boolean): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * RATIO;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas to draw marks on");
  const look = lookOf(state, dark);
  pen.scale(RATIO, RATIO);
  const outline = new Path2D(look.outline);
  pen.fillStyle = look.fill;
  pen.fill(outline);
  pen.lineWidth = 2;
  pen.strokeStyle = look.stroke;
  pen.setLineDash(look.dash);
  pen.stroke(outline);
  pen.setLineDash([]);
  pen.save();
  const side = state === "warning" ? 12 : 16;
  pen.translate(17 - side / 2, 17 - side / 2 + look.lift);
  pen.scale(side / 24, side / 24);
  pen.strokeStyle = look.glyph;
  pen.lineWidth = 2.4;
  pen.lineCap = pen.lineJoin = "round";
  for (const path of glyph) pen.stroke(new Path2D(path));
  pen.restore();
  drawBadge(pen, look);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

export const PIXEL_RATIO = RATIO;
