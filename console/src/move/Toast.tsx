import { useStore } from '../store/store';
import { say } from '../words/board';
import { Button } from 'react-aria-components';
import { toast } from './toast';
import { redo, undo } from './undo';

export function Toast() {
  const told = useStore(toast, (value) => value.told);
  return (
    <div className="toast-place" role="status">
      {told && (
        <div className="toast" data-bad={told.bad || undefined}>
          <span>{told.text}</span>
          {told.undo && <Button className="quiet" onPress={() => void undo()}>{say('undo')} <kbd>Z</kbd></Button>}
          {told.redo && <Button className="quiet" onPress={() => void redo()}>{say('redo')}</Button>}
        </div>
      )}
    </div>
  );
}
