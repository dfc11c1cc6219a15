import { Button } from 'react-aria-components';

import { Icon } from '../look/Icon';
import { useStore } from '../store/store';
import { look, view } from '../store/view';
import { say } from '../words/board';

export const switchTable = (): void => look({ table: !view.get().table });

/** From timeline to table and back. */
export function Switch() {
  const table = useStore(view, (value) => value.table);
  const label = say(table ? 'as_timeline' : 'as_table');
  return <Button className="icon-button" aria-label={label} onPress={switchTable}><Icon name={table ? 'plan' : 'table'} /></Button>;
}
