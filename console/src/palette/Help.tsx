import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

import { useStore } from '../store/store';
import { say } from '../words/board';
import { allCommands, type Command } from './commands';
import { paletteOpen } from './open';
import { keyText } from './Palette';

const GROUPS: Command['group'][] = ['group_trip', 'group_board', 'group_plan', 'group_look'];

/** All keys and commands, from the one list. */
export function Help() {
  const mode = useStore(paletteOpen, (value) => value.mode);
  return (
    <ModalOverlay className="overlay" isOpen={mode === 'help'} isDismissable onOpenChange={() => paletteOpen.set({ mode: null })}>
      <Modal className="modal wide">
        <Dialog>
          <Heading slot="title">{say('help')}</Heading>
          <p className="lead">{say('help_lead')}</p>
          <div className="help">{GROUPS.map((group) => <Group key={group} group={group} />)}</div>
          <div className="actions"><Button slot="close" className="primary" autoFocus>{say('close')}</Button></div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Group({ group }: { group: Command['group'] }) {
  const commands = allCommands().filter((command) => command.group === group);
  if (commands.length === 0) return null;
  return (
    <section>
      <h3>{say(group)}</h3>
      <dl>{commands.map((command) => (
        <div key={command.id}><dt>{command.key ? <kbd>{keyText(command.key)}</kbd> : '–'}</dt><dd>{say(command.word)}</dd></div>
      ))}</dl>
    </section>
  );
}
