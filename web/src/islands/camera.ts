// A live picture with its words and buttons.
// <figure data-island="camera" data-url="/cameras/7/live/" data-size="main" data-reason="duty" [data-wall] [data-incident]>
//   <video muted playsinline poster="…"></video><p class="camera-word"></p> [data-camera-full] [data-camera-size] [data-camera-reason]

import { gettext } from "../words";
import { askerOf } from "./cameraAsker";
import { CameraPlayer, type State } from "./cameraPlayer";

const HIDDEN_FOR_MS = 60_000;

export function words(state: State, word: string): string {
  switch (state) {
    case "live":
      return "";
    case "waiting":
      return gettext("Connecting …");
    case "unsupported":
      return gettext("This camera sends H.265, which this browser cannot show. Set its stream to H.264.");
    case "over":
      return gettext("You may not watch this camera any longer.");
    case "refused":
      return word || gettext("You may not watch this camera.");
    case "lost":
      return lost(word);
  }
}

function lost(fault: string): string {
  switch (fault) {
    case "unreachable":
      return gettext("The camera cannot be reached. Trying again …");
    case "refused":
      return gettext("The camera refuses its user name or password.");
    case "silent":
      return gettext("The camera is connected, but sends no picture.");
    case "unsupported":
      return gettext("The camera's picture cannot be read.");
    default:
      return gettext("The connection broke. Trying again …");
  }
}

export function mount(element: HTMLElement): (() => void) | undefined {
  const video = element.querySelector("video");
  const word = element.querySelector<HTMLElement>(".camera-word");
  const url = element.dataset["url"] ?? "";
  if (!video || !url) return undefined;
  const asker = askerOf(element, url);
  const player = new CameraPlayer(video, asker, (state, text) => {
    element.dataset["state"] = state;
    if (word) word.textContent = words(state, text);
  });
  const events = new AbortController();
  const options = { signal: events.signal };
  const restart = (): void => {
    player.close();
    void player.open();
  };
  element.querySelector("[data-camera-full]")?.addEventListener("click", () => void full(element), options);
  element.querySelector<HTMLSelectElement>("[data-camera-reason]")?.addEventListener("change", (event) => {
    element.dataset["reason"] = (event.target as HTMLSelectElement).value;
    restart();
  }, options);
  element.querySelector<HTMLButtonElement>("[data-camera-size]")?.addEventListener("click", (event) => {
    const small = element.dataset["size"] !== "sub";
    element.dataset["size"] = small ? "sub" : "main";
    (event.currentTarget as HTMLElement).setAttribute("aria-pressed", String(small));
    restart();
  }, options);
  const awake = sleepWhileHidden(player, events.signal);
  void player.open();
  return () => {
    awake();
    events.abort();
    player.close();
  };
}

/** A tab that nobody looks at lets go of the camera after a minute. */
function sleepWhileHidden(player: CameraPlayer, signal: AbortSignal): () => void {
  let asleep: ReturnType<typeof setTimeout> | undefined;
  let slept = false;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(asleep);
    if (document.hidden) {
      asleep = setTimeout(() => {
        slept = true;
        player.close();
      }, HIDDEN_FOR_MS);
    } else if (slept) {
      slept = false;
      void player.open();
    }
  }, { signal });
  return () => {
    clearTimeout(asleep);
  };
}

async function full(element: HTMLElement): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await element.requestFullscreen();
}
