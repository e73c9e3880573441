// One event stream a page. What arrives becomes DOM events and refreshes of the parts that ask for it.

import htmx from "htmx.org";
import { formatClock, formatDate, formatDateTime, formatTime } from "../format";
import { fill, gettext } from "../words";

export interface Envelope {
  id: string;
  name: string;
  at: string;
  data: Record<string, unknown>;
}

const SILENCE_MS = 40_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const REFRESH_MS = 500;

/** `alerts.*` covers `alerts.alert_raised`; `*` covers all. */
export function covers(patterns: string, name: string): boolean {
  return patterns
    .split(/\s+/)
    .some((p) => p === "*" || p === name || (p.endsWith(".*") && name.startsWith(p.slice(0, -1))));
}

export function wait(attempt: number, chance: number): number {
  const whole = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return whole / 2 + (whole / 2) * chance;
}

/** Asks the matching parts of the page to load themselves again, at most twice a second. */
export class Refresher {
  private readonly names = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  note(name: string): void {
    this.names.add(name);
    this.timer ??= setTimeout(() => {
      this.flush();
    }, REFRESH_MS);
  }

  flush(): void {
    this.timer = undefined;
    const names = [...this.names];
    this.names.clear();
    for (const element of document.querySelectorAll<HTMLElement>("[data-live-refresh]")) {
      const patterns = element.dataset["liveRefresh"] ?? "";
      if (names.some((name) => name === "resync" || covers(patterns, name))) htmx.trigger(element, "refresh");
    }
  }
}

export class LiveStream {
  private source: EventSource | undefined;
  private attempt = 0;
  private lastId = "";
  private lastWord = Date.now();
  private heardOnce = false;
  private cutSince: Date | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly watch: ReturnType<typeof setInterval>;

  constructor(
    private readonly url: string,
    private readonly refresher: Refresher,
    private readonly onState: (cutSince: Date | undefined) => void,
    /** When the server made the page: what happened since then is told first. */
    private readonly since = "",
  ) {
    this.open();
    this.watch = setInterval(() => {
      if (this.source && Date.now() - this.lastWord > SILENCE_MS) this.cut();
    }, 5000);
  }

  private open(): void {
    this.retry = undefined;
    const asked = this.lastId ? `?last=${encodeURIComponent(this.lastId)}` : this.since ? `?since=${this.since}` : "";
    const address = this.url + asked;
    const source = new EventSource(address);
    this.source = source;
    this.lastWord = Date.now();
    source.addEventListener("open", () => {
      this.heard();
    });
    source.addEventListener("beat", () => {
      this.heard();
    });
    source.addEventListener("down", () => {
      this.lastWord = Date.now();
      this.cutSince ??= new Date();
      this.onState(this.cutSince);
      showClocks(this.cutSince, true);
    });
    source.addEventListener("resync", () => {
      this.heard();
      document.dispatchEvent(new CustomEvent("naoso:resync"));
      this.refresher.note("resync");
    });
    source.addEventListener("message", (event: MessageEvent<string>) => {
      this.heard();
      this.take(event);
    });
    source.addEventListener("error", () => {
      this.cut();
    });
  }

  private take(event: MessageEvent<string>): void {
    const parsed = JSON.parse(event.data) as Envelope | Envelope[];
    if (event.lastEventId) this.lastId = event.lastEventId;
    for (const envelope of Array.isArray(parsed) ? parsed : [parsed]) {
      document.dispatchEvent(new CustomEvent(`naoso:${envelope.name}`, { detail: envelope }));
      document.dispatchEvent(new CustomEvent("naoso:event", { detail: envelope }));
      this.refresher.note(envelope.name);
    }
  }

  private heard(): void {
    this.heardOnce = true;
    this.lastWord = Date.now();
    this.attempt = 0;
    this.cutSince = undefined;
    this.onState(undefined);
    showClocks(new Date(this.lastWord), false);
  }

  private cut(): void {
    this.source?.close();
    this.source = undefined;
    this.cutSince ??= this.knownSince();
    this.onState(this.cutSince);
    showClocks(this.cutSince, true);
    this.retry ??= setTimeout(
      () => {
        this.open();
      },
      wait(this.attempt++, Math.random()),
    );
  }

  /** The last word heard; of a page that came from the device's store and heard none, when it was made. */
  private knownSince(): Date {
    const made = Number(this.since);
    return this.heardOnce || !made ? new Date(this.lastWord) : new Date(made * 1000);
  }

  close(): void {
    this.source?.close();
    clearTimeout(this.retry);
    clearInterval(this.watch);
  }
}

function showClocks(at: Date, cut: boolean): void {
  for (const clock of document.querySelectorAll<HTMLElement>("[data-live-clock]")) {
    clock.textContent = formatClock(at);
    clock.closest("[data-live-state]")?.setAttribute("data-live-state", cut ? "cut" : "open");
  }
}

export function mount(banner: HTMLElement): () => void {
  const words = banner.querySelector("span");
  const show = (cutSince: Date | undefined) => {
    const since = cutSince ?? (navigator.onLine ? undefined : new Date());
    banner.hidden = since === undefined;
    document.documentElement.classList.toggle("is-cut", since !== undefined);
    if (since && words) {
      words.textContent = fill(gettext("Connection lost since {time}. What you see may be old."), {
        time: formatDate(since) === formatDate(new Date()) ? formatTime(since) : formatDateTime(since),
      });
    }
  };
  const url = banner.dataset["live"];
  const stream = url ? new LiveStream(url, new Refresher(), show, banner.dataset["since"]) : undefined;
  const offline = () => {
    show(new Date());
  };
  const online = () => {
    if (!stream) show(undefined);
  };
  window.addEventListener("offline", offline);
  window.addEventListener("online", online);
  return () => {
    stream?.close();
    window.removeEventListener("offline", offline);
    window.removeEventListener("online", online);
  };
}
