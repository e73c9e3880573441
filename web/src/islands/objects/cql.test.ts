import { describe, expect, it } from "vitest";
import { askedFields, compose, read, splitAt, type Condition } from "./cql";
import type { KindConfig } from "./config";

const kind = {
  units: [{ value: 12, title: "Sông Công" }], states: [{ value: "planned", title: "Dự kiến" }],
  fields: [
    { name: "species", title: "Loài", type: "text" }, { name: "girth", title: "Chu vi", type: "integer" },
    { name: "planted", title: "Ngày trồng", type: "date" }, { name: "protected", title: "Bảo tồn", type: "boolean" },
    { name: "health", title: "Sức khỏe", type: "choice", choices: [{ value: "good" }, { value: "o'k" }] },
    { name: "pests", title: "Sâu bệnh", type: "choices", choices: [] },
  ],
} as unknown as KindConfig;
const fields = askedFields(kind, { state: "", code: "", unit: "", yes: "", no: "" });
const one = (field: string, operator: Condition["operator"], ...values: string[]): Condition => ({ field, operator, values });

describe("conditions as CQL2 text", () => {
  it.each<[Condition, string]>([
    [one("species", "contains", " 50%_a\\b'c "), String.raw`ACCENTI(species) LIKE '%50\%\_a\\b''c%'`],
    [one("species", "is", "Bàng ta"), "species = 'Bàng ta'"],
    [one("species", "empty"), "species IS NULL"],
    [one("species", "filled"), "species IS NOT NULL"],
    [one("girth", "range", "10", "20"), "(girth >= 10 AND girth <= 20)"],
    [one("girth", "range", "", "20"), "girth <= 20"],
    [one("planted", "range", "2020-02-01", ""), "planted >= DATE('2020-02-01')"],
    [one("protected", "in", "true"), "protected = TRUE"],
    [one("protected", "in", "true", "false"), "(protected = TRUE OR protected = FALSE)"],
    [one("health", "in", "good", "o'k"), "health IN ('good','o''k')"],
    [one("health", "out", "good"), "health NOT IN ('good')"],
    [one("pests", "has", "ants", "borer"), `(pests LIKE '%"ants"%' OR pests LIKE '%"borer"%')`],
    [one("unit", "in", "12"), "unit IN (12)"],
    [one("state", "in", "planned"), "state IN ('planned')"],
    [one("code", "contains", "CX"), "ACCENTI(code) LIKE '%CX%'"],
  ])("%j", (asked, text) => {
    expect(compose([asked], fields)).toBe(text);
    const [back] = read(text, fields) ?? [];
    expect(compose(back ? [back] : [], fields)).toBe(text);
  });

  it("joins them, leaves out what is not asked yet, and reads them back", () => {
    const asked = [one("health", "in", "good"), one("girth", "range", "1", "2"), one("species", "contains", ""), one("species", "contains", "a AND b")];
    const text = compose(asked, fields);
    expect(text).toBe("health IN ('good') AND (girth >= 1 AND girth <= 2) AND ACCENTI(species) LIKE '%a AND b%'");
    expect(read(text, fields)?.map(({ field }) => field)).toEqual(["health", "girth", "species"]);
  });

  it.each(["health = 'good' OR girth > 3", "stranger = 'x'", "girth > 3", "health IN ('good'", "S_INTERSECTS(geometry, BBOX(1,2,3,4))"])(
    "leaves alone what it did not write: %s", (text) => {
      expect(read(text, fields)).toBeUndefined();
    },
  );

  it("reads nothing as no condition", () => {
    expect(read("", fields)).toEqual([]);
  });
});

it("splits outside quotes and brackets only", () => {
  expect(splitAt("a = 'x AND y' AND (b >= 1 AND b <= 2) and c IS NULL", "AND")).toEqual(["a = 'x AND y'", "(b >= 1 AND b <= 2)", "c IS NULL"]);
});
