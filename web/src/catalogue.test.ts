import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const PO = readFileSync("src/naoso/ui/locale/vi/LC_MESSAGES/djangojs.po", "utf8");

it("has Vietnamese for every message of the islands", () => {
  const files = readdirSync("web/src", { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
  );
  const source = files.map((name) => readFileSync(`web/src/${name}`, "utf8")).join("\n");
  const used = [...source.matchAll(/\bn?gettext\("((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!);
  expect(used.length).toBeGreaterThan(30);
  const missing = used.filter((msgid) => {
    const entry = PO.split("\n\n").find((block) => block.includes(`msgid "${msgid}"`));
    return !entry || !/msgstr(\[0\])? ".+"/.test(entry);
  });
  expect(missing).toEqual([]);
});

it("is stored in normal form C", () => {
  expect(PO).toBe(PO.normalize("NFC"));
});
