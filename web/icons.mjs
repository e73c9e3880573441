// Writes Tabler's outline icons as one JSON file for Django's {% icon %}: name → SVG markup.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const nodes = JSON.parse(readFileSync("node_modules/@tabler/icons/tabler-nodes-outline.json", "utf8"));
const markup = ([tag, attributes]) =>
  `<${tag} ${Object.entries(attributes).map(([key, value]) => `${key}="${value}"`).join(" ")}/>`;
const icons = Object.fromEntries(Object.entries(nodes).map(([name, shapes]) => [name, shapes.map(markup).join("")]));
mkdirSync("src/naoso/ui/dist", { recursive: true });
writeFileSync("src/naoso/ui/dist/icons.json", JSON.stringify(icons));
