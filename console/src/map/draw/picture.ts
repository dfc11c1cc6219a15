// The picture: an OpenLayers map that follows the stores of the page.

import OlMap from 'ol/Map';
import View from 'ol/View';
import type Feature from 'ol/Feature';
import type { FeatureLike } from 'ol/Feature';
import { boundingExtent, isEmpty } from 'ol/extent';
import { defaults as usualInteractions } from 'ol/interaction/defaults';
import VectorLayer from 'ol/layer/Vector';
import { fromLonLat, getPointResolution, toLonLat } from 'ol/proj';
import VectorSource from 'ol/source/Vector';

import type { Place } from '../../api/records';
import { moments } from '../../store/moments';
import { live, now } from '../../live/stream';
import { moving } from '../../move/moving';
import { day } from '../../store/day';
import { view } from '../../store/view';
import { say } from '../../words/board';
import type { BaseMap } from '../base';
import { chosenRow, chosenRun, chooseNext, chooseRun } from '../chosen';
import { readColours } from '../colours';
import { rippleOf } from '../ripple';
import { placesOf, vehiclesOf } from '../shown';
import { wantWay, way } from '../way';
import { baseLayers } from './base';
import { endNames, placeFeatures, rippleFeatures, runFeatures, tripLine, vehicleFeatures, type Meant } from './day';

const CLOSEST = 15;
/** Below there is the legend. */
const MARGIN_PX = [34, 40, 62, 40];
const REACH_PX = 7;
const MOVES_MS = 250;
const STALE_ROUND_MS = 30_000;
/** While something is in hand the map follows it in steps: it is drawn by the processor that draws the board. */
const HAND_RESTS_MS = 150;

export interface Picture {
  close(): void;
  zoom(steps: number): void;
  fitDay(): void;
}
/** Metres to the pixel in the middle of the map. */
type OnMoved = (metres: number) => void;

export function openPicture(target: HTMLElement, base: BaseMap, onMoved: OnMoved): Picture {
  let colours = readColours(target);
  const sources = { places: new VectorSource(), run: new VectorSource(), vehicles: new VectorSource(), names: new VectorSource() };
  const layer = (source: VectorSource, zIndex: number) => new VectorLayer({ source, zIndex, declutter: 'day', updateWhileInteracting: true, updateWhileAnimating: true });
  const map = new OlMap({
    target,
    controls: [],
    interactions: usualInteractions({ altShiftDragRotate: false, pinchRotate: false, onFocusOnly: false }),
    layers: [...baseLayers(base, () => colours), layer(sources.places, 10), layer(sources.run, 11), layer(sources.vehicles, 12), layer(sources.names, 13)],
    view: new View({ center: fromLonLat([8, 46.8]), zoom: 7, maxZoom: 19, enableRotation: false }),
  });

  const drawn = new Map<VectorSource, unknown[]>();
  /** Draw a layer anew when something that it shows is another; a hand that only moves on changes nothing. */
  const put = (source: VectorSource, shows: unknown[], features: () => Feature[]) => {
    if (shows.every((one, n) => one === drawn.get(source)?.[n])) return;
    drawn.set(source, shows);
    source.clear(true);
    source.addFeatures(features());
  };
  const draw = () => {
    frame = 0;
    const { index } = day.get();
    if (!index) return;
    const { trip, hand, run } = inHand();
    const shown = way.get().now?.runId === run ? way.get().now : null;
    const trips = hand ? hand.trips : trip === null ? [] : [trip];
    const quiet = hand?.over != null || shown !== null;
    put(sources.places, [index.place, trips.join(), quiet, colours], () => placeFeatures([...index.place.values()], endsOf(trips), quiet, colours));
    put(sources.names, [index.place, trips.join(), colours], () => endNames([...index.place.values()], endsOf(trips), colours));
    put(sources.run, [index, trip, hand?.over, hand?.verdicts, hand?.shifts, shown, colours], () => {
      const ripple = hand ? rippleOf(hand, index, index.place) : null;
      const ofRun = shown ? runFeatures(shown, ripple !== null, colours) : [];
      return [...ofRun, ...looseTrip(trip, index.place), ...(ripple ? rippleFeatures(ripple, colours) : [])];
    });
    const { positions } = moments.get();
    put(sources.vehicles, [index, positions, run, Math.floor(now() / STALE_ROUND_MS), colours], () => vehicleFeatures(vehiclesOf(index, positions.values(), now()), run, colours));
  };
  const looseTrip = (tripId: number | null, known: ReadonlyMap<number, Place>): Feature[] => {
    const card = tripId === null ? undefined : day.get().index!.trip.get(tripId);
    if (!card || card.run_id !== null) return [];
    const [from, to] = [known.get(card.origin_id), known.get(card.destination_id)];
    return from && to ? [tripLine(from, to, card.trip_id, colours)] : [];
  };

  let frame = 0;
  // After the frame in which the board shows the same: what somebody waits for is the board.
  const drawSoon = () => {
    frame ||= requestAnimationFrame(() => {
      frame = window.setTimeout(draw, moving.get().hand ? HAND_RESTS_MS : 0);
    });
  };
  const recolour = () => {
    colours = readColours(target);
    target.style.background = base.built || base.tiles ? colours['map-ground'] : '';
    map.getLayers().forEach((one) => one.changed());
    drawSoon();
  };

  let asked: { run: number | null; of: unknown } = { run: null, of: null };
  const askWay = () => {
    const { index } = day.get();
    const { run } = inHand();
    const of = run === null ? null : (index?.tripsOf.get(run) ?? null);
    if (asked.run === run && asked.of === of) return;
    asked = { run, of };
    wantWay(run);
  };
  let fitted: string | null = null;
  const fitNew = () => {
    const { trip, hand, run } = inHand();
    const what = hand ? fitted : `${run} ${run === null ? trip : ''} ${way.get().now?.runId}`;
    if (what === fitted) return;
    fitted = what;
    const at = pointsOf(run, trip);
    if (at.length > 1) fit(at);
  };
  const fit = (at: [number, number][]) => {
    const extent = boundingExtent(at.map((one) => fromLonLat(one)));
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (!isEmpty(extent) || at.length === 1) map.getView().fit(extent, { padding: MARGIN_PX, maxZoom: CLOSEST, duration: calm || !map.isRendered() ? 0 : MOVES_MS });
  };
  const fitDay = () => fit([...day.get().index!.place.values()].map(({ lon, lat }): [number, number] => [lon, lat]));

  map.on('singleclick', (event) => meantAt(map, event.pixel, (meant) => (meant.kind === 'run' ? chooseRun(meant.runId) : chooseNext(tripsOf(meant)))));
  map.on('pointermove', (event) => {
    if (event.dragging) return;
    const over = map.forEachFeatureAtPixel(event.pixel, hintOf, { hitTolerance: REACH_PX });
    target.title = over ?? '';
    target.style.cursor = over ? 'pointer' : '';
  });
  map.on('moveend', () => {
    const view = map.getView();
    onMoved(getPointResolution('EPSG:3857', view.getResolution()!, view.getCenter()!));
  });
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const ends = [
    ...[day, view, chosenRow, moving, moments, way].map((store) => store.follow(drawSoon)),
    ...[day, view, chosenRow, moving].map((store) => store.follow(askWay)),
    ...[view, chosenRow, way].map((store) => store.follow(fitNew)),
    followTheme(recolour),
  ];
  dark.addEventListener('change', recolour);
  const round = setInterval(drawSoon, STALE_ROUND_MS);
  recolour();
  fitDay();
  askWay();
  fitNew();
  draw();
  hookForTests(map, sources);
  return {
    close: () => {
      ends.forEach((end) => end());
      dark.removeEventListener('change', recolour);
      clearInterval(round);
      cancelAnimationFrame(frame);
      clearTimeout(frame);
      wantWay(null);
      map.setTarget(undefined);
      map.dispose();
    },
    zoom: (steps) => map.getView().animate({ zoom: map.getView().getZoom()! + steps, duration: MOVES_MS }),
    fitDay,
  };
}

/** What is chosen: a move in hand shows the run it is over. */
function inHand() {
  const { trip } = view.get();
  const { hand } = moving.get();
  const index = day.get().index;
  const run = hand?.over ?? (index ? chosenRun(index, trip, chosenRow.get().runId) : null);
  return { trip, hand, run };
}

function endsOf(trips: number[]): ReadonlyMap<number, 'from' | 'to'> {
  const cards = trips.flatMap((id) => day.get().index!.trip.get(id) ?? []);
  return new Map(cards.flatMap((card) => [[card.origin_id, 'from'], [card.destination_id, 'to']] as const));
}

function pointsOf(run: number | null, trip: number | null): [number, number][] {
  const shown = way.get().now;
  if (run !== null) return shown?.runId === run ? [...shown.place.values()].map(({ lon, lat }): [number, number] => [lon, lat]) : [];
  const places = day.get().index!.place;
  return trip === null ? [] : [...endsOf([trip]).keys()].flatMap((id): [number, number][] => {
    const place = places.get(id);
    return place ? [[place.lon, place.lat]] : [];
  });
}

function meantAt(map: OlMap, pixel: number[], does: (meant: Meant) => void): void {
  const found = map.forEachFeatureAtPixel(pixel, (feature) => feature.get('meant') as Meant | undefined, { hitTolerance: REACH_PX });
  if (found) does(found);
}

const tripsOf = (meant: Exclude<Meant, { kind: 'run' }>): number[] =>
  meant.kind === 'trips' ? meant.trips : (placesOf(day.get().index!).find(({ placeId }) => placeId === meant.placeId)?.trips ?? []);

/** How many trips begin or end at a place is counted when somebody asks: it changes more often than the place. */
function hintOf(feature: FeatureLike): string | undefined {
  const [hint, meant] = [feature.get('hint') as string | undefined, feature.get('meant') as Meant | undefined];
  return meant?.kind === 'place' ? `${hint}, ${say('map_place_trips', { n: tripsOf(meant).length })}` : hint;
}

function followTheme(does: () => void): () => void {
  let last = view.get().theme;
  return view.follow(() => {
    if (view.get().theme === last) return;
    last = view.get().theme;
    does();
  });
}

/** Let tests see what is drawn and where: `window.estafette.map()`. */
function hookForTests(map: OlMap, sources: Record<string, VectorSource>): void {
  const said = (feature: Feature) => {
    const { geometry, meant: _, ...about } = feature.getProperties();
    const at = geometry.getType() === 'Point' ? geometry.getCoordinates() : geometry.getFirstCoordinate();
    return { ...about, lonLat: toLonLat(at), pixel: map.getPixelFromCoordinate(at), points: geometry.getType() === 'Point' ? 1 : geometry.getCoordinates().length };
  };
  const all = () => Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, source.getFeatures().map(said)]));
  const base = () => map.getLayers().getArray().filter((layer) => layer.getZIndex()! < 10).flatMap((layer) =>
    layer instanceof VectorLayer ? (layer.getSource() as VectorSource).getFeatures().map((feature) => String(feature.get('kind') ?? 'name')) : ['tiles']);
  Object.assign((window as unknown as { estafette: object }).estafette, { map: () => ({ ...all(), base: [...new Set(base())], at: live.get().at }) });
}
