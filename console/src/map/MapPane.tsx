import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { Button } from 'react-aria-components';

import { Icon } from '../look/Icon';
import { addCommands } from '../palette/commands';
import { useStore } from '../store/store';
import { say } from '../words/board';
import { attributionOf, baseMap, type BaseMap } from './base';
import { Legend } from './Legend';
import { List } from './List';
import { changePane, isOpen, nextSize, pane, toggleMap, wide } from './pane';
import { Splitter } from './Splitter';
import { Unloaded } from './Unloaded';
import './map.css';

const Picture = lazy(() => import('./Picture'));

addCommands([
  { id: 'map', word: 'map_toggle', group: 'group_look', key: 'k', run: toggleMap },
  { id: 'map_list', word: 'map_list', group: 'group_look', run: () => changePane({ open: true, as: 'list' }) },
  { id: 'map_picture', word: 'map_picture', group: 'group_look', run: () => changePane({ open: true, as: 'picture' }) },
]);

function useWide(): boolean {
  return useSyncExternalStore((told) => {
    wide.addEventListener('change', told);
    return () => wide.removeEventListener('change', told);
  }, () => wide.matches);
}

/** The map under the timeline: open where there is room for it, or where somebody opened it. */
export function MapPane() {
  useWide();
  const kept = useStore(pane, (value) => value);
  if (!isOpen(kept)) return null;
  return (
    <section id="map" className="map-pane" aria-label={say('map')} style={{ flexBasis: `${kept.share}%` }}>
      <Splitter />
      <header className="map-head">
        <h2>{say('map')}</h2>
        <Button className="quiet" onPress={() => changePane({ as: kept.as === 'list' ? 'picture' : 'list' })}>
          {say(kept.as === 'list' ? 'map_picture' : 'map_list')}
        </Button>
        <Button className="icon-button" aria-label={say('map_size')} onPress={nextSize}><Icon name="size" /></Button>
        <Button className="icon-button" aria-label={say('map_hide')} onPress={toggleMap}><Icon name="no" /></Button>
      </header>
      <Shown list={kept.as === 'list'} />
    </section>
  );
}

function Shown({ list }: { list: boolean }) {
  const [base, setBase] = useState<BaseMap | null>(null);
  useEffect(() => void baseMap().then(setBase), []);
  const waiting = <p className="none">{say('map_opening')}</p>;
  return (
    <div className="map-body">
      <div className="map-frame" hidden={list}>
        {base ? <Unloaded><Suspense fallback={waiting}><Picture base={base} /></Suspense></Unloaded> : waiting}
        {base && <p className="map-attribution">{attributionOf(base)}</p>}
        <Legend />
      </div>
      {list && <List />}
    </div>
  );
}
