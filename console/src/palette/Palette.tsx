import { useEffect, useState } from 'react';
import {
  Autocomplete, Dialog, Header, Input, Menu, MenuItem, MenuSection, Modal, ModalOverlay, SearchField,
} from 'react-aria-components';

import { useStore } from '../store/store';
import { say } from '../words/board';
import { allCommands, possible } from './commands';
import { findAnywhere, findHere, plain, type Found } from './find';
import { paletteOpen } from './open';

/** One field to go, find and do. */
export function Palette() {
  const mode = useStore(paletteOpen, (value) => value.mode);
  return (
    <ModalOverlay className="overlay high" isOpen={mode === 'find'} isDismissable onOpenChange={() => paletteOpen.set({ mode: null })}>
      <Modal className="palette"><Dialog aria-label={say('find_or_do')}>{mode === 'find' && <Finder />}</Dialog></Modal>
    </ModalOverlay>
  );
}

const close = () => paletteOpen.set({ mode: null });

function Finder() {
  const [text, setText] = useState('');
  const found = useFound(text);
  const commands = allCommands().filter((command) => possible(command) && plain(say(command.word)).includes(plain(text)));
  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <SearchField aria-label={say('find_or_do')} autoFocus className="palette-field"><Input placeholder={say('find_or_do')} /></SearchField>
      <Menu className="menu palette-menu" renderEmptyState={() => <p className="none">{say('nothing_found')}</p>}>
        {found.length > 0 && (
          <MenuSection>
            {found.map((one) => (
              <MenuItem key={one.id} id={one.id} className="menu-item" textValue={one.text} onAction={() => { close(); one.go(); }}>
                <span>{one.text}</span><small>{one.more}</small>
              </MenuItem>
            ))}
          </MenuSection>
        )}
        {commands.length > 0 && (
          <MenuSection>
            <Header>{say('commands')}</Header>
            {commands.map((command) => (
              <MenuItem key={command.id} id={command.id} className="menu-item" textValue={say(command.word)} onAction={() => { close(); command.run(); }}>
                <span>{say(command.word)}</span>{command.key && <kbd>{keyText(command.key)}</kbd>}
              </MenuItem>
            ))}
          </MenuSection>
        )}
      </Menu>
    </Autocomplete>
  );
}

export const keyText = (key: string): string => (key === 'Z' ? 'Shift Z' : key.startsWith('Ctrl+') ? `Ctrl ${key.slice('Ctrl+'.length).toUpperCase()}` : key.toUpperCase());

const TYPED_MS = 80;

function useFound(text: string): Found[] {
  const [found, setFound] = useState<Found[]>([]);
  useEffect(() => {
    const here = findHere(text);
    setFound(here);
    if (text.trim().length < 2) return undefined;
    const asking = new AbortController();
    const soon = setTimeout(() => {
      findAnywhere(text.trim(), asking.signal).then((more) => setFound([...more, ...here])).catch(() => undefined);
    }, TYPED_MS);
    return () => {
      clearTimeout(soon);
      asking.abort();
    };
  }, [text]);
  return found;
}
