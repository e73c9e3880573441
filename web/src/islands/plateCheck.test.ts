import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { heard, PlateCheck } from "./plateCheck";

const FORM = `<form action="/traffic/check/"><input name="text" value="20a-123.45"><input name="key"><input name="how">
  <p data-state hidden></p><button type="button" data-again hidden></button></form><div data-verdict></div>`;

function page(): { check: PlateCheck; state: HTMLElement; again: HTMLElement; verdict: HTMLElement } {
  document.body.innerHTML = FORM;
  const check = new PlateCheck(document.querySelector("form")!);
  const find = (selector: string): HTMLElement => document.querySelector<HTMLElement>(selector)!;
  return { check, state: find("[data-state]"), again: find("[data-again]"), verdict: find("[data-verdict]") };
}

describe("a plate checked by hand", () => {
  const fetched = vi.fn();
  beforeEach(() => {
    vi.stubGlobal("fetch", fetched);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    fetched.mockReset();
    document.body.innerHTML = "";
  });

  it("hears digits in words", () => {
    expect(heard("hai không A một hai ba bốn lăm")).toBe("20A12345");
    expect(heard("97 m đê 12345")).toBe("97MĐ12345");
  });

  it("shows the answer of the centre", async () => {
    fetched.mockResolvedValue(new Response("<section>Wanted</section>", { status: 200 }));
    const { check, state, verdict } = page();
    check.submit();
    expect(state.textContent).toContain("20A-123.45");
    await vi.waitFor(() => {
      expect(verdict.textContent).toBe("Wanted");
    });
    expect(state.hidden).toBe(true);
  });

  it("lets no late answer of an earlier question replace the newer's", async () => {
    const late: { answer?: (response: Response) => void } = {};
    fetched.mockReturnValueOnce(new Promise<Response>((resolve) => (late.answer = resolve)));
    fetched.mockResolvedValueOnce(new Response("<section>second</section>", { status: 200 }));
    const { check, state, verdict } = page();
    check.submit();
    check.submit();
    await vi.waitFor(() => {
      expect(verdict.textContent).toBe("second");
    });
    late.answer?.(new Response("<section>first</section>", { status: 200 }));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(verdict.textContent).toBe("second");
    expect(state.hidden).toBe(true);
  });

  it.each([
    [new Response("", { status: 403 }), "sign in"],
    [new Response("", { status: 503 }), "just now"],
    [new TypeError("failed"), "does not answer"],
  ])("says why there is no answer", async (given, words) => {
    if (given instanceof Response) fetched.mockResolvedValue(given);
    else fetched.mockRejectedValue(given);
    const { check, state, again } = page();
    check.submit();
    await vi.waitFor(() => {
      expect(again.hidden).toBe(false);
    });
    expect(state.textContent).toContain(words);
    expect(state.textContent).toContain("NOT CHECKED");
  });

  it("asks without https too, where there is no randomUUID", async () => {
    fetched.mockResolvedValue(new Response("<section>Unknown</section>", { status: 200 }));
    vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
    const { check, verdict } = page();
    check.submit();
    await vi.waitFor(() => {
      expect(verdict.textContent).toBe("Unknown");
    });
    expect((fetched.mock.calls[0]![1] as { body: FormData }).body.get("key")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("without a network says so, and asks again under the same key", async () => {
    fetched.mockRejectedValueOnce(new TypeError("offline"));
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    fetched.mockResolvedValueOnce(new Response("<section>Unknown</section>", { status: 200 }));
    const { check, state, again, verdict } = page();
    check.submit();
    await vi.waitFor(() => {
      expect(again.hidden).toBe(false);
    });
    expect(state.textContent).toContain("NOT CHECKED: there is no network");
    await check.send();
    expect(verdict.textContent).toBe("Unknown");
    const keys = fetched.mock.calls.map((call) => ((call[1] as RequestInit).body as FormData).get("key"));
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });
});
