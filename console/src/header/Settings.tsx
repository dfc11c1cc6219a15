import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from 'react-aria-components';

import { ask } from '../api/ask';
import { forgetCopy } from '../backup/copy';
import { printManifests, saveCsv } from '../backup/paper';
import { openForm } from '../booking/draft';
import { Icon } from '../look/Icon';
import { useStore } from '../store/store';
import { look, view, type Density, type Theme } from '../store/view';
import { say, spoken } from '../words/board';
import { LANGUAGE_NAMES, LANGUAGES } from '../words/catalogue';

function speakLanguage(language: string): void {
  const address = new URL(location.href);
  address.searchParams.set('lang', language);
  location.assign(address.href);
}

async function signOut(): Promise<void> {
  forgetCopy();
  await ask('/sign-out', { method: 'POST' }).catch(() => undefined);
  location.assign(location.pathname);
}

/** How the board looks and speaks, and the way out. */
export function Settings() {
  const { theme, density, keys } = useStore(view, (value) => value);
  return (
    <MenuTrigger>
      <Button className="icon-button" aria-label={say('settings')}><Icon name="menu" /></Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu">
          <MenuSection aria-label={say('do_it')}>
            <MenuItem id="book" className="menu-item" onAction={openForm}>{say('new_booking')} <kbd>B</kbd></MenuItem>
            <MenuItem id="print" className="menu-item" onAction={() => printManifests()}>{say('print_all')} <kbd>Ctrl P</kbd></MenuItem>
            <MenuItem id="csv" className="menu-item" onAction={saveCsv}>{say('save_csv')}</MenuItem>
          </MenuSection>
          <Separator />
          <MenuSection selectionMode="single" selectedKeys={[theme]} onSelectionChange={(one) => look({ theme: [...one][0] as Theme })}>
            <Header>{say('appearance')}</Header>
            <Choice id="auto" text={say('theme_auto')} />
            <Choice id="light" text={say('theme_light')} />
            <Choice id="dark" text={say('theme_dark')} />
          </MenuSection>
          <Separator />
          <MenuSection aria-label={say('appearance')} selectionMode="single" selectedKeys={[density]} onSelectionChange={(one) => look({ density: [...one][0] as Density })}>
            <Choice id="roomy" text={say('density_roomy')} />
            <Choice id="dense" text={say('density_dense')} />
          </MenuSection>
          <Separator />
          <MenuSection aria-label={say('keys_on')} selectionMode="multiple" selectedKeys={keys ? ['keys'] : []} onSelectionChange={(some) => look({ keys: some !== 'all' && some.has('keys') })}>
            <Choice id="keys" text={say('keys_on')} />
          </MenuSection>
          <Separator />
          <MenuSection selectionMode="single" selectedKeys={[spoken()]} onSelectionChange={(one) => speakLanguage(String([...one][0]))}>
            <Header>{say('language')}</Header>
            {LANGUAGES.map((language) => <Choice key={language} id={language} text={LANGUAGE_NAMES[language]} />)}
          </MenuSection>
          <Separator />
          <MenuItem id="account" className="menu-item" href={`/account?lang=${spoken()}`}>{say('account')}</MenuItem>
          <MenuItem id="sign-out" className="menu-item" onAction={() => void signOut()}>{say('sign_out')}</MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function Choice({ id, text }: { id: string; text: string }) {
  return (
    <MenuItem id={id} className="menu-item" textValue={text}>
      {({ isSelected }) => <><span className="check">{isSelected && <Icon name="done" />}</span>{text}</>}
    </MenuItem>
  );
}
