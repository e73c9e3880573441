// Photos from a phone: shown at once, made small before they travel, their place kept in hidden fields.
// <div data-island="photo" data-max="4"><input type="file" multiple><ul></ul><p role="status"></p></div>
// may have a second input [data-camera] that opens the camera at once, and take one clip (data-video-mb="50").
// Tells the page naoso:spot (a photo knows its place), naoso:photographed (photos were added) and listens to
// naoso:photos (take these instead).

import { gpsOf, type Spot } from "../exif";
import { fill, gettext } from "../words";

const LONGEST_SIDE = 2048;
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

function isVideo(file: File): boolean {
  return file.type.startsWith("video/");
}

function picture(file: File): HTMLElement {
  const image = Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt: file.name });
  image.addEventListener("load", () => {
    URL.revokeObjectURL(image.src);
  });
  return image;
}

/** Its name instead of its picture: a page may not play what it has not got from its own server. */
function clip(file: File): HTMLElement {
  return Object.assign(document.createElement("span"), { className: "photo-clip", textContent: `▶ ${file.name}` });
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
  private readonly mostVideo: number;

  constructor(private readonly root: HTMLElement) {
    const input = root.querySelector<HTMLInputElement>("input[type=file]:not([data-camera])");
    const list = root.querySelector<HTMLElement>("ul");
    const word = root.querySelector<HTMLElement>("[role=status]");
    if (!input || !list || !word) throw new Error("a photo island needs input[type=file], ul and [role=status]");
    [this.input, this.list, this.word] = [input, list, word];
    this.max = Number(root.dataset["max"] ?? 4);
    this.mostVideo = Number(root.dataset["videoMb"] ?? 0) * 1024 * 1024;
    input.addEventListener("change", () => void this.add([...(input.files ?? [])]));
    root.addEventListener("naoso:photos", (event) => {
      this.photos = (event as CustomEvent<File[]>).detail.map((file) => ({ file, spot: undefined }));
      this.sync();
    });
    const camera = root.querySelector<HTMLInputElement>("[data-camera]");
    if (camera) this.openCamera(camera);
  }

  private openCamera(camera: HTMLInputElement): void {
    camera.disabled = false;
    this.root.querySelector(`label[for="${camera.id}"]`)?.removeAttribute("hidden");
    camera.addEventListener("change", () => {
      const taken = [...(camera.files ?? [])];
      camera.value = "";
      void this.add(taken);
    });
  }

  private async add(chosen: File[]): Promise<void> {
    const known = new Set(this.photos.map((photo) => photo.file));
    const fresh = chosen.filter((file) => !known.has(file));
    this.word.classList.remove("text-danger");
    this.word.textContent = fresh.length ? gettext("Preparing the photos…") : "";
    this.root.dataset["busy"] = "";
    const refused: string[] = [];
    for (const file of fresh) {
      const problem = await this.take(file);
      if (problem) refused.push(problem);
    }
    delete this.root.dataset["busy"];
    this.word.textContent = refused.join(" ");
    this.word.classList.toggle("text-danger", refused.length > 0);
    this.sync();
    if (fresh.length > refused.length) this.root.dispatchEvent(new CustomEvent("naoso:photographed", { bubbles: true }));
  }

  /** Words for why the file is left out; empty when it is in. */
  private async take(file: File): Promise<string> {
    const words = { name: file.name, count: this.max };
    if (this.photos.length >= this.max) return fill(gettext("At most {count} photos."), words);
    if (this.mostVideo && isVideo(file)) return this.takeVideo(file);
    if (file.size > LARGEST_BYTES) return fill(gettext("{name} is too large."), words);
    try {
      const spot = gpsOf(await file.slice(0, 256 * 1024).arrayBuffer());
      this.photos.push({ file: await reduce(file), spot });
      return "";
    } catch {
      return fill(gettext("{name} is not a photo that this phone can read."), words);
    }
  }

  private takeVideo(file: File): string {
    if (this.photos.some((other) => isVideo(other.file))) return gettext("One video is enough.");
    if (file.size > this.mostVideo) return fill(gettext("{name} is too large."), { name: file.name });
    this.photos.push({ file, spot: undefined });
    return "";
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
    const image = isVideo(photo.file) ? clip(photo.file) : picture(photo.file);
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
