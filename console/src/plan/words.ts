import { catalogue } from '../words/catalogue';

export const planWords = catalogue({
  solve_begins: { en: 'Planning', fr: 'Planification', de: 'Plant', it: 'Pianificazione' },
  solve_progress: { en: 'Planning: {placed} of {trips} placed, {s} s', fr: 'Planification : {placed} sur {trips} placées, {s} s', de: 'Plant: {placed} von {trips} verteilt, {s} s', it: 'Pianificazione: {placed} su {trips} assegnate, {s} s' },
});
