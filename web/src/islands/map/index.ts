// The operations map: layers of the modules, live, switchable, usable from the keyboard.
// <div data-island="map" data-config="map-config" data-panel="#panel"> may hold [data-map-slot=layers].

import htmx from "htmx.org";
import type { GeoJSONSource, Map as MapLibre, MapGeoJSONFeature, MapMouseEvent } from "maplibre-gl";
import { gettext } from "../../words";
import { readConfig } from "../../mount";
import { covers } from "../live";
import { STATES, type LayerConfig, type MapConfig, type State } from "./config";
import { LayerFeed, type Reading, type Sink } from "./feed";
import { Hover } from "./hover";
import { clickable, sourceId, stateFilter } from "./style";
import { Switcher } from "./switcher";
import { makeMap } from "./view";

const STORE = "naoso-map-layers";
/** Near enough to tell neighbours apart, far enough to read whose ground it is. */
const NEAR = 11;

export class Choices {
  private readonly chosen: Record<string, boolean>;

  constructor() {
    this.chosen = JSON.parse(localStorage.getItem(STORE) ?? "{}") as Record<string, boolean>;
  }

  shows(layer: LayerConfig): boolean {
    return this.chosen[layer.slug] ?? layer.visible;
  }

  set(slug: string, visible: boolean): void {
    this.chosen[slug] = visible;
    localStorage.setItem(STORE, JSON.stringify(this.chosen));
  }
}

class OperationsMap {
  private readonly feeds = new Map<string, LayerFeed>();
  private readonly choices = new Choices();
  private readonly switcher: Switcher;
  private readonly undo: (() => void)[] = [];
  private states: ReadonlySet<State> = new Set(STATES);

  constructor(
    private readonly root: HTMLElement,
    private readonly map: MapLibre,
    private readonly config: MapConfig,
  ) {
    const slot = document.querySelector<HTMLElement>("[data-map-slot=layers]") ?? this.ownSlot();
    this.switcher = new Switcher(slot, config.layers, (slug) => this.isVisible(slug), {
      onLayer: (slug, visible) => {
        this.choices.set(slug, visible);
        this.show(slug, visible);
      },
      onStates: (states) => {
        this.states = states;
        this.filter();
      },
    });
    for (const layer of config.layers) this.addFeed(layer);
    new Hover(map, (event) => this.featureAt(event));
    map.on("click", (event) => {
      const feature = this.featureAt(event);
      if (feature) this.open(feature);
    });
    this.filter();
    this.listen();
  }

  private ownSlot(): HTMLElement {
    const details = document.createElement("details");
    details.className = "map-layers-own";
    const summary = Object.assign(document.createElement("summary"), { textContent: gettext("Layers") });
    const slot = document.createElement("div");
    details.append(summary, slot);
    this.root.append(details);
    return slot;
  }

  private layer(slug: string): LayerConfig | undefined {
    return this.config.layers.find((layer) => layer.slug === slug);
  }

  private isVisible(slug: string): boolean {
    const layer = this.layer(slug);
    return layer !== undefined && this.choices.shows(layer);
  }

  private addFeed(layer: LayerConfig): void {
    const source = this.map.getSource<GeoJSONSource>(sourceId(layer.slug));
    if (!source) return;
    const sink: Sink = {
      setData: (data) => Promise.resolve(source.setData(data)),
      updateData: (diff) => Promise.resolve(source.updateData(diff)),
    };
    const feed: LayerFeed = new LayerFeed(layer, sink, () => {
      this.switcher.refresh(feed);
    });
    this.feeds.set(layer.slug, feed);
    this.show(layer.slug, this.choices.shows(layer));
  }

  private drawn(slug: string): string[] {
    return this.map.getLayersOrder().filter((id) => id.startsWith(`${slug}:`));
  }

  private show(slug: string, visible: boolean): void {
    for (const id of this.drawn(slug)) this.map.setLayoutProperty(id, "visibility", visible ? "visible" : "none");
    const feed = this.feeds.get(slug);
    if (visible) feed?.start();
    else feed?.stop();
  }

  private filter(): void {
    for (const layer of this.config.layers) {
      for (const id of this.drawn(layer.slug)) {
        const part = id.slice(layer.slug.length + 1);
        if (part !== "ring") this.map.setFilter(id, stateFilter(this.states, part, layer.sectors));
      }
    }
  }

  private featureAt(event: MapMouseEvent): MapGeoJSONFeature | undefined {
    const { x, y } = event.point;
    const layers = this.config.layers.filter((layer) => this.isVisible(layer.slug)).flatMap(clickable);
    const present = layers.filter((id) => this.map.getLayer(id));
    return this.map.queryRenderedFeatures([[x - 6, y - 6], [x + 6, y + 6]], { layers: present })[0];
  }

  private open(feature: MapGeoJSONFeature): void {
    const slug = feature.source.slice("layer-".length);
    const id = String(feature.properties["id"]);
    this.select(slug, id);
    const url: unknown = feature.properties["url"];
    const panel = this.root.dataset["panel"];
    this.root.dispatchEvent(new CustomEvent("naoso:feature", { bubbles: true, detail: { slug, id, url } }));
    if (typeof url === "string" && url && panel) void htmx.ajax("get", url, { target: panel, swap: "innerHTML" });
  }

  private select(slug: string, id: string): void {
    for (const layer of this.config.layers) {
      if (this.map.getLayer(`${layer.slug}:ring`)) {
        this.map.setFilter(`${layer.slug}:ring`, ["==", ["get", "id"], layer.slug === slug ? id : ""]);
      }
    }
  }

  private on(name: string, handler: (detail: unknown) => void): void {
    const listener = (event: Event) => {
      handler((event as CustomEvent).detail);
    };
    document.addEventListener(name, listener);
    this.undo.push(() => {
      document.removeEventListener(name, listener);
    });
  }

  private listen(): void {
    this.on("naoso:telemetry.observed", (detail) => {
      const readings = (detail as { data: { readings: Reading[] } }).data.readings;
      for (const [slug, feed] of this.feeds) {
        const own = readings.filter((reading) => reading.domain === feed.layer.domain);
        if (own.length && this.isVisible(slug)) feed.take(own);
      }
    });
    this.on("naoso:event", (detail) => {
      const { name } = detail as { name: string };
      for (const [slug, feed] of this.feeds) {
        if (this.isVisible(slug) && covers(feed.layer.refresh_on, name)) feed.note();
      }
    });
    this.on("naoso:resync", () => {
      this.reload();
    });
    this.on("naoso:reload-layer", (detail) => {
      void this.feeds.get((detail as { slug: string }).slug)?.load();
    });
    this.on("naoso:fly", (detail) => {
      const { lon, lat, zoom, slug, id } = detail as { lon: number; lat: number; zoom?: number; slug?: string; id?: string };
      this.map.flyTo({ center: [lon, lat], zoom: zoom ?? Math.max(this.map.getZoom(), NEAR), maxDuration: 1500, offset: [innerWidth < 768 ? 0 : -130, 0] });
      if (slug && id) this.select(slug, id);
    });
    this.root.querySelector("[data-map-fit]")?.addEventListener("click", () => {
      if (this.config.bounds) this.map.fitBounds(this.config.bounds, { padding: 24 });
      else this.map.flyTo({ center: this.config.center, zoom: this.config.zoom });
    });
    const onFly = (event: Event) => {
      const place = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-fly]") : null;
      const [lon, lat] = (place?.dataset["fly"] ?? "").split(",").map(Number);
      if (lon !== undefined && lat !== undefined) {
        document.dispatchEvent(new CustomEvent("naoso:fly", { detail: { lon, lat } }));
      }
    };
    document.addEventListener("click", onFly);
    const ages = setInterval(() => {
      this.feeds.forEach((feed) => {
        this.switcher.refresh(feed);
      });
    }, 15_000);
    this.undo.push(() => {
      document.removeEventListener("click", onFly);
      clearInterval(ages);
    });
  }

  private reload(): void {
    for (const [slug, feed] of this.feeds) if (this.isVisible(slug)) void feed.load();
  }

  close(): void {
    for (const undo of this.undo) undo();
    for (const feed of this.feeds.values()) feed.stop();
    this.map.remove();
  }
}

/** `/?lon=…&lat=…` opens the map there, as a hit of the search does. */
function asked(config: MapConfig): MapConfig {
  const query = new URLSearchParams(location.search);
  const [lon, lat] = [Number(query.get("lon")), Number(query.get("lat"))];
  if (!lon || !lat || Math.abs(lon) > 180 || Math.abs(lat) > 90) return config;
  const opened: MapConfig = { ...config, center: [lon, lat], zoom: NEAR };
  delete opened.bounds;
  return opened;
}

export async function mount(root: HTMLElement): Promise<() => void> {
  const letters = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const config = { ...asked(readConfig(root) as MapConfig), scale: letters / 16 };
  const box = document.createElement("div");
  box.className = "map-canvas";
  root.prepend(box);
  const map = await makeMap(box, config);
  if (config.approximate) {
    const note = Object.assign(document.createElement("div"), { className: "map-note" });
    note.textContent = gettext("Approximate boundaries");
    root.append(note);
  }
  const operations = new OperationsMap(root, map, config);
  return () => {
    operations.close();
  };
}
