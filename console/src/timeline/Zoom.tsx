import { Button } from 'react-aria-components';

import { Icon } from '../look/Icon';
import { zoomBy } from '../store/view';
import { say } from '../words/board';
import { goToNow } from './goToNow';

export function Zoom() {
  return (
    <div className="zoom">
      <Button className="icon-button" aria-label={say('go_to_now')} onPress={goToNow}><Icon name="risk" /></Button>
      <Button className="icon-button" aria-label={say('zoom_out')} onPress={() => zoomBy(-1)}><Icon name="minus" /></Button>
      <Button className="icon-button" aria-label={say('zoom_in')} onPress={() => zoomBy(1)}><Icon name="plus" /></Button>
    </div>
  );
}
