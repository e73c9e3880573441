import "@tabler/core/dist/css/tabler.min.css";
import "./styles/app.css";
import "@tabler/core";
import htmx from "htmx.org";
import { forgetPages } from "./field/kept";
import { holdWhileSending } from "./holding";
import { startAges } from "./islands/age";
import { focusFirst } from "./islands/shortcuts";
import { mountAll, unmount, type Loaders } from "./mount";

const loaders: Loaders = {
  blank: () => import("./islands/blank"),
  camera: () => import("./islands/camera"),
  "camera-control": () => import("./islands/cameraControl"),
  "camera-wall": () => import("./islands/cameraWall"),
  chart: () => import("./islands/chart"),
  citizen: () => import("./citizen/app"),
  confirm: () => import("./islands/confirm"),
  connection: () => import("./islands/live"),
  "crew-map": () => import("./field/way"),
  "crew-sharing": () => import("./field/sharing"),
  field: () => import("./field/app"),
  "field-deed": () => import("./field/deed"),
  "field-list": () => import("./field/list"),
  "field-waiting": () => import("./field/waiting"),
  "field-of-view": () => import("./islands/fieldOfView"),
  fill: () => import("./islands/fill"),
  footage: () => import("./islands/footage"),
  inbox: () => import("./islands/inbox"),
  lanes: () => import("./islands/lanes"),
  large: () => import("./citizen/large"),
  map: () => import("./islands/map/index"),
  mine: () => import("./citizen/mine"),
  objects: () => import("./islands/objects/index"),
  panel: () => import("./islands/panel"),
  photo: () => import("./islands/photo"),
  place: () => import("./islands/place"),
  "plate-check": () => import("./islands/plateCheck"),
  "plate-review": () => import("./islands/plateReview"),
  "portal-map": () => import("./islands/portalMap"),
  pushed: () => import("./citizen/pushed"),
  push: () => import("./islands/push"),
  remember: () => import("./citizen/remember"),
  report: () => import("./citizen/report"),
  room: () => import("./field/room"),
  shortcuts: () => import("./islands/shortcuts"),
  sos: () => import("./sos/app"),
  sound: () => import("./islands/sound"),
  "take-over": () => import("./citizen/takeover"),
  theme: () => import("./islands/theme"),
  toasts: () => import("./islands/toasts"),
  waiting: () => import("./citizen/waiting"),
  warned: () => import("./islands/warned"),
  "warning-area": () => import("./islands/warningArea"),
};

Object.assign(window, { htmx });
startAges();
void mountAll(document, loaders);
holdWhileSending(document);
document.addEventListener("htmx:load", (event) => {
  if (event.target instanceof HTMLElement) void mountAll(event.target, loaders);
  if (event.target instanceof HTMLFormElement && event.target.closest("details[open]")) {
    focusFirst(event.target);
  }
});
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  if (event.target instanceof HTMLElement) unmount(event.target);
});
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest("[data-print]")) window.print();
  if (event.target.closest("[data-open-shortcuts]")) document.dispatchEvent(new CustomEvent("naoso:shortcuts"));
  const toggle = event.target.closest<HTMLElement>("[data-toggle-class]");
  if (toggle) document.documentElement.classList.toggle(toggle.dataset["toggleClass"] ?? "");
});
// nobody is signed in any more: what the phone kept for an account goes
if (document.querySelector("[data-signed-out]")) void forgetPages();
document.addEventListener("submit", (event) => {
  if (event.target instanceof HTMLFormElement && event.target.action.endsWith("/account/logout/")) void forgetPages();
});
