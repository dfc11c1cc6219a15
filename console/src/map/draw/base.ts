// What lies behind the day: tiles of the settings, or the map built from the company's extract, or land and borders.

import Feature from 'ol/Feature';
import type { FeatureLike } from 'ol/Feature';
import { getCenter, intersects, type Extent } from 'ol/extent';
import LineString from 'ol/geom/LineString';
import Point from 'ol/geom/Point';
import Polygon from 'ol/geom/Polygon';
import type BaseLayer from 'ol/layer/Base';
import TileLayer from 'ol/layer/Tile';
import VectorLayer from 'ol/layer/Vector';
import { tile as byTile } from 'ol/loadingstrategy';
import { fromLonLat, transformExtent } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import XYZ from 'ol/source/XYZ';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import { createXYZ } from 'ol/tilegrid';

import { ask, query } from '../../api/ask';
import type { BaseMap, BuiltMap } from '../base';
import { CITIES } from '../cities';
import type { Colours } from '../colours';
import land from '../land.json?url';
import { decodePolyline } from '../polyline';
import { word } from './text';

type Look = () => Colours;
interface MapTile {
  digits?: number;
  lines?: Record<string, string[]>;
  water?: string[][];
  names?: { name: string; kind: string; lon: number; lat: number }[];
}

/** From this zoom on the land of Natural Earth is too coarse to lie under roads. */
const NEAR = 9;
const FARTHEST = 24;

export function baseLayers({ tiles, built }: BaseMap, look: Look): BaseLayer[] {
  if (tiles) return [new TileLayer({ source: new XYZ({ url: tiles.url, attributions: tiles.attribution }), zIndex: 0 })];
  if (built) return [landLayer(look, NEAR), ...builtLayers(built, look)];
  return [landLayer(look, FARTHEST), citiesLayer(look)];
}

const line = (text: string, digits: number): LineString =>
  new LineString(decodePolyline(text, digits).map((at) => fromLonLat(at)));
const polygon = (rings: string[], digits: number): Polygon =>
  new Polygon(rings.map((ring) => decodePolyline(ring, digits).map((at) => fromLonLat(at))));
const sheet = (geometry: LineString | Polygon | Point, what: Record<string, unknown>): Feature => new Feature({ geometry, ...what });

function landLayer(look: Look, maxZoom: number): VectorLayer {
  const source = new VectorSource();
  void fetch(land).then((answer) => answer.json()).then(({ digits, land: shapes, borders }: { digits: number; land: string[][]; borders: string[] }) => {
    source.addFeatures(shapes.map((rings) => sheet(polygon(rings, digits), { kind: 'land' })));
    source.addFeatures(borders.map((text) => sheet(line(text, digits), { kind: 'border' })));
  }).catch(() => undefined); // a plain ground is left
  const style = (feature: FeatureLike) => {
    const colours = look();
    return feature.get('kind') === 'land'
      ? new Style({ fill: new Fill({ color: colours['map-ground'] }) })
      : new Style({ stroke: new Stroke({ color: colours['map-border'], width: 1.2, lineDash: [5, 4] }) });
  };
  return new VectorLayer({ source, style, maxZoom, zIndex: 0, className: 'map-land' });
}

function citiesLayer(look: Look): VectorLayer {
  const source = new VectorSource({
    features: CITIES.map(([name, lon, lat]) => sheet(new Point(fromLonLat([lon, lat])), { name })),
  });
  const style = (feature: FeatureLike) => new Style({ text: word(feature.get('name') as string, look(), { colour: look()['map-name'], px: 13 }) });
  return new VectorLayer({ source, style, declutter: true, zIndex: 1 });
}

function builtLayers(built: BuiltMap, look: Look): BaseLayer[] {
  const extent = transformExtent([built.west, built.south, built.east, built.north], 'EPSG:4326', 'EPSG:3857');
  const starts = [0, ...built.levels.slice(1).map((level) => level - 0.5)];
  return built.levels.map((level, n) => new VectorLayer({
    source: tileSource(level, extent),
    style: (feature, resolution) => sceneryStyle(feature, look(), 156_543 / resolution),
    // A little less than the start belongs to the level before.
    minZoom: starts[n]!, maxZoom: starts[n + 1] ?? FARTHEST,
    declutter: 'names', zIndex: 1, updateWhileInteracting: false,
  }));
}

function tileSource(level: number, within: Extent): VectorSource {
  const grid = createXYZ({ minZoom: level, maxZoom: level });
  const source: VectorSource = new VectorSource({
    strategy: byTile(grid),
    loader(extent, _resolution, _projection, loaded, failed) {
      if (!intersects(extent, within)) return loaded?.([]);
      const at = grid.getTileCoordForCoordAndZ(getCenter(extent), level);
      ask<MapTile>(`/map/tile?${query({ zoom: at[0]!, x: at[1]!, y: at[2]! })}`).then((tile) => {
        const features = featuresOf(tile);
        source.addFeatures(features);
        loaded?.(features);
      }).catch(() => {
        source.removeLoadedExtent(extent);
        failed?.();
      });
    },
  });
  return source;
}

function featuresOf({ digits = 5, lines = {}, water = [], names = [] }: MapTile): Feature[] {
  return [
    ...water.map((rings) => sheet(polygon(rings, digits), { kind: 'water' })),
    ...Object.entries(lines).flatMap(([kind, all]) => all.map((text) => sheet(line(text, digits), { kind }))),
    ...names.map(({ name, kind, lon, lat }) => sheet(new Point(fromLonLat([lon, lat])), { kind, name })),
  ];
}

const ORDER = ['water', 'river', 'street', 'side', 'main', 'motorway'];
const NAMES: Record<string, { px: number; weight: number }> = {
  city: { px: 15, weight: 650 }, town: { px: 13, weight: 600 }, village: { px: 12, weight: 500 },
  suburb: { px: 11, weight: 500 }, hamlet: { px: 11, weight: 400 },
};

/** `pixels` is how many there are to the degree of a whole world: twice as many at each zoom. */
function sceneryStyle(feature: FeatureLike, colours: Colours, pixels: number): Style {
  const kind = feature.get('kind') as string;
  const zoom = Math.log2(pixels);
  const name = NAMES[kind];
  if (name) return new Style({ text: word(feature.get('name') as string, colours, { ...name, colour: colours['map-name'] }), zIndex: 100 - Object.keys(NAMES).indexOf(kind) });
  const zIndex = ORDER.indexOf(kind);
  if (kind === 'water') return new Style({ fill: new Fill({ color: colours['map-water'] }), zIndex });
  const [color, least] = {
    river: [colours['map-water'], 1.6], street: [colours['map-side'], 0.7], side: [colours['map-side'], 1.1],
    main: [colours['map-main'], 1.7], motorway: [colours['map-motorway'], 2.4],
  }[kind] as [string, number];
  return new Style({ stroke: new Stroke({ color, width: least * Math.max(0.7, 1.28 ** (zoom - 12)), lineCap: 'round', lineJoin: 'round' }), zIndex });
}
