import { Button } from 'react-aria-components';

import { Icon } from '../look/Icon';
import { useStore } from '../store/store';
import { view, zoomBy } from '../store/view';
import { Switch } from '../table/Switch';
import { say } from '../words/board';
import { goToNow } from './goToNow';

/** How the day is looked at: as a table or on an axis, which part of it, and how much. */
export function Zoom() {
  const table = useStore(view, (value) => value.table);
  return (
    <div className="zoom">
      <Switch />
      {!table && (
        <>
          <Button className="icon-button" aria-label={say('go_to_now')} onPress={goToNow}><Icon name="risk" /></Button>
          <Button className="icon-button" aria-label={say('zoom_out')} onPress={() => zoomBy(-1)}><Icon name="minus" /></Button>
          <Button className="icon-button" aria-label={say('zoom_in')} onPress={() => zoomBy(1)}><Icon name="plus" /></Button>
        </>
      )}
    </div>
  );
}
