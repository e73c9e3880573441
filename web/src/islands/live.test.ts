import htmx from "htmx.org";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { covers, LiveStream, Refresher, wait } from "./live";

vi.mock("htmx.org", () => ({ default: { trigger: () => undefined } }));

class FakeSource extends EventTarget {
  static made: FakeSource[] = [];
  closed = false;
  constructor(readonly url: string) {
    super();
    FakeSource.made.push(this);
  }
  close(): void {
    this.closed = true;
  }
  say(data: unknown, lastEventId = ""): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(data), lastEventId }));
  }
}
const last = () => FakeSource.made.at(-1)!;
const envelope = (name: string) => ({ id: "1", name, at: "", data: {} });

beforeEach(() => {
  vi.useFakeTimers();
  FakeSource.made = [];
  vi.stubGlobal("EventSource", FakeSource);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it.each([
  ["alerts.*", "alerts.alert_raised", true],
  ["alerts.* response.*", "response.incident_changed", true],
  ["alerts.*", "alertsx.thing", false],
  ["alerts.alert_raised", "alerts.alert_changed", false],
  ["*", "anything.at_all", true],
  ["", "alerts.alert_raised", false],
])("%s covers %s: %s", (patterns, name, answer) => {
  expect(covers(patterns, name)).toBe(answer);
});

it("backs off up to half a minute, with chance", () => {
  expect(wait(0, 0)).toBe(500);
  expect(wait(0, 1)).toBe(1000);
  expect(wait(20, 1)).toBe(30_000);
});

describe("refreshes", () => {
  it("asks each matching part once for a burst", () => {
    const trigger = vi.spyOn(htmx, "trigger").mockImplementation(() => true);
    document.body.innerHTML = '<div id="a" data-live-refresh="alerts.*"></div><div id="b" data-live-refresh="people.*"></div>';
    const refresher = new Refresher();
    for (let i = 0; i < 50; i++) refresher.note("alerts.alert_raised");
    expect(trigger).not.toHaveBeenCalled();
    vi.advanceTimersByTime(500);
    expect(trigger).toHaveBeenCalledTimes(1);
    expect(trigger.mock.calls[0]![0]).toBe(document.getElementById("a"));
    refresher.note("resync");
    vi.advanceTimersByTime(500);
    expect(trigger).toHaveBeenCalledTimes(3);
  });
});

describe("the stream", () => {
  it("hands out single envelopes and batches", () => {
    const heard = vi.fn();
    document.addEventListener("naoso:alerts.alert_raised", heard);
    const stream = new LiveStream("/live/stream", new Refresher(), () => undefined);
    last().say(envelope("alerts.alert_raised"));
    last().say([envelope("alerts.alert_raised"), envelope("alerts.alert_raised")]);
    expect(heard).toHaveBeenCalledTimes(3);
    stream.close();
    document.removeEventListener("naoso:alerts.alert_raised", heard);
  });

  it("tells since when it is cut, and comes back where it left off", () => {
    const states: (Date | undefined)[] = [];
    const stream = new LiveStream("/live/stream", new Refresher(), (since) => states.push(since));
    const first = last();
    first.say(envelope("x.y"), "42");
    first.dispatchEvent(new Event("error"));
    expect(first.closed).toBe(true);
    expect(states.at(-1)).toBeInstanceOf(Date);
    vi.advanceTimersByTime(1000);
    expect(FakeSource.made).toHaveLength(2);
    expect(last().url).toBe("/live/stream?last=42");
    last().dispatchEvent(new Event("open"));
    expect(states.at(-1)).toBeUndefined();
    stream.close();
  });

  it("on a page from the device's store, tells when that page was made", () => {
    const states: (Date | undefined)[] = [];
    const stream = new LiveStream("/live/stream", new Refresher(), (since) => states.push(since), "1700000000");
    last().dispatchEvent(new Event("error"));
    expect(states.at(-1)).toEqual(new Date(1_700_000_000_000));
    stream.close();
  });

  it("takes a long silence for a cut", () => {
    const states: (Date | undefined)[] = [];
    const stream = new LiveStream("/live/stream", new Refresher(), (since) => states.push(since));
    vi.advanceTimersByTime(46_000);
    expect(states.at(-1)).toBeInstanceOf(Date);
    stream.close();
  });
});
