// An audible alarm for new grave alerts; off until someone switches it on, and remembered.

const KEY = "naoso-sound";
const GRAVE = 3; // CAP severity "severe"
const PAUSE_MS = 3000;

export function isOn(): boolean {
  return localStorage.getItem(KEY) === "on";
}

interface Raised {
  data: { severity?: number };
}

export function deserves(envelope: Raised): boolean {
  return (envelope.data.severity ?? 0) >= GRAVE;
}

/** Two falling tones; made by the browser, so no file is fetched. */
export function play(context: AudioContext): void {
  for (const [frequency, delay] of [
    [880, 0],
    [660, 0.22],
  ] as const) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const start = context.currentTime + delay;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.25, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.2);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.2);
  }
}

export function mount(button: HTMLElement): () => void {
  let context: AudioContext | undefined;
  let last = 0;
  const show = () => {
    button.setAttribute("aria-pressed", String(isOn()));
  };
  const toggle = () => {
    localStorage.setItem(KEY, isOn() ? "off" : "on");
    show();
    if (isOn()) {
      context ??= new AudioContext();
      play(context);
    }
  };
  const onRaised = (event: Event) => {
    if (!isOn() || Date.now() - last < PAUSE_MS || !deserves((event as CustomEvent<Raised>).detail)) return;
    last = Date.now();
    context ??= new AudioContext();
    play(context);
  };
  show();
  button.addEventListener("click", toggle);
  document.addEventListener("naoso:alerts.alert_raised", onRaised);
  return () => {
    document.removeEventListener("naoso:alerts.alert_raised", onRaised);
  };
}
