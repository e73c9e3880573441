// The officer's tasks: by due time as they come, by distance from here, or as a route. The position stays in this page.
// <section data-island="field-list" data-map="/map/place.json"><button data-here><button data-route><ol data-tasks>

import type { Map as MapLibre, Marker } from "maplibre-gl";
import { formatNumber } from "../format";
import type { MapConfig } from "../islands/map/config";
import { fill, gettext } from "../words";
import { distance, length, MOST_STOPS, ordered, type Spot } from "./route";

interface Task extends Spot {
  item: HTMLElement;
  due: number;
}

/** 850 m, 2,4 km. */
export function metres(value: number): string {
  return value < 1000 ? `${formatNumber(Math.round(value / 10) * 10)} m` : `${formatNumber(value / 1000, 1)} km`;
}

class TaskList {
  private readonly tasks: Task[];
  private here: Spot | undefined;
  private shown: Task[];
  private pins: Marker[] = [];
  private map: MapLibre | undefined;

  constructor(private readonly root: HTMLElement) {
    this.tasks = [...root.querySelectorAll<HTMLElement>("li[data-lon]")].map((item) => ({
      item,
      lon: Number(item.dataset["lon"]),
      lat: Number(item.dataset["lat"]),
      due: Number(item.dataset["due"]),
    }));
    this.shown = this.tasks;
    this.part("[data-tools]").hidden = false;
    this.part("[data-map-part]").hidden = false;
    this.part("[data-here]").addEventListener("click", () => {
      this.locate();
    });
    this.part("[data-route]").addEventListener("click", () => {
      this.show(this.part("[data-route]").getAttribute("aria-pressed") !== "true");
    });
    this.part("[data-map-part]").addEventListener("toggle", () => void this.openMap());
  }

  private part(selector: string): HTMLElement {
    const found = this.root.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`a field-list island needs ${selector}`);
    return found;
  }

  private word(words: string): void {
    this.part("[data-word]").textContent = words;
  }

  private locate(): void {
    this.word(gettext("Looking for your position…"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.here = { lon: coords.longitude, lat: coords.latitude };
        (this.part("[data-route]") as HTMLButtonElement).disabled = false;
        this.show(false);
      },
      () => {
        this.word(gettext("The position could not be read. The list stays in the order of due times."));
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  }

  private show(asRoute: boolean): void {
    const { here } = this;
    if (!here) return;
    const near = [...this.tasks].sort((a, b) => distance(here, a) - distance(here, b));
    const stops = asRoute ? ordered(here, near.slice(0, MOST_STOPS)) : near;
    this.shown = asRoute ? [...stops, ...near.slice(MOST_STOPS)] : near;
    this.part("[data-tasks]").replaceChildren(...this.shown.map((task) => task.item));
    this.part("[data-route]").setAttribute("aria-pressed", String(asRoute));
    this.shown.forEach((task, index) => {
      this.mark(task, here, asRoute && index < stops.length ? index + 1 : 0);
    });
    const way = { count: stops.length, length: metres(length(here, stops)) };
    this.word(
      asRoute
        ? fill(gettext("{count} stops, {length} as the crow flies; by road it is longer."), way)
        : gettext("The nearest first, as the crow flies."),
    );
    void this.pin();
  }

  private mark(task: Task, here: Spot, number: number): void {
    const [away, badge, go] = ["[data-distance]", "[data-number]", "[data-go]"].map((one) => task.item.querySelector<HTMLElement>(one));
    if (away) away.textContent = `${metres(distance(here, task))} ·`;
    if (badge) [badge.hidden, badge.textContent] = [number === 0, String(number)];
    if (go) go.hidden = number === 0;
  }

  private async openMap(): Promise<void> {
    if (this.map || !(this.part("[data-map-part]") as HTMLDetailsElement).open) return;
    const [answer, { makeMap }] = await Promise.all([fetch(this.root.dataset["map"] ?? ""), import("../islands/map/view")]);
    this.map = await makeMap(this.part("[data-map-box]"), { ...((await answer.json()) as MapConfig), layers: [] });
    await this.pin();
  }

  private async pin(): Promise<void> {
    if (!this.map) return;
    const { maplibre } = await import("../islands/map/view");
    const bounds = new maplibre.LngLatBounds();
    this.pins.forEach((pin) => pin.remove());
    this.pins = this.shown.map((task, index) => {
      const element = Object.assign(document.createElement("a"), { className: "field-pin", textContent: String(index + 1) });
      element.href = task.item.querySelector("a")?.getAttribute("href") ?? "";
      bounds.extend([task.lon, task.lat]);
      return new maplibre.Marker({ element }).setLngLat([task.lon, task.lat]);
    });
    if (this.here) {
      const element = Object.assign(document.createElement("span"), { className: "field-here" });
      bounds.extend([this.here.lon, this.here.lat]);
      this.pins.push(new maplibre.Marker({ element }).setLngLat([this.here.lon, this.here.lat]));
    }
    for (const pin of this.pins) pin.addTo(this.map);
    this.map.fitBounds(bounds, { padding: 36, maxZoom: 15, animate: false });
  }
}

export function mount(root: HTMLElement): undefined {
  new TaskList(root);
  return undefined;
}
