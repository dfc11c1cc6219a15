// The board page: who is signed in, which day, the snapshot, then live.

import { createRoot } from 'react-dom/client';
import { I18nProvider } from 'react-aria-components';

import { ask, Refused, whenSignedOut } from './api/ask';
import type { Opening } from './api/records';
import { CopiedDay } from './backup/BackupCopy';
import { keepCopies, readCopy } from './backup/copy';
import { readSaved } from './filters/saved';
import { hearEnquiry, readEnquiries } from './enquiry/enquiries';
import { Desk } from './desk/Desk';
import { Stream } from './live/stream';
import { readReasons } from './pool/reasons';
import { hearReturn } from './pool/returns';
import { askBoard, cursor, day, hear, openDay, take, takeSnapshot } from './store/day';
import { fold, MissingEvents } from './store/fold';
import { renewLegs } from './store/legs';
import { sayLooking } from './store/moments';
import { look, showTheme, view } from './store/view';
import { chooseLanguage, type Language } from './words/catalogue';
import { dayText, say, speak } from './words/board';
import './look/look.css';

const REACT_ARIA: Record<Language, string> = { en: 'en-GB', fr: 'fr-FR', de: 'de-DE', it: 'it-IT' };
let stream: Stream | null = null;
const root = createRoot(document.getElementById('board')!);

// The board as it stands now and the fold that led to it, for tests and for the curious.
Object.assign(window, { estafette: { board: () => day.get().board, fold, MissingEvents, stream: () => stream } });

/** Whoever is not signed in comes in by the entrance, which leads back here; the token of a link goes with them. */
function toEntrance(): void {
  location.replace(`/sign-in${location.search}${location.hash}`);
}

async function begin(): Promise<void> {
  showTheme();
  if (location.hash) return toEntrance();
  whenSignedOut(toEntrance);
  const asked = new URL(location.href).searchParams.get('lang');
  speak(chooseLanguage(asked), 'UTC');
  // A day that is in the address need not wait for which day it would be.
  const early = view.get().day ? askBoard(view.get().day) : undefined;
  early?.catch(() => undefined);
  const { company, opens_on } = await ask<Opening>('/opening');
  const language = chooseLanguage(asked, company.language);
  speak(language, company.zone);
  if (!view.get().day) view.change({ day: opens_on });
  const serviceOn = view.get().day;
  stream = new Stream({ cursor, onEvent: take, onReset: () => void takeSnapshot(), onRefused: () => void ask('/opening').catch(() => undefined) });
  await openDay(serviceOn, () => stream?.open(), early);
  look({});
  document.title = `${dayText(serviceOn)} · ${company.name}`;
  beside(serviceOn);
  sayLooking(serviceOn);
  readSaved().catch(() => undefined);
  keepCopies(serviceOn, company.zone);
  root.render(<I18nProvider locale={REACT_ARIA[language]}><Desk company={company.name} /></I18nProvider>);
}

/** What is asked beside the board, and again when a plan was applied. */
function beside(serviceOn: string): void {
  const renew = () => {
    renewLegs(serviceOn);
    readReasons(serviceOn).catch(() => undefined);
  };
  renew();
  readEnquiries().catch(() => undefined);
  hear(hearEnquiry);
  hear(hearReturn);
  hear(({ what }) => {
    if (what.kind === 'assigned') renewLegs(serviceOn);
    if (what.kind === 'solve_progressed' && what.state !== 'running') renew();
  });
}

begin().catch((error: unknown) => {
  if (error instanceof Refused && error.status === 401) return;
  const why = error instanceof Error ? error.message : String(error);
  const copy = error instanceof Refused ? null : readCopy();
  if (copy) speak(chooseLanguage(new URL(location.href).searchParams.get('lang'), document.documentElement.lang), copy.zone);
  root.render(
    <>
      <p id="banner" className="banner" role="alert">{say('unreachable', { why })}</p>
      {copy && <main className="alone"><CopiedDay copy={copy} /></main>}
    </>,
  );
});
