// Keeps every <time data-age> true while the page stays open, also those that arrive later.

import { ageInWords, formatDateTime } from "../format";

export const PERIOD_MS = 15_000;

export function refreshAges(root: ParentNode, now: Date): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[data-age]")) {
    const at = new Date(element.dateTime);
    const words = ageInWords(at, now);
    if (!words) continue;
    if (element.textContent !== words) element.textContent = words;
    if (!element.title) element.title = formatDateTime(at);
  }
}

export function startAges(): void {
  const refresh = () => {
    if (!document.hidden) refreshAges(document, new Date());
  };
  setInterval(refresh, PERIOD_MS);
  document.addEventListener("visibilitychange", refresh);
}
