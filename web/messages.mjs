// Collects gettext() and ngettext() of web/src into the catalogue that Django serves to the browser.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const catalogue = "src/naoso/ui/locale/vi/LC_MESSAGES/djangojs.po";
const files = readdirSync("web/src", { recursive: true })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => `web/src/${name}`)
  .sort();
const template = execFileSync("xgettext", [
  "--language=JavaScript", "--from-code=UTF-8", "--keyword=gettext:1", "--keyword=ngettext:1,2",
  "--sort-by-file", "--no-location", "--no-wrap", "--output=-", ...files,
], { encoding: "utf8" }).replace("charset=CHARSET", "charset=UTF-8");
writeFileSync("/tmp/naoso-djangojs.pot", template);
if (!existsSync(catalogue)) {
  const header = template.split("\n\n")[0] ?? "";
  writeFileSync(catalogue, header.replace(/^"Plural-Forms.*\n/m, "").replace('"Language: \\n"', '"Language: vi\\n"') + '\n"Plural-Forms: nplurals=1; plural=0;\\n"\n');
}
execFileSync("msgmerge", ["--update", "--backup=none", "--no-fuzzy-matching", "--no-location", "--no-wrap", catalogue, "/tmp/naoso-djangojs.pot"], { stdio: "inherit" });
const empty = readFileSync(catalogue, "utf8").match(/msgstr(\[0\])? ""\n(?!")/g) ?? [];
console.log(`${empty.length} messages wait for their Vietnamese`);
