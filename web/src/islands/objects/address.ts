// What is shown stands in the address, so that it can be shared: ?filter=…&colour=…#zoom/lat/lon

export interface Asked {
  filter: string;
  /** Undefined: as the kind is coloured. */
  colour: string | undefined;
}
export interface Place {
  zoom: number;
  lat: number;
  lon: number;
}

export function askedIn(search: string): Asked {
  const query = new URLSearchParams(search);
  return { filter: query.get("filter") ?? "", colour: query.get("colour") ?? undefined };
}

export function placeIn(hash: string): Place | undefined {
  const [zoom, lat, lon] = hash.replace(/^#/, "").split("/").map(Number);
  if (zoom === undefined || lat === undefined || lon === undefined) return undefined;
  if (![zoom, lat, lon].every(Number.isFinite) || Math.abs(lat) > 85.1 || Math.abs(lon) > 180 || zoom > 24) return undefined;
  return { zoom, lat, lon };
}

/** `filter=…&colour=…`, without what is as usual. */
export function queryOf(asked: Asked): string {
  const query = new URLSearchParams();
  if (asked.filter) query.set("filter", asked.filter);
  if (asked.colour !== undefined) query.set("colour", asked.colour);
  return query.toString();
}

export function hashOf({ zoom, lat, lon }: Place): string {
  return `#${zoom.toFixed(2)}/${lat.toFixed(5)}/${lon.toFixed(5)}`;
}

export function addressOf(asked: Asked, place: Place): string {
  const query = queryOf(asked);
  return `${query ? `?${query}` : ""}${hashOf(place)}`;
}

export function withQuery(path: string, values: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
