// What the page tells the island of a kind of city objects.

export type FieldType = "text" | "integer" | "number" | "boolean" | "date" | "choice" | "choices";
export interface Choice {
  value: string;
  title: string;
  colour?: string;
}
export interface FieldConfig {
  name: string;
  title: string;
  type: FieldType;
  unit: string;
  counted: boolean;
  choices: Choice[];
}
export interface KindConfig {
  slug: string;
  title: string;
  geometry: "point" | "line" | "polygon";
  tint: string;
  glyph: string[];
  /** The field that colours the map unless another is chosen. */
  colour: string;
  label: string;
  fields: FieldConfig[];
  states: Choice[];
  units: { value: number; title: string }[];
  /** `/tiles/objects/<kind>/{z}/{x}/{y}.mvt` */
  tiles: string;
  /** `/objects/<kind>/` */
  root: string;
  may_edit: boolean;
}

export const LEAST_ZOOM = 5;
export const MOST_ZOOM = 18;
/** Grey: what has no value, and values without a colour of their own. */
export const OTHER = "#868e96";

export function fieldOf(kind: KindConfig, name: string): FieldConfig | undefined {
  return kind.fields.find((field) => field.name === name);
}
