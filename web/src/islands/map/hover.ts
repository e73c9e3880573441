// The small word beside the pointer: what it is, its figure, its state, and how old that is.

import type { Map as MapLibre, MapGeoJSONFeature, MapMouseEvent } from "maplibre-gl";
import { ageInWords } from "../../format";
import { stateOf } from "./config";
import { stateSign, stateWords } from "./switcher";

export function hoverCard(properties: Record<string, unknown>, now: Date): HTMLElement {
  const text = (key: string) => (typeof properties[key] === "string" ? properties[key] : "");
  const card = document.createElement("div");
  const line = (className: string, ...content: (Node | string)[]) => {
    const element = document.createElement("div");
    element.className = className;
    element.append(...content);
    card.append(element);
  };
  const state = stateOf(properties["state"]);
  line("hover-title", text("title"));
  line("hover-state", stateSign(state), stateWords(state));
  if (text("caption")) line("hover-value", text("caption"));
  if (text("note")) line("hover-note", text("note"));
  if (text("at")) line("hover-age", ageInWords(new Date(text("at")), now));
  return card;
}

export class Hover {
  private readonly card: HTMLElement;

  constructor(
    private readonly map: MapLibre,
    private readonly find: (event: MapMouseEvent) => MapGeoJSONFeature | undefined,
  ) {
    this.card = document.createElement("div");
    this.card.className = "map-hover";
    this.card.hidden = true;
    map.getContainer().append(this.card);
    map.on("mousemove", (event) => {
      this.show(event);
    });
    map.on("mouseout", () => {
      this.card.hidden = true;
    });
  }

  private show(event: MapMouseEvent): void {
    const feature = this.find(event);
    this.map.getCanvas().style.cursor = feature ? "pointer" : "";
    this.card.hidden = !feature;
    if (!feature) return;
    this.card.replaceChildren(hoverCard(feature.properties, new Date()));
    const { clientWidth, clientHeight } = this.map.getContainer();
    const x = Math.min(event.point.x + 14, clientWidth - 240);
    const y = Math.min(event.point.y + 14, clientHeight - 110);
    this.card.style.transform = `translate(${x}px, ${y}px)`;
  }
}
