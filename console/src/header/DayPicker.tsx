import { CalendarDate, parseDate } from '@internationalized/date';
import {
  Button, Calendar, CalendarCell, CalendarGrid, Dialog, DialogTrigger, Heading, Popover,
} from 'react-aria-components';

import { Icon } from '../look/Icon';
import { useStore } from '../store/store';
import { addressOf, view } from '../store/view';
import { say, shortDay } from '../words/board';

const NUMBER = /^\d{4}-\d{2}-\d{2}$/;

/** The day on the board, its neighbours, and a calendar. */
export function DayPicker() {
  const day = useStore(view, (value) => value.day);
  if (!NUMBER.test(day)) return null;
  const date = parseDate(day);
  return (
    <nav className="days" aria-label={say('day')}>
      <a className="icon-button" href={addressOf(date.subtract({ days: 1 }).toString())} aria-label={say('previous_day')}><Icon name="previous" /></a>
      <DialogTrigger>
        <Button className="day" aria-label={`${shortDay(day)}, ${say('day')}`}>{shortDay(day)}</Button>
        <Popover className="popover">
          <Dialog aria-label={say('day')}>
            <Calendar aria-label={say('day')} defaultValue={date} onChange={(chosen: CalendarDate) => location.assign(addressOf(chosen.toString()))}>
              <header>
                <Button slot="previous" className="icon-button"><Icon name="previous" /></Button>
                <Heading />
                <Button slot="next" className="icon-button"><Icon name="next" /></Button>
              </header>
              <CalendarGrid>{(cell) => <CalendarCell date={cell} />}</CalendarGrid>
            </Calendar>
          </Dialog>
        </Popover>
      </DialogTrigger>
      <a className="icon-button" href={addressOf(date.add({ days: 1 }).toString())} aria-label={say('next_day')}><Icon name="next" /></a>
    </nav>
  );
}
