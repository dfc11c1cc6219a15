import { Button } from 'react-aria-components';

import { Icon, type IconName } from '../look/Icon';
import { useStore } from '../store/store';
import { say } from '../words/board';
import { panel, PANELS, show, type Panel } from './panel';

const SIGNS: Record<Panel, IconName> = { runs: 'plan', pool: 'no', map: 'whole' };

/** On a small screen: which panel is shown; a wide one has them side by side and shows none of this. */
export function Panels() {
  const shown = useStore(panel, (value) => value.shown);
  return (
    <nav className="panels" aria-label={say('panels')}>
      {PANELS.map((name) => (
        <Button key={name} className="panel" {...(shown === name ? { 'aria-current': 'page' as const } : {})} onPress={() => show(name)}>
          <Icon name={SIGNS[name]} />{say(name)}
        </Button>
      ))}
    </nav>
  );
}
