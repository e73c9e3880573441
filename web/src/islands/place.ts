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

interface Board {
  map: MapLibre;
  makeMarker: () => Marker;
}

/** Knows the place before the map is there, and where it never comes: a phone without WebGL reports by GPS. */
class PlacePicker {
  private marker: Marker | undefined;
  private board: Board | undefined;
  private asked = 0;
  private readonly lon: HTMLInputElement;
  private readonly lat: HTMLInputElement;
  private readonly word: HTMLElement;

  constructor(private readonly root: HTMLElement) {
    const lon = fieldOf(root, "lon");
    const lat = fieldOf(root, "lat");
    const word = root.querySelector<HTMLElement>("[role=status]");
    if (!lon || !lat || !word) throw new Error("a place island needs inputs lon and lat and [role=status]");
    [this.lon, this.lat, this.word] = [lon, lat, word];
    root.querySelector("[data-gps]")?.addEventListener("click", () => {
      this.locate();
    });
    root.closest("form")?.addEventListener("naoso:spot", (event) => {
      const spot = (event as CustomEvent<{ lon: number; lat: number }>).detail;
      if (!lon.value) this.set(spot.lon, spot.lat);
    });
    root.closest("form")?.addEventListener("naoso:place", () => {
      if (lon.value) this.set(Number(lon.value), Number(lat.value));
    });
    if (lon.value && lat.value) this.set(Number(lon.value), Number(lat.value));
  }

  attach(board: Board): void {
    this.board = board;
    board.map.on("click", (event) => {
      this.set(event.lngLat.lng, event.lngLat.lat, false);
    });
    if (this.lon.value) this.pin(Number(this.lon.value), Number(this.lat.value), true);
  }

  private locate(): void {
    this.word.textContent = gettext("Looking for your position…");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.set(coords.longitude, coords.latitude);
      },
      () => {
        this.word.textContent = gettext("The position could not be read. Tap on the map instead.");
      },
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  }

  private set(lon: number, lat: number, move = true): void {
    this.lon.value = lon.toFixed(6);
    this.lat.value = lat.toFixed(6);
    this.lon.dispatchEvent(new Event("change", { bubbles: true }));
    this.pin(lon, lat, move);
    void this.name(lon, lat);
  }

  private pin(lon: number, lat: number, move: boolean): void {
    if (!this.board) return;
    const { map, makeMarker } = this.board;
    if (!this.marker) {
      const marker = makeMarker();
      marker.on("dragend", () => {
        const at = marker.getLngLat();
        this.set(at.lng, at.lat, false);
      });
      this.marker = marker.setLngLat([lon, lat]).addTo(map);
    } else this.marker.setLngLat([lon, lat]);
    if (move) map.jumpTo({ center: [lon, lat], zoom: Math.max(15, map.getZoom()) });
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
  const box = boxOf(root);
  const picker = new PlacePicker(root);
  const [{ makeMap, maplibre }, config] = await Promise.all([import("./map/view"), configOf(root)]);
  const map = await makeMap(box, { ...config, layers: [] });
  picker.attach({ map, makeMarker: () => new maplibre.Marker({ draggable: true, color: "#c2410c" }) });
  return () => {
    map.remove();
  };
}
