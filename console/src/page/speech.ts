// Saying phrases of a catalogue in one language, without a kit.

import { filled, type Language, type Phrases, type Values } from '../words/catalogue';

type Counted<C> = { [K in keyof C & string]: K extends `${infer Name}_one` ? (`${Name}_other` extends keyof C ? Name : never) : never }[keyof C & string];

export interface Speech<C extends Phrases> {
  <Name extends keyof C & string>(name: Name, ...values: Values<C[Name]['en']>): string;
  /** The phrase `name_one` or `name_other`, with the number as `{n}`. */
  many(name: Counted<C>, n: number): string;
}

export function speechOf<C extends Phrases>(words: C, language: Language): Speech<C> {
  const phrase = (name: string): string => (words[name] as C[string])[language];
  const say = (name: string, values: Record<string, string | number> = {}) => filled(phrase(name), values);
  const many = (name: string, n: number) => say(`${name}_${n === 1 ? 'one' : 'other'}`, { n });
  return Object.assign(say, { many }) as unknown as Speech<C>;
}
