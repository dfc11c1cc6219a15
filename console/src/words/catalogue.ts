// Words side by side in four languages: a language that lacks a phrase, or a blank of it, does not compile.

export const LANGUAGES = ['en', 'fr', 'de', 'it'] as const;
export type Language = (typeof LANGUAGES)[number];

/** How each language calls itself. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', fr: 'Français', de: 'Deutsch', it: 'Italiano' };

type Phrase = Readonly<Record<Language, string>>;
export type Phrases = Readonly<Record<string, Phrase>>;

/** The names in braces of a phrase: `'Late by {n} min'` has the blank `n`. */
export type Blanks<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Blanks<Rest>
  : never;

type SameBlanks<P extends Phrase> = {
  [L in Language]: [Blanks<P[L]>] extends [Blanks<P['en']>]
    ? [Blanks<P['en']>] extends [Blanks<P[L]>] ? P[L] : 'a blank is missing here'
    : 'a blank here is not in the English phrase';
};

/** Check a catalogue when it is compiled; at run time it is handed on as it is. */
export function catalogue<const C extends Phrases>(words: C & { [K in keyof C]: SameBlanks<C[K]> }): C {
  return words;
}

export type Values<Text extends string> = [Blanks<Text>] extends [never]
  ? []
  : [values: Record<Blanks<Text>, string | number>];

/** Fill the blanks of a phrase. */
export function filled(phrase: string, values: Record<string, string | number> = {}): string {
  return phrase.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

/** Choose the language: the address says it, else the reader's choice, the company, the browser. */
export function chooseLanguage(...wishes: (string | null | undefined)[]): Language {
  const wanted = [...wishes, ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return LANGUAGES.find((language) => language === wanted.find((tag) => LANGUAGES.some((one) => one === tag))) ?? 'en';
}
