// Photos from a phone: shown at once, made small before they travel, their place kept in hidden fields.
// <div data-island="photo" data-max="4"><input type="file" multiple><ul></ul></div>

import { gpsOf, type Spot } from "../exif";
import { fill, gettext } from "../words";

const LONGEST_SIDE = 1600;
const QUALITY = 0.85;
const LARGEST_BYTES = 40 * 1024 * 1024;

export function fitted(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

async function reduce(file: File): Promise<File> {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const size = fitted(image.width, image.height);
  const canvas = Object.assign(document.createElement("canvas"), size);
  canvas.getContext("2d")?.drawImage(image, 0, 0, size.width, size.height);
  image.close();
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, "image/jpeg", QUALITY);
  });
  if (!blob) throw new Error("the canvas gave no picture");
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

interface Photo {
  file: File;
  spot: Spot | undefined;
}

class PhotoPicker {
  private photos: Photo[] = [];
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly word: HTMLElement;
  private readonly max: number;

  constructor(private readonly root: HTMLElement) {
    const input = root.querySelector<HTMLInputElement>("input[type=file]");
    const list = root.querySelector<HTMLElement>("ul");
    const word = root.querySelector<HTMLElement>("[role=status]");
    if (!input || !list || !word) throw new Error("a photo island needs input[type=file], ul and [role=status]");
    [this.input, this.list, this.word] = [input, list, word];
    this.max = Number(root.dataset["max"] ?? 4);
    input.addEventListener("change", () => void this.add([...(input.files ?? [])]));
  }

  private async add(chosen: File[]): Promise<void> {
    const known = new Set(this.photos.map((photo) => photo.file));
    const fresh = chosen.filter((file) => !known.has(file));
    this.word.classList.remove("text-danger");
    this.word.textContent = fresh.length ? gettext("Preparing the photos…") : "";
    const refused: string[] = [];
    for (const file of fresh) {
      if (this.photos.length >= this.max) {
        refused.push(fill(gettext("At most {count} photos."), { count: this.max }));
        break;
      }
      if (file.size > LARGEST_BYTES) {
        refused.push(fill(gettext("{name} is too large."), { name: file.name }));
        continue;
      }
      try {
        const spot = gpsOf(await file.slice(0, 256 * 1024).arrayBuffer());
        this.photos.push({ file: await reduce(file), spot });
      } catch {
        refused.push(fill(gettext("{name} is not a photo that this phone can read."), { name: file.name }));
      }
    }
    this.word.textContent = refused.join(" ");
    this.word.classList.toggle("text-danger", refused.length > 0);
    this.sync();
  }

  private remove(photo: Photo): void {
    this.photos = this.photos.filter((other) => other !== photo);
    this.sync();
  }

  /** The form sends what the list shows. */
  private sync(): void {
    const transfer = new DataTransfer();
    for (const photo of this.photos) transfer.items.add(photo.file);
    this.input.files = transfer.files;
    const spot = this.photos.find((photo) => photo.spot)?.spot;
    this.setField("photo_lon", spot?.lon);
    this.setField("photo_lat", spot?.lat);
    this.list.replaceChildren(...this.photos.map((photo) => this.preview(photo)));
    if (spot) this.root.dispatchEvent(new CustomEvent("naoso:spot", { bubbles: true, detail: spot }));
  }

  private setField(name: string, value: number | undefined): void {
    const field = this.root.querySelector<HTMLInputElement>(`input[name="${name}"]`);
    if (field) field.value = value === undefined ? "" : value.toFixed(6);
  }

  private preview(photo: Photo): HTMLLIElement {
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.src = URL.createObjectURL(photo.file);
    image.alt = photo.file.name;
    image.addEventListener("load", () => {
      URL.revokeObjectURL(image.src);
    });
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    button.setAttribute("aria-label", fill(gettext("Remove {name}"), { name: photo.file.name }));
    button.addEventListener("click", () => {
      this.remove(photo);
    });
    item.append(image, button);
    return item;
  }
}

export function mount(root: HTMLElement): undefined {
  new PhotoPicker(root);
  return undefined;
}
