import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mount, Mover, STILL, wayOf, whoWords, type Speed } from "./cameraControl";

const PAD = `<figure><select data-camera-reason><option value="incident"></select>
  <section data-url="/c/"><p data-who></p><button data-take></button><button data-over></button><button data-release></button>
  <p data-fault hidden></p><div data-body hidden><div data-pad tabindex="0"><button data-way="left"></button></div>
  <div data-presets></div><p data-no-presets></p><form><input name="name"></form></div></section></figure>`;
const fetched = vi.fn();

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  fetched.mockReset();
  document.body.innerHTML = "";
});

test("keys and buttons mean the same ways", () => {
  expect(wayOf("ArrowLeft")).toBe(wayOf("left"));
  expect(wayOf("+")?.zoom).toBeGreaterThan(0);
  expect(wayOf("Tab")).toBeUndefined();
  expect(whoWords({ holder: "Trực ban", mine: false, over: false, until: "" })).toContain("Trực ban");
});

test("one command at a time: what was wished meanwhile is left out, the stop is not", async () => {
  vi.useFakeTimers();
  const sent: Speed[] = [];
  let arrive = (): void => undefined;
  const mover = new Mover((speed) => {
    sent.push(speed);
    return new Promise((resolve) => {
      arrive = resolve;
    });
  }, () => undefined);
  const [left, up] = [wayOf("left")!, wayOf("up")!];
  mover.wish(left);
  mover.wish(up);
  mover.wish(STILL);
  expect(sent).toEqual([left]);
  arrive();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([left, STILL]);
  arrive();
  await vi.advanceTimersByTimeAsync(0);
  mover.wish(up);
  arrive();
  await vi.advanceTimersByTimeAsync(1600);
  expect(sent.slice(2)).toEqual([up, up]);
});

function answered(content: unknown, status = 200): Response {
  return new Response(JSON.stringify(content), { status });
}

test("control is taken with a reason, a held button moves, letting go stops, a refusal is told", async () => {
  const mine = { holder: "A", mine: true, over: false, until: "" };
  fetched.mockImplementation((url: string) => Promise.resolve(
    url.endsWith("take/") ? answered(mine)
      : url.endsWith("presets/") ? answered({ presets: [{ token: "1", name: "Cầu" }] })
        : url.endsWith("move/") ? new Response(null, { status: 204 })
          : answered({ ...mine, mine: false, holder: "" }),
  ));
  document.body.innerHTML = PAD;
  const section = document.querySelector("section")!;
  const unmount = mount(section);
  section.querySelector<HTMLElement>("[data-take]")!.click();
  await vi.waitFor(() => {
    expect(section.querySelector("[data-preset]")?.textContent).toBe("Cầu");
  });
  const bodies = (path: string): string[] =>
    fetched.mock.calls.filter(([url]) => url === `/c/${path}`).map(([, init]) => ((init as RequestInit).body as URLSearchParams).toString());
  expect(bodies("take/")).toEqual(["reason=incident"]);
  const pad = section.querySelector("[data-pad]")!;
  pad.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
  pad.dispatchEvent(new KeyboardEvent("keyup", { key: "ArrowLeft", bubbles: true }));
  await vi.waitFor(() => {
    expect(bodies("move/")).toEqual(["pan=-0.5&tilt=0&zoom=0", "pan=0&tilt=0&zoom=0"]);
  });
  fetched.mockImplementation(() => Promise.resolve(answered({ detail: "Somebody else turns it" }, 409)));
  pad.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
  await vi.waitFor(() => {
    expect(section.querySelector("[data-fault]")?.textContent).toBe("Somebody else turns it");
  });
  unmount();
});
