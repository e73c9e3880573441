// The map of one kind of city objects: tiles, colours, filter, selection, editing, alive.
// <div data-island="objects" data-config="objects-config" data-panel="#objects-panel-body">; slots and tools of the
// page are found by data-objects-slot, data-objects-tool, data-objects-total, data-objects-hint.

import type { LngLat, Map as MapLibre, MapGeoJSONFeature, MapMouseEvent, VectorTileSource } from "maplibre-gl";
import { readConfig } from "../../mount";
import { isTyping } from "../shortcuts";
import type { MapConfig } from "../map/config";
import { addressOf, askedIn, placeIn, queryOf, withQuery, type Asked } from "./address";
import { LEAST_ZOOM, MOST_ZOOM, type KindConfig } from "./config";
import { FilterBox } from "./filter";
import { HoverWord } from "./hover";
import { colourSelect, Legend } from "./legend";
import { Freshness, type Changed } from "./live";
import { freeShare, Panel } from "./panel";
import { CELLS, DRAWN, layersOf, SOURCE } from "./style";
import { Tools } from "./tools";

const MARGIN_PX = 60;
const OPEN = new URLSearchParams(location.search).get("open");

class ObjectsMap {
  private asked: Asked = askedIn(location.search);
  private ringed = "";
  private reshaped = "";
  private clicked: LngLat | undefined;
  private readonly fresh: Freshness;
  private readonly legend: Legend;
  private readonly panel: Panel;
  private readonly tools: Tools;
  private readonly filter: FilterBox;
  private readonly undo: (() => void)[] = [];

  constructor(
    private readonly root: HTMLElement,
    private readonly map: MapLibre,
    private readonly kind: KindConfig,
    base: MapConfig,
  ) {
    this.fresh = new Freshness(map, kind);
    const total = document.querySelector<HTMLElement>("[data-objects-total]");
    this.legend = new Legend(kind, slot("legend"), total, () => this.asked, {
      onValue: (value) => {
        this.filter.narrow(this.colourBy, value);
      },
      onProblem: (words) => {
        this.filter.tell(words);
      },
    });
    this.filter = new FilterBox(slot("filter"), kind, this.asked.filter, (filter) => {
      this.ask({ ...this.asked, filter });
    });
    this.panel = new Panel(panelBody(root), (open) => {
      this.ring(open.what === "card" ? open.id : "", open.what === "form" ? open.id : "");
      void this.tools.follow(open);
      if (open.what !== "nothing") this.reveal();
    });
    this.tools = new Tools(root, map, kind, this.panel, () => this.asked);
    slot("colour").replaceChildren(colourSelect(kind, this.colourBy, (colour) => {
      this.ask({ ...this.asked, colour: colour === kind.colour ? undefined : colour });
    }));
    this.draw();
    new HoverWord(map, kind, () => this.colourBy, (event) => (this.tools.busy ? undefined : this.featureAt(event)));
    this.listen(base);
    void this.legend.load();
    this.tell();
    if (OPEN && /^\d+$/.test(OPEN)) {
      this.clicked = map.getCenter();
      void this.panel.load(`${kind.root}${OPEN}/card/`);
    }
  }

  private get colourBy(): string {
    return this.asked.colour ?? this.kind.colour;
  }

  private tiles(): string[] {
    const query = withQuery("", { filter: this.asked.filter });
    const colour = `colour=${encodeURIComponent(this.colourBy)}`;
    return [`${location.origin}${this.kind.tiles}${query ? `${query}&` : "?"}${colour}`];
  }

  private draw(): void {
    if (!this.map.getSource(SOURCE)) {
      this.map.addSource(SOURCE, { type: "vector", tiles: this.tiles(), minzoom: LEAST_ZOOM, maxzoom: MOST_ZOOM });
    }
    const above = this.map.getLayersOrder().find((id) => id.startsWith("draw"));
    for (const layer of layersOf(this.kind, this.colourBy, this.ringed, this.reshaped)) {
      if (this.map.getLayer(layer.id)) this.map.removeLayer(layer.id);
      this.map.addLayer(layer, above);
    }
  }

  private ask(asked: Asked): void {
    const recoloured = asked.colour !== this.asked.colour;
    this.asked = asked;
    this.map.getSource<VectorTileSource>(SOURCE)?.setTiles(this.tiles());
    if (recoloured) this.draw();
    void this.legend.load();
    this.tell();
  }

  /** The address, the table's link and the form for a view say what the map shows. */
  private tell(): void {
    const { lng, lat } = this.map.getCenter();
    const address = addressOf(this.asked, { zoom: this.map.getZoom(), lat, lon: lng });
    history.replaceState(history.state, "", `${location.pathname}${address}`);
    const query = queryOf(this.asked);
    for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-objects-follow]")) link.search = query ? `?${query}` : "";
    const kept = document.querySelector<HTMLInputElement>("#objects-views input[name=query]");
    if (kept) kept.value = address.replace(/^\?/, "");
  }

  private ring(id: string, reshaped: string): void {
    if (id === this.ringed && reshaped === this.reshaped) return;
    this.ringed = id;
    this.reshaped = reshaped;
    this.draw();
  }

  private featureAt(event: MapMouseEvent): MapGeoJSONFeature | undefined {
    const { x, y } = event.point;
    const reach = matchMedia("(pointer: coarse)").matches ? 14 : 5;
    const layers = [...DRAWN, ...CELLS].filter((layer) => this.map.getLayer(layer));
    return this.map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers })[0];
  }

  /** The panel takes its place from the map's right side: what was on the left stays where it was. */
  private keepStill(before: { width: number; open: boolean }): void {
    const { clientWidth: width } = this.map.getContainer();
    const { open } = this.panel;
    const by = open === before.open ? 0 : (width - before.width) / 2;
    if (by) this.map.panBy([by, 0], { animate: false });
    const hidden = this.clicked && open ? this.map.project(this.clicked).x - width + MARGIN_PX : 0;
    if (hidden > 0) this.map.panBy([hidden, 0]);
    Object.assign(before, { width, open });
  }

  /** On a phone the panel comes from below: what was tapped goes above it. */
  private reveal(): void {
    const free = this.map.getContainer().clientHeight * freeShare() - MARGIN_PX;
    const below = this.clicked ? this.map.project(this.clicked).y - free : 0;
    if (freeShare() < 1 && below > 0) this.map.panBy([0, below]);
  }

  private click(event: MapMouseEvent): void {
    this.clicked = event.lngLat;
    if (this.tools.busy) return;
    const feature = this.featureAt(event);
    if (!feature) return;
    if (feature.sourceLayer === "cells") {
      const centre = feature.geometry.type === "Point" ? (feature.geometry.coordinates as [number, number]) : event.lngLat;
      this.map.easeTo({ center: centre, zoom: Math.min(MOST_ZOOM, this.map.getZoom() + 2) });
    } else if (feature.id !== undefined) {
      void this.panel.load(`${this.kind.root}${String(feature.id)}/card/`);
    }
  }

  private listen(base: MapConfig): void {
    this.map.on("click", (event) => {
      this.click(event);
    });
    const before = { width: this.map.getContainer().clientWidth, open: this.panel.open };
    this.map.on("resize", () => {
      this.keepStill(before);
    });
    this.map.on("moveend", () => {
      this.tell();
      this.fresh.refresh();
    });
    // a kept view of the same filter changes the hash alone
    this.on(window, "hashchange", () => {
      const place = placeIn(location.hash);
      if (place) this.map.jumpTo({ center: [place.lon, place.lat], zoom: place.zoom });
    });
    this.on(document, "naoso:theme", () => {
      this.draw();
    });
    this.on(document, "naoso:objects.changed", (event) => {
      this.changed((event as CustomEvent<{ data: Changed }>).detail.data);
    });
    this.on(document, "naoso:resync", () => {
      this.fresh.everything();
      this.legend.soon();
    });
    this.on(document, "objects-saved", (event) => {
      const { kind, spots } = (event as CustomEvent<{ kind: string; spots: string[] }>).detail;
      this.changed({ kind, ids: [], spots, all: !spots.length });
    });
    this.on(document, "htmx:afterSwap", () => {
      this.tell();
    });
    this.on(document, "keydown", (event) => {
      this.tools.key(event as KeyboardEvent, isTyping(event.target));
    });
    this.root.querySelector("[data-objects-fit]")?.addEventListener("click", () => {
      if (base.bounds) this.map.fitBounds(base.bounds, { padding: 24 });
    });
  }

  private on(target: EventTarget, name: string, handler: (event: Event) => void): void {
    target.addEventListener(name, handler);
    this.undo.push(() => {
      target.removeEventListener(name, handler);
    });
  }

  private changed(changed: Changed): void {
    if (changed.kind !== this.kind.slug) return;
    this.fresh.take(changed);
    this.legend.soon();
    if (changed.ids.map(String).includes(this.ringed)) this.panel.renew(this.ringed);
  }

  close(): void {
    for (const undo of this.undo) undo();
    this.tools.close();
    this.panel.close();
    this.legend.close();
    this.map.remove();
  }
}

function slot(name: string): HTMLElement {
  return document.querySelector<HTMLElement>(`[data-objects-slot=${name}]`) ?? document.createElement("div");
}

function panelBody(root: HTMLElement): HTMLElement {
  return document.querySelector<HTMLElement>(root.dataset["panel"] ?? "") ?? document.createElement("div");
}

export async function mount(root: HTMLElement): Promise<() => void> {
  const [{ makeMap }, answer] = await Promise.all([import("../map/view"), fetch("/map/place.json")]);
  const base = (await answer.json()) as MapConfig;
  const box = document.createElement("div");
  box.className = "map-canvas";
  root.prepend(box);
  const place = placeIn(location.hash);
  const opened: MapConfig = { ...base, layers: [] };
  if (place) {
    delete opened.bounds;
    Object.assign(opened, { center: [place.lon, place.lat], zoom: place.zoom });
  }
  const map = await makeMap(box, opened);
  map.setMinZoom(LEAST_ZOOM);
  const objects = new ObjectsMap(root, map, readConfig(root) as KindConfig, base);
  return () => {
    objects.close();
  };
}
