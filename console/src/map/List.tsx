import { Button } from 'react-aria-components';

import { moments } from '../store/moments';
import { now } from '../live/stream';
import { day } from '../store/day';
import type { Index } from '../store/index';
import { useStore } from '../store/store';
import { view } from '../store/view';
import { useMinute } from '../timeline/minute';
import { clock, say } from '../words/board';
import { ms } from '../words/clock';
import { chosenRow, chosenRun, chooseNext, chooseRun } from './chosen';
import { ageText, placesOf, vehiclesOf, type VehicleState } from './shown';
import { way, type Way } from './way';

/** All that the map shows, in words: for who does not see it, and for the keyboard. */
export function List() {
  const index = useStore(day, (value) => value.index)!;
  return (
    <div className="map-list">
      <RunList index={index} />
      <Vehicles index={index} />
      <Places index={index} />
    </div>
  );
}

const STOPS = {
  pickup: 'map_stop_pickup', dropoff: 'map_stop_dropoff', break: 'map_stop_break', pull_out: 'map_stop_pull_out', pull_in: 'map_stop_pull_in',
} as const;

function RunList({ index }: { index: Index }) {
  const trip = useStore(view, (value) => value.trip);
  const row = useStore(chosenRow, (value) => value.runId);
  const shown = useStore(way, (value) => value.now);
  const run = chosenRun(index, trip, row);
  const driver = run === null ? undefined : index.run.get(run)?.driver;
  return (
    <section>
      <h3>{driver ? say('map_run', { driver }) : say('map')}</h3>
      {shown && shown.runId === run ? <Stops way={shown} /> : <p className="none">{say('map_no_run')}</p>}
    </section>
  );
}

function Stops({ way: { stops, place, legs } }: { way: Way }) {
  const start = ms(day.get().board!.day_start_at);
  return (
    <ol>
      {stops.map((stop, n) => {
        const text = `${clock(start + stop.start_s * 1000)} ${place.get(stop.place_id)?.name ?? ''}, ${say(STOPS[stop.kind])}`;
        const estimated = legs[n - 1]?.estimated ? ` (${say('map_straight')})` : '';
        return (
          <li key={n}>
            {stop.trip_id === null ? <span>{text}{estimated}</span> : <Button className="quiet" onPress={() => chooseNext([stop.trip_id!])}>{text}{estimated}</Button>}
          </li>
        );
      })}
    </ol>
  );
}

export const STATES = {
  en_route: 'map_en_route', arrived: 'map_arrived', on_board: 'map_on_board', free: 'map_free',
} as const satisfies Record<VehicleState, string>;

function Vehicles({ index }: { index: Index }) {
  useMinute();
  const positions = useStore(moments, (value) => value.positions);
  const vehicles = vehiclesOf(index, positions.values(), now());
  return (
    <section>
      <h3>{say('map_vehicles')}</h3>
      {vehicles.length === 0 && <p className="none">{say('map_no_vehicles')}</p>}
      <ul>
        {vehicles.map((vehicle) => (
          <li key={vehicle.runId}>
            <Button className="quiet" onPress={() => chooseRun(vehicle.runId)}>
              {vehicle.name}, {vehicle.driver}: {say(STATES[vehicle.state])}, {say('map_position_at', { time: clock(vehicle.at) })}
              {vehicle.staleMin === null ? '' : ` (${ageText(vehicle.staleMin)})`}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Places({ index }: { index: Index }) {
  const places = [...placesOf(index)].sort((a, b) => b.trips.length - a.trips.length || a.name.localeCompare(b.name));
  return (
    <section>
      <h3>{say('map_places')}</h3>
      <ul>
        {places.map((place) => (
          <li key={place.placeId}>
            <Button className="quiet" onPress={() => chooseNext(place.trips)}>{place.name}, {say('map_place_trips', { n: place.trips.length })}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
