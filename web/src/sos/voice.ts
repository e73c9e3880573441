// A voice note of at most a minute, as the browser records it; the server tells by its content what it is.

export const MOST_MS = 60_000;
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

export function recordable(): boolean {
  return "MediaRecorder" in globalThis && "mediaDevices" in navigator;
}

/** Resolves with the recording once `stop` is called or the minute is over. */
export async function record(most = MOST_MS): Promise<{ stop: () => void; done: Promise<Blob> }> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one));
  const recorder = new MediaRecorder(stream, type ? { mimeType: type, audioBitsPerSecond: 24_000 } : {});
  const parts: Blob[] = [];
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  const done = new Promise<Blob>((resolve) => {
    recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      resolve(new Blob(parts, { type: recorder.mimeType }));
    });
  });
  recorder.start(1000);
  const stop = (): void => {
    if (recorder.state !== "inactive") recorder.stop();
  };
  setTimeout(stop, most);
  return { stop, done };
}
