// Where something is: by GPS, by dragging the pin, or by a tap; says in words which unit that is.
// <div data-island="place"> may name its fields (data-lon="#id_lon" data-lat="#id_lat"), its map (data-config)
// and the address that names units (data-unit-url); what it lacks of parts it makes.

import type { Map as MapLibre, Marker } from "maplibre-gl";
import { gettext, fill } from "../words";
import { readConfig } from "../mount";
import type { MapConfig } from "./map/config";

interface UnitAnswer {
  unit: { code: string; name: string } | null;
}

export async function unitAt(url: string, lon: number, lat: number): Promise<string> {
  try {
    const response = await fetch(`${url}?lon=${lon.toFixed(6)}&lat=${lat.toFixed(6)}`);
    if (!response.ok) return "";
    const answer = (await response.json()) as UnitAnswer;
    return answer.unit?.name ?? gettext("Outside the province");
  } catch {
    return "";
  }
}

class PlacePicker {
  private marker: Marker | undefined;
  private asked = 0;
  private readonly lon: HTMLInputElement;
  private readonly lat: HTMLInputElement;
  private readonly word: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly map: MapLibre,
    private readonly makeMarker: () => Marker,
  ) {
    const lon = fieldOf(root, "lon");
    const lat = fieldOf(root, "lat");
    const word = root.querySelector<HTMLElement>("[role=status]");
    if (!lon || !lat || !word) throw new Error("a place island needs inputs lon and lat and [role=status]");
    [this.lon, this.lat, this.word] = [lon, lat, word];
    map.on("click", (event) => {
      this.set(event.lngLat.lng, event.lngLat.lat);
    });
    root.querySelector("[data-gps]")?.addEventListener("click", () => {
      this.locate();
    });
    root.closest("form")?.addEventListener("naoso:spot", (event) => {
      const spot = (event as CustomEvent<{ lon: number; lat: number }>).detail;
      if (!this.marker) this.set(spot.lon, spot.lat, true);
    });
    if (lon.value && lat.value) this.set(Number(lon.value), Number(lat.value), true);
  }

  private locate(): void {
    this.word.textContent = gettext("Looking for your position…");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.set(coords.longitude, coords.latitude, true);
      },
      () => {
        this.word.textContent = gettext("The position could not be read. Tap on the map instead.");
      },
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  }

  private set(lon: number, lat: number, move = false): void {
    this.lon.value = lon.toFixed(6);
    this.lat.value = lat.toFixed(6);
    this.lon.dispatchEvent(new Event("change", { bubbles: true }));
    if (!this.marker) {
      const marker = this.makeMarker();
      marker.on("dragend", () => {
        const at = marker.getLngLat();
        this.set(at.lng, at.lat);
      });
      this.marker = marker.setLngLat([lon, lat]).addTo(this.map);
    } else this.marker.setLngLat([lon, lat]);
    if (move) this.map.jumpTo({ center: [lon, lat], zoom: Math.max(15, this.map.getZoom()) });
    void this.name(lon, lat);
  }

  private async name(lon: number, lat: number): Promise<void> {
    const ask = ++this.asked;
    const name = await unitAt(this.root.dataset["unitUrl"] || "/places/at", lon, lat);
    if (ask !== this.asked) return;
    this.word.textContent = name ? fill(gettext("Place: {name}"), { name }) : gettext("Place chosen.");
  }
}

function fieldOf(root: HTMLElement, name: "lon" | "lat"): HTMLInputElement | null {
  const selector = root.dataset[name];
  return selector ? document.querySelector(selector) : root.querySelector(`input[name=${name}]`);
}

/** The map's box; made together with the position button and the line of words where there is none. */
export function boxOf(root: HTMLElement): HTMLElement {
  const found = root.querySelector<HTMLElement>(".place-map");
  if (found) return found;
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: "btn w-100",
    textContent: gettext("Use my position"),
  });
  button.dataset["gps"] = "";
  const box = Object.assign(document.createElement("div"), { className: "place-map map" });
  const word = Object.assign(document.createElement("p"), {
    className: "form-hint",
    textContent: gettext("Tap on the map to set the pin."),
  });
  word.setAttribute("role", "status");
  root.classList.add("place-field");
  root.append(button, box, word);
  return box;
}

async function configOf(root: HTMLElement): Promise<MapConfig> {
  if (root.dataset["config"]) return readConfig(root) as MapConfig;
  return (await (await fetch("/map/place.json")).json()) as MapConfig;
}

export async function mount(root: HTMLElement): Promise<() => void> {
  const [{ makeMap, maplibre }, config] = await Promise.all([import("./map/view"), configOf(root)]);
  const map = await makeMap(boxOf(root), { ...config, layers: [] });
  new PlacePicker(root, map, () => new maplibre.Marker({ draggable: true, color: "#c2410c" }));
  return () => {
    map.remove();
  };
}
