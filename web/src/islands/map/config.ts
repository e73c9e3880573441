// What the server tells the map, and the states that a feature may be in, the gravest last.

export type State = "off" | "stale" | "normal" | "notice" | "warning" | "danger";
export const STATES: readonly State[] = ["danger", "warning", "notice", "normal", "stale", "off"];
export const RANK: Record<State, number> = { off: 0, stale: 1, normal: 2, notice: 3, warning: 4, danger: 5 };

export interface LegendItem {
  state: State;
  label: string;
}
export interface LayerConfig {
  slug: string;
  /** The module that contributes it. */
  domain: string;
  title: string;
  group: string;
  icon: string;
  /** Path data of the layer's icon, 24 × 24, stroked. */
  glyph: string[];
  url: string;
  kind: "point" | "area";
  visible: boolean;
  minzoom?: number;
  refresh_s: number;
  /** Names of events after which the layer is fetched again, such as `alerts.*`. */
  refresh_on: string;
  legend: LegendItem[];
  /** Features may say heading, width and reach: what they look at is drawn. */
  sectors?: boolean;
}
export interface MapConfig {
  base: {
    kind: "plain" | "style" | "pmtiles";
    url: string;
    /** Outlines and names of the units of today, where the base has none. */
    outlines?: string;
    /** Address of the letters, with {fontstack} and {range}; none: the browser's own fonts. */
    glyphs?: string;
  };
  center: [number, number];
  zoom: number;
  bounds?: [number, number, number, number];
  layers: LayerConfig[];
  approximate: boolean;
  labels: { name: string; lon: number; lat: number }[];
  locale: string;
  /** Size of marks and letters against a desk's screen; a wall's are larger. */
  scale?: number;
}
export interface FeatureProps {
  id: string;
  title: string;
  state: State;
  value: number | string | null;
  unit: string;
  at: string;
  url: string;
}

export function stateOf(value: unknown): State {
  return STATES.find((state) => state === value) ?? "normal";
}
