// A button that acts only when it is held: by finger, mouse, pen, space bar or Enter. A short tap does nothing and says so.

export const HOLD_MS = 2000;

export interface Held {
  /** From 0 to 1 while it is held, 0 again when it is let go. */
  progress(share: number): void;
  begun(): void;
  held(): void;
  /** Let go too early. */
  tapped(): void;
}

export function holdable(button: HTMLElement, on: Held, ms = HOLD_MS): () => void {
  let since: number | undefined;
  let frame = 0;
  let done: ReturnType<typeof setTimeout> | undefined;
  const draw = (): void => {
    if (since === undefined) return;
    on.progress(Math.min(1, (performance.now() - since) / ms));
    frame = requestAnimationFrame(draw);
  };
  const stop = (): void => {
    clearTimeout(done);
    cancelAnimationFrame(frame);
    since = undefined;
    done = undefined;
    button.classList.remove("is-held");
    on.progress(0);
  };
  const begin = (): void => {
    if (since !== undefined) return;
    since = performance.now();
    button.classList.add("is-held");
    on.begun();
    draw();
    done = setTimeout(() => {
      stop();
      on.held();
    }, ms);
  };
  const end = (): void => {
    if (since === undefined) return;
    stop();
    on.tapped();
  };
  const isKey = (event: KeyboardEvent): boolean => event.key === " " || event.key === "Enter";
  const listeners: [string, (event: Event) => void][] = [
    ["pointerdown", (event) => {
      if ((event as PointerEvent).button > 0) return;
      event.preventDefault();
      button.focus({ preventScroll: true });
      begin();
    }],
    ["pointerup", end],
    ["pointercancel", end],
    ["pointerleave", end],
    ["blur", end],
    ["contextmenu", (event) => { event.preventDefault(); }],
    ["keydown", (event) => {
      if (!isKey(event as KeyboardEvent)) return;
      event.preventDefault();
      if (!(event as KeyboardEvent).repeat) begin();
    }],
    ["keyup", (event) => { if (isKey(event as KeyboardEvent)) end(); }],
  ];
  for (const [name, listener] of listeners) button.addEventListener(name, listener);
  return () => {
    stop();
    for (const [name, listener] of listeners) button.removeEventListener(name, listener);
  };
}

