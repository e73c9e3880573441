// Where a photo was taken, from the GPS tags of its EXIF block (CIPA DC-008, 4.6.6).

export interface Spot {
  lon: number;
  lat: number;
}

const GPS_POINTER = 0x8825;
const [LAT_REF, LAT, LON_REF, LON] = [1, 2, 3, 4] as const;

/** Offset of the TIFF header inside a JPEG's APP1 segment, or undefined. */
function tiffStart(view: DataView): number | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + 10 <= view.byteLength) {
    const marker = view.getUint16(at);
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return undefined;
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

interface Directory {
  value(tag: number): number | undefined;
}

function directory(view: DataView, offset: number, little: boolean): Directory {
  const count = view.getUint16(offset, little);
  return {
    value(tag) {
      for (let i = 0; i < count; i++) {
        const entry = offset + 2 + i * 12;
        if (view.getUint16(entry, little) === tag) return entry + 8;
      }
      return undefined;
    },
  };
}

function degrees(view: DataView, start: number, little: boolean): number {
  const part = (index: number) =>
    view.getUint32(start + index * 8, little) / view.getUint32(start + index * 8 + 4, little);
  return part(0) + part(1) / 60 + part(2) / 3600;
}

/** Undefined for whatever is no JPEG, has no place, or is broken: never throws. */
export function gpsOf(buffer: ArrayBuffer): Spot | undefined {
  try {
    const view = new DataView(buffer);
    const start = tiffStart(view);
    if (start === undefined) return undefined;
    const little = view.getUint16(start) === 0x4949;
    const root = directory(view, start + view.getUint32(start + 4, little), little);
    const pointer = root.value(GPS_POINTER);
    if (pointer === undefined) return undefined;
    const gps = directory(view, start + view.getUint32(pointer, little), little);
    const [latAt, lonAt, latRef, lonRef] = [gps.value(LAT), gps.value(LON), gps.value(LAT_REF), gps.value(LON_REF)];
    if (latAt === undefined || lonAt === undefined) return undefined;
    const sign = (at: number | undefined, negative: string) =>
      at !== undefined && String.fromCharCode(view.getUint8(at)) === negative ? -1 : 1;
    const lat = sign(latRef, "S") * degrees(view, start + view.getUint32(latAt, little), little);
    const lon = sign(lonRef, "W") * degrees(view, start + view.getUint32(lonAt, little), little);
    const sound = Number.isFinite(lat) && Number.isFinite(lon) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
    return sound && (lat !== 0 || lon !== 0) ? { lon, lat } : undefined;
  } catch {
    return undefined;
  }
}
