// Conditions as people put them together ⇄ CQL2 text (OGC 21-065r2), as the server reads it.

import type { FieldConfig, FieldType, KindConfig } from "./config";

export type Operator = "in" | "out" | "has" | "range" | "contains" | "is" | "empty" | "filled";
export interface Condition {
  field: string;
  operator: Operator;
  /** Values of choices; least and greatest of a range, "" for none; the one text. */
  values: string[];
}
export type AskedType = FieldType | "unit" | "code";

export const OPERATORS: Record<AskedType, Operator[]> = {
  text: ["contains", "is", "empty", "filled"],
  code: ["contains", "is"],
  integer: ["range", "empty", "filled"],
  number: ["range", "empty", "filled"],
  date: ["range", "empty", "filled"],
  boolean: ["in", "empty", "filled"],
  choice: ["in", "out", "empty", "filled"],
  choices: ["has", "empty", "filled"],
  unit: ["in", "out", "empty"],
};

export interface AskedField {
  name: string;
  title: string;
  type: AskedType;
  unit: string;
  choices: { value: string; title: string }[];
}

export interface OwnWords {
  state: string;
  code: string;
  unit: string;
  yes: string;
  no: string;
}

/** The kind's fields, then what every object has. */
export function askedFields(kind: KindConfig, words: OwnWords): AskedField[] {
  const yesNo = [{ value: "true", title: words.yes }, { value: "false", title: words.no }];
  const own = kind.fields.map((field: FieldConfig): AskedField => ({
    ...field, choices: field.type === "boolean" ? yesNo : field.choices,
  }));
  const units = kind.units.map(({ value, title }) => ({ value: String(value), title }));
  return [
    ...own,
    { name: "state", title: words.state, type: "choice", unit: "", choices: kind.states },
    { name: "unit", title: words.unit, type: "unit", unit: "", choices: units },
    { name: "code", title: words.code, type: "code", unit: "", choices: [] },
  ];
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll("''", "'");
}

/** What means something of its own inside LIKE is meant as it stands. */
function pattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}
function unpattern(text: string): string {
  return text.slice(1, -1).replace(/\\([\\%_])/g, "$1");
}

function literal(value: string, type: AskedType): string {
  if (type === "boolean") return value === "true" ? "TRUE" : "FALSE";
  return type === "unit" ? String(Number(value)) : quoted(value);
}

function range({ field, values }: Condition, type: AskedType): string {
  const value = (text: string) => (type === "date" ? `DATE(${quoted(text)})` : String(Number(text.replace(",", "."))));
  const [least = "", most = ""] = values;
  const parts = [least && `${field} >= ${value(least)}`, most && `${field} <= ${value(most)}`].filter(Boolean);
  return parts.length > 1 ? `(${parts.join(" AND ")})` : (parts[0] ?? "");
}

/** "" where nothing is asked yet. */
export function condition(asked: Condition, type: AskedType): string {
  const { field, operator, values } = asked;
  const first = values[0] ?? "";
  if (operator === "empty") return `${field} IS NULL`;
  if (operator === "filled") return `${field} IS NOT NULL`;
  if (operator === "range") return range(asked, type);
  if (!first.trim()) return "";
  if (operator === "contains") return `ACCENTI(${field}) LIKE ${quoted(pattern(first.trim()))}`;
  if (operator === "is") return `${field} = ${quoted(first.trim())}`;
  if (operator === "has") return anyOf(values.map((value) => `${field} LIKE ${quoted(`%"${value}"%`)}`));
  if (type === "boolean") return anyOf(values.map((value) => `${field} = ${literal(value, type)}`));
  const listed = values.map((value) => literal(value, type)).join(",");
  return `${field} ${operator === "out" ? "NOT IN" : "IN"} (${listed})`;
}

function anyOf(parts: string[]): string {
  return parts.length > 1 ? `(${parts.join(" OR ")})` : (parts[0] ?? "");
}

export function compose(conditions: readonly Condition[], fields: readonly AskedField[]): string {
  return conditions
    .map((one) => condition(one, fields.find((field) => field.name === one.field)?.type ?? "text"))
    .filter(Boolean)
    .join(" AND ");
}

/** Splits at a word that stands outside quotes and brackets. */
export function splitAt(text: string, word: "AND" | "OR"): string[] {
  const parts: string[] = [];
  let [depth, quote, from] = [0, false, 0];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === "'") quote = !quote;
    else if (quote) continue;
    else if (letter === "(") depth++;
    else if (letter === ")") depth--;
    else if (!depth && text.slice(at, at + word.length + 2).toUpperCase() === ` ${word} `) {
      parts.push(text.slice(from, at));
      from = at + word.length + 2;
      at = from - 1;
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter(Boolean);
}

const TEXT = String.raw`'(?:[^']|'')*'`;
const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const FORMS: [RegExp, (found: RegExpMatchArray) => Condition | undefined][] = [
  [/^(\w+) IS NULL$/i, (m) => made(m, "empty", [])],
  [/^(\w+) IS NOT NULL$/i, (m) => made(m, "filled", [])],
  [new RegExp(`^ACCENTI\\((\\w+)\\) LIKE (${TEXT})$`, "i"), (m) => made(m, "contains", [unpattern(unquoted(m[2] ?? ""))])],
  [new RegExp(`^(\\w+) LIKE ('%"[^"]*"%')$`, "i"), (m) => made(m, "has", [unquoted(m[2] ?? "").slice(2, -2)])],
  [new RegExp(`^(\\w+) = (${TEXT})$`, "i"), (m) => made(m, "is", [unquoted(m[2] ?? "")])],
  [/^(\w+) = (TRUE|FALSE)$/i, (m) => made(m, "in", [(m[2] ?? "").toLowerCase()])],
  [new RegExp(`^(\\w+) (NOT )?IN \\(((?:${TEXT}|${NUMBER}|,| )+)\\)$`, "i"), (m) => made(m, m[2] ? "out" : "in", listed(m[3] ?? ""))],
  [new RegExp(`^(\\w+) >= (?:DATE\\()?(${TEXT}|${NUMBER})\\)?$`, "i"), (m) => made(m, "range", [bare(m[2] ?? ""), ""])],
  [new RegExp(`^(\\w+) <= (?:DATE\\()?(${TEXT}|${NUMBER})\\)?$`, "i"), (m) => made(m, "range", ["", bare(m[2] ?? "")])],
];

function made(found: RegExpMatchArray, operator: Operator, values: string[]): Condition {
  return { field: found[1] ?? "", operator, values };
}
function bare(text: string): string {
  return text.startsWith("'") ? unquoted(text) : text;
}
function listed(text: string): string[] {
  return [...text.matchAll(new RegExp(`${TEXT}|${NUMBER}`, "g"))].map((found) => bare(found[0]));
}

function unwrapped(text: string): string {
  return text.startsWith("(") && text.endsWith(")") ? text.slice(1, -1).trim() : text;
}

function readOne(text: string): Condition | undefined {
  for (const [form, read] of FORMS) {
    const found = form.exec(text);
    if (found) return read(found);
  }
  return undefined;
}

/** Two bounds of one field, or several values of one. */
function readGroup(text: string): Condition | undefined {
  const inner = unwrapped(text);
  for (const word of ["AND", "OR"] as const) {
    const parts = splitAt(inner, word).map(readOne);
    const first = parts[0];
    if (parts.length < 2 || !first) continue;
    if (!parts.every((part): part is Condition => part?.field === first.field && part.operator === first.operator)) return undefined;
    if (word === "OR") return first.operator === "range" ? undefined : { ...first, values: parts.flatMap((part) => part.values) };
    if (first.operator !== "range" || parts.length > 2) return undefined;
    return { ...first, values: [0, 1].map((at) => parts.map((part) => part.values[at] ?? "").find(Boolean) ?? "") };
  }
  return undefined;
}

/** Undefined for a filter that was written in another way: it works, but cannot be taken apart. */
export function read(text: string, fields: readonly AskedField[]): Condition[] | undefined {
  const found = splitAt(text, "AND").map((part) => readOne(part) ?? readGroup(part));
  const known = (one: Condition | undefined): one is Condition => {
    const type = fields.find((field) => field.name === one?.field)?.type;
    return one !== undefined && type !== undefined && OPERATORS[type].includes(one.operator);
  };
  return found.every(known) ? found : undefined;
}
