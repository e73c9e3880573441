// The nearest corner or line under the pointer, in pixels: what a dragged corner jumps to.

export type Pixel = readonly [number, number];
export interface Target {
  x: number;
  y: number;
}
const CORNER_PX = 12;
const LINE_PX = 9;

export function onSegment(p: Pixel, a: Pixel, b: Pixel): Pixel {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const along = length ? Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length)) : 0;
  return [a[0] + along * dx, a[1] + along * dy];
}

function away(p: Pixel, q: Pixel): number {
  return Math.hypot(p[0] - q[0], p[1] - q[1]);
}

function nearest(p: Pixel, found: Pixel[], within: number): Pixel | undefined {
  let best: Pixel | undefined;
  let least = within;
  for (const one of found) {
    const distance = away(p, one);
    if (distance <= least) [best, least] = [one, distance];
  }
  return best;
}

/** Corners before lines: whoever comes near a corner means it. */
export function snapped(p: Pixel, paths: readonly (readonly Pixel[])[]): Pixel | undefined {
  const corner = nearest(p, paths.flatMap((path) => [...path]), CORNER_PX);
  if (corner) return corner;
  const feet = paths.flatMap((path) =>
    path.slice(1).flatMap((b, at) => {
      const a = path[at];
      return a ? [onSegment(p, a, b)] : [];
    }),
  );
  return nearest(p, feet, LINE_PX);
}
