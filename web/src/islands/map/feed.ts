// One layer's features: fetched, then kept true by live messages, at most twice a second.

import type { Feature, FeatureCollection } from "geojson";
import type { GeoJSONSourceDiff } from "maplibre-gl";
import { formatNumber } from "../../format";
import { withSectors } from "./sector";
import { stateOf, type LayerConfig, type State } from "./config";

export const FLUSH_MS = 500;
const RELOAD_MS = 1000;
const JUDGED_MS = 10_000;

/** One reading of `telemetry.observed`. */
export interface Reading {
  domain: string;
  thing: number;
  property: string;
  value: number;
  unit: string;
  time: string;
}
export interface Sink {
  setData(data: FeatureCollection): Promise<unknown>;
  updateData(diff: GeoJSONSourceDiff): Promise<unknown>;
}

export function caption(value: unknown, unit: string): string {
  if (typeof value === "number") return `${formatNumber(value)} ${unit}`.trim();
  return typeof value === "string" ? value : "";
}

/** Ids become text, states known, captions written: what the style reads. */
export function prepared(collection: FeatureCollection): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: collection.features.map((feature) => {
      const properties = feature.properties ?? {};
      const id = String(feature.id ?? properties["id"] ?? "");
      const unit = typeof properties["unit"] === "string" ? properties["unit"] : "";
      return {
        ...feature,
        id,
        properties: {
          ...properties,
          id,
          state: stateOf(properties["state"]),
          caption: caption(properties["value"], unit),
        },
      };
    }),
  };
}

/** Features that show a reading itself carry `thing` and `property`; others are judged on the server. */
export function readingKey(thing: unknown, property: unknown): string {
  return `${String(thing)}/${String(property)}`;
}

/** Only what changed to the eye; a reading older than what is shown is dropped. */
export function changes(features: Map<string, Feature>, readings: Map<string, Reading>): GeoJSONSourceDiff {
  const update: NonNullable<GeoJSONSourceDiff["update"]> = [];
  for (const [id, known] of features) {
    const before = known.properties ?? {};
    const reading = readings.get(readingKey(before["thing"], before["property"]));
    if (!reading) continue;
    if (typeof before["at"] === "string" && Date.parse(before["at"]) > Date.parse(reading.time)) continue;
    // the layer's unit is the one that people read: µg/m³ where devices say ug/m3
    const unit = typeof before["unit"] === "string" && before["unit"] ? before["unit"] : reading.unit;
    const after: Record<string, unknown> = {
      value: reading.value,
      unit,
      at: reading.time,
      caption: caption(reading.value, unit),
    };
    const differing = Object.entries(after).filter(([key, value]) => before[key] !== value);
    known.properties = { ...before, ...after };
    if (differing.length) update.push({ id, addOrUpdateProperties: differing.map(([key, value]) => ({ key, value })) });
  }
  return { update };
}

export class LayerFeed {
  readonly features = new Map<string, Feature>();
  loadedAt: Date | undefined;
  failedAt: Date | undefined;
  private readonly pending = new Map<string, Reading>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private reload: ReturnType<typeof setTimeout> | undefined;
  private poll: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly layer: LayerConfig,
    private readonly sink: Sink,
    private readonly onChange: () => void,
  ) {}

  start(): void {
    void this.load();
    this.poll ??= setInterval(
      () => {
        if (!document.hidden) void this.load();
      },
      Math.max(5, this.layer.refresh_s) * 1000,
    );
  }

  stop(): void {
    clearInterval(this.poll);
    clearTimeout(this.timer);
    clearTimeout(this.reload);
    this.poll = this.timer = this.reload = undefined;
  }

  async load(): Promise<void> {
    try {
      const response = await fetch(this.layer.url, { headers: { Accept: "application/geo+json" } });
      if (!response.ok) throw new Error(String(response.status));
      const data = prepared((await response.json()) as FeatureCollection);
      this.features.clear();
      for (const feature of data.features) this.features.set(String(feature.id), feature);
      this.loadedAt = new Date();
      this.failedAt = undefined;
      await this.sink.setData(this.drawn(data));
    } catch {
      this.failedAt ??= new Date();
    }
    this.onChange();
  }

  /** Something of this layer changed: fetch it again, once for a burst; sooner where the layer is asked often. */
  note(within = Math.min(RELOAD_MS, this.layer.refresh_s * 20)): void {
    this.reload ??= setTimeout(() => {
      this.reload = undefined;
      void this.load();
    }, within);
  }

  /** Values at once; what the server alone can judge, such as a state, a little later. */
  take(readings: Reading[]): void {
    for (const reading of readings) this.pending.set(readingKey(reading.thing, reading.property), reading);
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
    this.note(JUDGED_MS * (1 + Math.random()));
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    const diff = changes(this.features, this.pending);
    this.pending.clear();
    if (!diff.update?.length) return;
    if (diff.update.length * 2 > this.features.size) {
      await this.sink.setData(this.drawn({ type: "FeatureCollection", features: [...this.features.values()] }));
    } else await this.sink.updateData(diff);
    this.onChange();
  }

  private drawn(data: FeatureCollection): FeatureCollection {
    return this.layer.sectors ? withSectors(data) : data;
  }

  counts(): Partial<Record<State, number>> {
    const counts: Partial<Record<State, number>> = {};
    for (const feature of this.features.values()) {
      const state = stateOf(feature.properties?.["state"]);
      counts[state] = (counts[state] ?? 0) + 1;
    }
    return counts;
  }
}
