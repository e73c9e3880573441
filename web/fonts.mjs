// Letters for base maps from a file: Noto Sans as MapLibre takes it, in the ranges that Vietnamese is written in.
// Where there is no such font, or no fontnik for the machine, the browser's own fonts draw the labels.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const TARGET = "src/naoso/ui/static/ui/dist/fonts";
const FOLDERS = ["/usr/share/fonts/truetype/noto", "/usr/share/fonts/noto", "/usr/share/fonts/google-noto"];
// Debian's core package has no Medium: the base map's names of towns are bold.
const FACES = { "Noto Sans Regular": ["Regular"], "Noto Sans Italic": ["Italic"], "Noto Sans Medium": ["Medium", "Bold"] };
const RANGES = [0, 256, 512, 768, 7680, 7936, 8192, 8448];

function fileOf(styles) {
  const places = styles.flatMap((style) => FOLDERS.map((folder) => join(folder, `NotoSans-${style}.ttf`)));
  return places.find((place) => existsSync(place));
}

async function build() {
  const { default: fontnik } = await import("fontnik");
  const range = promisify(fontnik.range);
  for (const [name, styles] of Object.entries(FACES)) {
    const file = fileOf(styles);
    if (!file) throw new Error(`no NotoSans-${styles[0]}.ttf`);
    const font = readFileSync(file);
    mkdirSync(join(TARGET, name), { recursive: true });
    for (const start of RANGES) {
      const end = start + 255;
      writeFileSync(join(TARGET, name, `${start}-${end}.pbf`), await range({ font, start, end }));
    }
  }
}

try {
  await build();
} catch (error) {
  console.warn(`labels of a base map are drawn in the browser's fonts: ${error.message}`);
}
