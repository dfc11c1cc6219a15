// The entrance's words in the reader's language.

const LANGUAGES = ['en', 'fr', 'de', 'it'];

/** Choose the language: the address says it, else the company, else the browser. */
export function chooseLanguage(asked, company, browser) {
  const wanted = [asked, company, ...browser.map((tag) => tag.slice(0, 2))];
  return wanted.find((language) => LANGUAGES.includes(language)) ?? 'en';
}

export async function loadWords(language) {
  const answer = await fetch(new URL(`./words/${language}.json`, import.meta.url));
  return new Words(language, await answer.json());
}

export class Words {
  constructor(language, phrases) {
    this.language = language;
    this.phrases = phrases;
  }

  say(name, values = {}) {
    const phrase = this.phrases[name];
    if (phrase === undefined) throw new Error(`no word "${name}" in ${this.language}`);
    return phrase.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }
}
