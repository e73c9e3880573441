// Keeps every <time data-age> true while the page stays open, also those that arrive later.

import { ageInWords, countdownInWords, formatDateTime } from "../format";

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

/** Counts every <time data-due> on; what is over is marked. */
export function refreshCountdowns(root: ParentNode, now: Date): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[data-due]")) {
    const due = new Date(element.dateTime);
    if (Number.isNaN(due.getTime())) continue;
    const words = countdownInWords(due, now);
    if (element.textContent !== words) element.textContent = words;
    element.classList.toggle("is-over", due < now);
  }
}

export function startAges(): void {
  const refresh = () => {
    if (!document.hidden) refreshAges(document, new Date());
  };
  setInterval(refresh, PERIOD_MS);
  setInterval(() => {
    if (!document.hidden) refreshCountdowns(document, new Date());
  }, 1000);
  document.addEventListener("visibilitychange", refresh);
}
