import { describe, expect, it } from "vitest";
import { gpsOf } from "./exif";

/** A JPEG of one APP1 segment whose EXIF holds only a GPS directory. */
function photo(lat: [number, number, number], lon: [number, number, number], refs = ["N", "E"], little = true): ArrayBuffer {
  const tiff = new DataView(new ArrayBuffer(26 + 2 + 4 * 12 + 4 + 48));
  const u16 = (at: number, value: number) => {
    tiff.setUint16(at, value, little);
  };
  const u32 = (at: number, value: number) => {
    tiff.setUint32(at, value, little);
  };
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
  u16(2, 42);
  u32(4, 8);
  u16(8, 1);
  u16(10, 0x8825);
  u16(12, 4);
  u32(14, 1);
  u32(18, 26);
  u32(22, 0);
  u16(26, 4);
  const entry = (index: number, tag: number, kind: number, count: number) => {
    const at = 28 + index * 12;
    u16(at, tag);
    u16(at + 2, kind);
    u32(at + 4, count);
    return at + 8;
  };
  tiff.setUint8(entry(0, 1, 2, 2), refs[0]!.charCodeAt(0));
  u32(entry(1, 2, 5, 3), 80);
  tiff.setUint8(entry(2, 3, 2, 2), refs[1]!.charCodeAt(0));
  u32(entry(3, 4, 5, 3), 104);
  [...lat, ...lon].forEach((value, index) => {
    u32(80 + index * 8, Math.round(value * 100));
    u32(84 + index * 8, 100);
  });
  const head = [0xff, 0xd8, 0xff, 0xe1, 0, (8 + tiff.byteLength) & 0xff, 0x45, 0x78, 0x69, 0x66, 0, 0];
  return new Uint8Array([...head, ...new Uint8Array(tiff.buffer)]).buffer;
}

describe("the place of a photo", () => {
  it.each([true, false])("reads degrees, minutes and seconds, little-endian %s", (little) => {
    const spot = gpsOf(photo([21, 28, 30], [105, 50, 15], ["N", "E"], little));
    expect(spot?.lat).toBeCloseTo(21.475, 4);
    expect(spot?.lon).toBeCloseTo(105.8375, 4);
  });

  it("minds the hemispheres", () => {
    const spot = gpsOf(photo([10, 0, 0], [20, 0, 0], ["S", "W"]));
    expect(spot).toEqual({ lat: -10, lon: -20 });
  });

  it.each([
    ["empty", new ArrayBuffer(0)],
    ["no JPEG", new TextEncoder().encode("<svg/>").buffer],
    ["cut off", photo([21, 0, 0], [105, 0, 0]).slice(0, 60)],
    ["zero place", photo([0, 0, 0], [0, 0, 0])],
    ["out of the world", photo([99, 0, 0], [105, 0, 0])],
  ])("finds none in a file that is %s", (_, buffer) => {
    expect(gpsOf(buffer)).toBeUndefined();
  });
});
