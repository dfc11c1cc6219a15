// Choosing the language of a plain page.

import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../words/catalogue';
import { el } from './element';

/** A list of the languages, each by its own name; `label` says what it is for where no other label does. */
export function languageChoice(present: Language, chosen: (language: Language) => void, label?: string): HTMLSelectElement {
  const select = el(
    'select', { id: 'language', 'aria-label': label, onchange: () => chosen(select.value as Language) },
    ...LANGUAGES.map((one) => el('option', { value: one, lang: one, selected: one === present }, LANGUAGE_NAMES[one])),
  );
  return select;
}
