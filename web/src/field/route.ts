// An order of visit: the nearest next, then 2-opt until no exchange shortens it. Straight lines, not streets.

export interface Spot {
  lon: number;
  lat: number;
}

export const MOST_STOPS = 20;
const EARTH_M = 6_371_000;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Metres as the crow flies. */
export function distance(a: Spot, b: Spot): number {
  const [dLat, dLon] = [radians(b.lat - a.lat) / 2, radians(b.lon - a.lon) / 2];
  const part = Math.sin(dLat) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLon) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(part)));
}

/** From the start over all stops; it does not lead back. */
export function length(start: Spot, stops: readonly Spot[]): number {
  let [sum, at] = [0, start];
  for (const stop of stops) {
    sum += distance(at, stop);
    at = stop;
  }
  return sum;
}

function nearestFirst<T extends Spot>(start: Spot, stops: readonly T[]): T[] {
  const left = [...stops];
  const found: T[] = [];
  let at: Spot = start;
  while (left.length > 0) {
    const here = at;
    left.sort((a, b) => distance(here, a) - distance(here, b));
    const [next] = left.splice(0, 1) as [T];
    found.push(next);
    at = next;
  }
  return found;
}

function turned<T>(stops: readonly T[], from: number, to: number): T[] {
  return [...stops.slice(0, from), ...stops.slice(from, to + 1).reverse(), ...stops.slice(to + 1)];
}

export function ordered<T extends Spot>(start: Spot, stops: readonly T[]): T[] {
  let best = nearestFirst(start, stops);
  let better = true;
  while (better) {
    better = false;
    for (let from = 0; from < best.length - 1; from++) {
      for (let to = from + 1; to < best.length; to++) {
        const tried = turned(best, from, to);
        if (length(start, tried) < length(start, best) - 0.5) [best, better] = [tried, true];
      }
    }
  }
  return best;
}
