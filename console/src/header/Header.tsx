import { Button } from 'react-aria-components';

import { FilterMenu } from '../filters/FilterMenu';
import { Icon } from '../look/Icon';
import { LiveBadge } from '../live/LiveBadge';
import { paletteOpen } from '../palette/open';
import { openPlanning } from '../plan/planning';
import { SolveBadge } from '../plan/SolveBadge';
import { say } from '../words/board';
import { DayPicker } from './DayPicker';
import { Estimates } from './Estimates';
import { Exceptions } from './Exceptions';
import { Presence } from './Presence';
import { Settings } from './Settings';

export function Header({ company }: { company: string }) {
  return (
    <header className="top">
      <h1 id="company">{company}</h1>
      <DayPicker />
      <Exceptions />
      <FilterMenu />
      <Estimates />
      <span className="space" />
      <SolveBadge />
      <Button className="find" onPress={() => paletteOpen.set({ mode: 'find' })}>
        <Icon name="search" /><span>{say('find_or_do')}</span><kbd>Ctrl K</kbd>
      </Button>
      <Button onPress={openPlanning}><Icon name="plan" />{say('plan')} <kbd>O</kbd></Button>
      <Presence />
      <LiveBadge />
      <Settings />
    </header>
  );
}
