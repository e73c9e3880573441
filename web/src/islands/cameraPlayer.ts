// One live picture in a <video>: fragmented MP4 over WebSocket, or WebRTC by WHEP. Asks again by itself.

export type State = "waiting" | "live" | "lost" | "refused" | "unsupported" | "over";

export interface Opened {
  kind: "fmp4" | "whep";
  url: string;
  ticket: string;
  until: string;
  renewal?: string;
}

export interface Asker {
  open(): Promise<Opened>;
  renew(renewal: string): Promise<Opened>;
}

/** The server said no, with words for people; asking again would not help. */
export class Refused extends Error {}

interface Word {
  state: "begin" | "lost";
  mime?: string;
  fault?: string;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 20_000;
const RENEW_BEFORE_MS = 90_000;
const KEPT_S = 12;
/** Farther behind than this the picture jumps; a little behind, it runs a little faster. */
const JUMP_S = 1.2;
const HURRY_S = 0.25;
const EDGE_S = 0.1;

/** What to do so that the picture stays at the edge of what has come: a place to jump to, or a speed. */
export function catchUp(now: number, start: number, end: number): { jump?: number; rate: number } {
  const behind = end - now;
  if (now < start || behind > JUMP_S || behind < -0.5) return { jump: Math.max(start, end - EDGE_S), rate: 1 };
  return { rate: behind > HURRY_S ? 1.1 : 1 };
}

export function joined(parts: ArrayBuffer[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return whole;
}

export class CameraPlayer {
  private socket: WebSocket | undefined;
  private peer: RTCPeerConnection | undefined;
  private media: MediaSource | undefined;
  private buffer: SourceBuffer | undefined;
  private waiting: ArrayBuffer[] = [];
  private retry: ReturnType<typeof setTimeout> | undefined;
  private renewing: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  /** Each opening and closing has its number: what an earlier one still brings counts no more. */
  private turn = 0;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly asker: Asker,
    private readonly tell: (state: State, word: string) => void,
  ) {}

  async open(): Promise<void> {
    const turn = this.leave();
    this.tell("waiting", "");
    try {
      const opened = await this.asker.open();
      if (turn !== this.turn) return;
      if (opened.kind === "whep") await this.watchPeer(opened, turn);
      else this.watchSocket(opened, turn);
    } catch (error) {
      if (turn !== this.turn) return;
      if (error instanceof Refused) {
        this.drop();
        this.tell("refused", error.message);
      } else this.again("");
    }
  }

  close(): void {
    this.leave();
    this.drop();
  }

  /** What is open ends; the last picture stays until there is a newer one. Returns the new number. */
  private leave(): number {
    clearTimeout(this.retry);
    clearTimeout(this.renewing);
    this.socket?.close();
    this.peer?.close();
    this.socket = undefined;
    this.peer = undefined;
    return ++this.turn;
  }

  private again(word: string): void {
    this.leave();
    this.tell("lost", word);
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempt++);
    this.retry = setTimeout(() => void this.open(), wait * (0.5 + Math.random() / 2));
  }

  private watchSocket(opened: Opened, turn: number): void {
    const socket = new WebSocket(opened.url);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      if (turn !== this.turn) return;
      socket.send(opened.ticket);
      this.renewLater(opened, turn);
    });
    socket.addEventListener("message", (event: MessageEvent<string | ArrayBuffer>) => {
      if (turn !== this.turn) return;
      if (typeof event.data === "string") this.hear(JSON.parse(event.data) as Word);
      else this.add(event.data);
    });
    socket.addEventListener("close", () => {
      if (turn === this.turn) this.again("");
    });
  }

  private hear(word: Word): void {
    if (word.state === "lost") {
      this.tell("lost", word.fault ?? "");
      return;
    }
    this.drop();
    const mime = word.mime ?? "";
    if (!MediaSource.isTypeSupported(mime)) {
      this.tell("unsupported", mime);
      return;
    }
    const media = new MediaSource();
    this.media = media;
    this.video.src = URL.createObjectURL(media);
    media.addEventListener("sourceopen", () => {
      if (this.media !== media) return;
      this.buffer = media.addSourceBuffer(mime);
      this.buffer.addEventListener("updateend", () => {
        this.shown();
        this.feed();
      });
      this.feed();
    });
  }

  private add(data: ArrayBuffer): void {
    if (!this.media) return;
    this.waiting.push(data);
    this.feed();
  }

  private feed(): void {
    const buffer = this.buffer;
    if (!buffer || buffer.updating || this.waiting.length === 0 || this.media?.readyState !== "open") return;
    const parts = this.waiting;
    this.waiting = [];
    try {
      buffer.appendBuffer(joined(parts));
    } catch {
      // the browser's buffer is full, or the picture broke it: begin anew
      this.socket?.close();
    }
  }

  private shown(): void {
    const buffer = this.buffer;
    if (!buffer || buffer.buffered.length === 0) return;
    const last = buffer.buffered.length - 1;
    const start = buffer.buffered.start(last);
    const end = buffer.buffered.end(last);
    const todo = catchUp(this.video.currentTime, start, end);
    if (todo.jump !== undefined) this.video.currentTime = todo.jump;
    this.video.playbackRate = todo.rate;
    if (this.video.paused) void this.video.play().catch(() => undefined);
    if (this.attempt || this.video.dataset["live"] === undefined) {
      this.attempt = 0;
      this.video.dataset["live"] = "";
      this.tell("live", "");
    }
    if (end - buffer.buffered.start(0) > 2 * KEPT_S && !buffer.updating) {
      buffer.remove(0, end - KEPT_S);
    }
  }

  private drop(): void {
    if (this.media && this.video.src) URL.revokeObjectURL(this.video.src);
    this.media = undefined;
    this.buffer = undefined;
    this.waiting = [];
    delete this.video.dataset["live"];
    this.video.removeAttribute("src");
    this.video.srcObject = null;
  }

  private renewLater(opened: Opened, turn: number): void {
    const renewal = opened.renewal;
    if (!renewal) return;
    const wait = Math.max(1000, Date.parse(opened.until) - Date.now() - RENEW_BEFORE_MS);
    this.renewing = setTimeout(() => {
      this.asker.renew(renewal).then(
        (next) => {
          if (turn !== this.turn) return;
          this.socket?.send(next.ticket);
          this.renewLater({ ...next, renewal }, turn);
        },
        (error: unknown) => {
          if (turn === this.turn && error instanceof Refused) this.tell("over", error.message);
        },
      );
    }, wait);
  }

  /** draft-ietf-wish-whep: one POST with the offer, the answer in its body. */
  private async watchPeer(opened: Opened, turn: number): Promise<void> {
    const peer = new RTCPeerConnection();
    this.peer = peer;
    peer.addTransceiver("video", { direction: "recvonly" });
    peer.addEventListener("track", (event) => {
      if (turn !== this.turn) return;
      this.video.srcObject = event.streams[0] ?? null;
      void this.video.play().catch(() => undefined);
      this.attempt = 0;
      this.tell("live", "");
    });
    peer.addEventListener("connectionstatechange", () => {
      const gone = peer.connectionState === "failed" || peer.connectionState === "disconnected";
      if (turn === this.turn && gone) this.again("");
    });
    await peer.setLocalDescription(await peer.createOffer());
    const answer = await fetch(`${opened.url}?ticket=${encodeURIComponent(opened.ticket)}`, {
      method: "POST",
      headers: { "Content-Type": "application/sdp" },
      body: peer.localDescription?.sdp ?? "",
    });
    if (!answer.ok) throw new Error(String(answer.status));
    if (turn !== this.turn) return;
    await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  }
}
