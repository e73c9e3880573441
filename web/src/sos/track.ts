// Where the phone is: the first fix at once, then every 5 seconds or 10 metres, sent in batches.

import type { Fix } from "./sms";

const EVERY_MS = 5000;
const FAR_M = 10;
const MOST_KEPT = 500;
const METRES = 111_320;

export function metres(one: Fix, other: Fix): number {
  const east = (one.lon - other.lon) * Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot(east, one.lat - other.lat) * METRES;
}

/** Worth keeping: the first, one that is 5 s younger, or one that is 10 m away. */
export function worth(last: Fix | undefined, next: Fix): boolean {
  if (!last) return true;
  const later = Date.parse(next.at) - Date.parse(last.at);
  return later >= EVERY_MS || (later > 0 && metres(last, next) >= FAR_M);
}

export class Track {
  last: Fix | undefined;
  readonly first: Promise<void>;
  private found: () => void = () => undefined;
  private waiting: Fix[] = [];
  private watch: number | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private sending = false;

  constructor(private readonly onFix: (fix: Fix | undefined) => void) {
    this.first = new Promise((resolve) => (this.found = resolve));
  }

  /** Asks the phone; without a permission there is no position, and the call goes without. */
  start(): void {
    if (this.watch !== undefined || !("geolocation" in navigator)) return;
    const options = { enableHighAccuracy: true, maximumAge: 0, timeout: 30_000 };
    this.watch = navigator.geolocation.watchPosition((told) => { this.take(told); }, () => { this.onFix(this.last); }, options);
  }

  private take(told: GeolocationPosition): void {
    const { longitude, latitude, accuracy } = told.coords;
    const accuracy_m = Number.isFinite(accuracy) && accuracy >= 0 ? Math.min(accuracy, 1_000_000) : null;
    const fix: Fix = { lon: longitude, lat: latitude, accuracy_m, at: new Date(told.timestamp).toISOString() };
    if (!Number.isFinite(longitude + latitude) || (longitude === 0 && latitude === 0) || !worth(this.last, fix)) return;
    this.last = fix;
    this.waiting = [...this.waiting, fix].slice(-MOST_KEPT);
    this.found();
    this.onFix(fix);
  }

  /** From now on what is found is told; what could not be sent goes with the next batch. */
  tell(send: (fixes: Fix[]) => Promise<boolean>): void {
    const round = async (): Promise<void> => {
      if (this.sending || !this.waiting.length) return;
      this.sending = true;
      const batch = [...this.waiting];
      if (await send(batch).catch(() => false)) this.waiting = this.waiting.filter((fix) => !batch.includes(fix));
      this.sending = false;
    };
    clearInterval(this.timer);
    this.timer = setInterval(() => void round(), EVERY_MS);
    void round();
  }

  stop(): void {
    clearInterval(this.timer);
    if (this.watch !== undefined) navigator.geolocation.clearWatch(this.watch);
    this.watch = undefined;
  }
}
