// Recorded pieces played one after another, with the time of day of what is shown.
// <section data-island="footage" data-config="…"><video></video> .footage-clock, [data-clip="0"] …

import { formatDateTime } from "../format";
import { readConfig } from "../mount";

interface Clip {
  url: string;
  at: string;
  seconds: number;
}

export function mount(root: HTMLElement): (() => void) | undefined {
  const video = root.querySelector("video");
  const clock = root.querySelector(".footage-clock");
  const clips = readConfig(root) as Clip[];
  if (!video || clips.length === 0) return undefined;
  let at = 0;
  const show = (number: number, play: boolean): void => {
    const clip = clips[number];
    if (!clip) return;
    at = number;
    video.src = clip.url;
    for (const button of root.querySelectorAll<HTMLElement>("[data-clip]")) {
      button.classList.toggle("active", button.dataset["clip"] === String(number));
    }
    if (play) void video.play().catch(() => undefined);
  };
  const events = new AbortController();
  const { signal } = events;
  video.addEventListener("ended", () => {
    show(at + 1, true);
  }, { signal });
  video.addEventListener("timeupdate", () => {
    const clip = clips[at];
    if (clip && clock) clock.textContent = formatDateTime(new Date(Date.parse(clip.at) + video.currentTime * 1000));
  }, { signal });
  root.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-clip]") : null;
    if (button) show(Number(button.dataset["clip"]), true);
  }, { signal });
  show(0, false);
  return () => {
    events.abort();
    video.removeAttribute("src");
  };
}
