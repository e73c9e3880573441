import type { Feature, FeatureCollection } from "geojson";
import { afterEach, beforeEach, describe, expect, it, vi, type Mock } from "vitest";
import type { LayerConfig } from "./config";
import { changes, LayerFeed, prepared, readingKey, type Reading, type Sink } from "./feed";

const layer: LayerConfig = {
  slug: "air", domain: "environment", title: "Air", group: "", icon: "wind", glyph: [], url: "/l.json", kind: "point",
  visible: true, refresh_s: 60, refresh_on: "alerts.*", legend: [],
};
const point = (id: number, state = "normal"): Feature => ({
  type: "Feature", id, geometry: { type: "Point", coordinates: [105, 21] },
  properties: { title: `T${id}`, thing: id, property: "pm25", state, value: 5, unit: "µg/m³", at: "2026-01-01T00:00:00Z", url: "" },
});
const collection = (count: number): FeatureCollection => ({
  type: "FeatureCollection",
  features: Array.from({ length: count }, (_, index) => point(index)),
});
const reading = (thing: number, value: number, time = "2026-01-01T00:01:00Z"): Reading => ({
  domain: "environment", thing, property: "pm25", value, unit: "ug/m3", time,
});
const told = (...readings: Reading[]) => new Map(readings.map((r) => [readingKey(r.thing, r.property), r]));

it("makes ids text, unknown states normal, and captions readable", () => {
  const [feature] = prepared({ type: "FeatureCollection", features: [point(7, "bogus")] }).features;
  expect(feature).toMatchObject({ id: "7", properties: { id: "7", state: "normal", caption: "5 µg/m³" } });
});

describe("changes", () => {
  const features = () => new Map(prepared(collection(2)).features.map((f) => [String(f.id), f]));

  it("tells only what differs", () => {
    const diff = changes(features(), told(reading(0, 99)));
    expect(diff.update![0]!.addOrUpdateProperties!.map((p) => p.key)).toEqual(["value", "at", "caption"]);
  });

  it("drops what is older than what is shown, and strangers", () => {
    expect(changes(features(), told(reading(0, 99, "2025-01-01T00:00:00Z"), reading(99, 1))).update).toEqual([]);
  });
});

describe("the feed", () => {
  let sink: { setData: Mock<Sink["setData"]>; updateData: Mock<Sink["updateData"]> };
  let fetched: Mock<() => Promise<unknown>>;
  beforeEach(() => {
    vi.useFakeTimers();
    sink = { setData: vi.fn(() => Promise.resolve()), updateData: vi.fn(() => Promise.resolve()) };
    fetched = vi.fn(() => Promise.resolve({ ok: true, json: () => Promise.resolve(collection(10)) }));
    vi.stubGlobal("fetch", fetched);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const make = () => new LayerFeed(layer, sink, () => undefined);

  it("sends a storm to the map once, the last word of each thing", async () => {
    const feed = make();
    await feed.load();
    for (let i = 0; i < 1000; i++) feed.take([reading(i % 3, i)]);
    await vi.advanceTimersByTimeAsync(500);
    expect(sink.updateData).toHaveBeenCalledTimes(1);
    expect(feed.features.get("0")!.properties!["value"]).toBe(999);
  });

  it("sets all when most changed", async () => {
    const feed = make();
    await feed.load();
    feed.take(Array.from({ length: 8 }, (_, i) => reading(i, 99)));
    await vi.advanceTimersByTimeAsync(500);
    expect(sink.updateData).not.toHaveBeenCalled();
    expect(sink.setData).toHaveBeenCalledTimes(2);
  });

  it("says since when it cannot be loaded, and keeps what it had", async () => {
    const feed = make();
    await feed.load();
    fetched.mockImplementation(() => Promise.resolve({ ok: false, status: 503 }));
    await feed.load();
    expect(feed.failedAt).toBeInstanceOf(Date);
    expect(feed.features.size).toBe(10);
  });

  it("fetches once for a burst of changes", async () => {
    const feed = make();
    for (let i = 0; i < 20; i++) feed.note();
    await vi.advanceTimersByTimeAsync(1000);
    expect(fetched).toHaveBeenCalledTimes(1);
  });
});
