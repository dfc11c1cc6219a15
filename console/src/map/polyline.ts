// Google's encoded polyline, in which the server writes ways and the base map: pairs of lon, lat.

export type At = [lon: number, lat: number];

export function decodePolyline(text: string, digits = 5): At[] {
  const unit = 10 ** digits;
  const line: At[] = [];
  let [lat, lon, at] = [0, 0, 0];
  const step = (): number => {
    let [value, shift, bits] = [0, 0, 0];
    do {
      bits = text.charCodeAt(at++) - 63;
      value |= (bits & 0x1f) << shift;
      shift += 5;
    } while (bits >= 0x20);
    return value & 1 ? ~(value >> 1) : value >> 1;
  };
  while (at < text.length) {
    lat += step();
    lon += step();
    line.push([lon / unit, lat / unit]);
  }
  return line;
}
