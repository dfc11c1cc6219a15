// Words in the reader's language, and times in the company's zone.

const LANGUAGES = ['en', 'fr', 'de', 'it'];

/** Choose the language: the address says it, else the company, else the browser. */
export function chooseLanguage(asked, company, browser) {
  const wanted = [asked, company, ...browser.map((tag) => tag.slice(0, 2))];
  return wanted.find((language) => LANGUAGES.includes(language)) ?? 'en';
}

export async function loadWords(language, zone) {
  const answer = await fetch(new URL(`./words/${language}.json`, import.meta.url));
  return new Words(language, zone, await answer.json());
}

export class Words {
  constructor(language, zone, phrases) {
    this.language = language;
    this.phrases = phrases;
    const tag = { en: 'en-GB', fr: 'fr-CH', de: 'de-CH', it: 'it-CH' }[language];
    this.clockFormat = new Intl.DateTimeFormat(tag, { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    this.dayFormat = new Intl.DateTimeFormat(tag, { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' });
  }

  say(name, values = {}) {
    const phrase = this.phrases[name];
    if (phrase === undefined) throw new Error(`no word "${name}" in ${this.language}`);
    return phrase.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }

  clock(at) {
    return at === null ? '' : this.clockFormat.format(typeof at === 'string' ? Date.parse(at) : at);
  }

  day(date) {
    return this.dayFormat.format(Date.parse(date));
  }

  span(from, to) {
    return `${this.clock(from)}–${this.clock(to)}`;
  }

  takes(spaces) {
    const named = ['seats', 'wheelchairs', 'stretchers'].filter((kind) => spaces[kind] > 0);
    return named.map((kind) => this.say(spaces[kind] === 1 ? `${kind}_one` : `${kind}_other`, { n: spaces[kind] })).join(', ');
  }

  /** The promise in one phrase: which end of the trip carries it, and between what times. */
  promise(trip) {
    if (trip.promised_from === null) return this.say('time_unknown');
    return this.say(`promise_${trip.anchor}`, { span: this.span(trip.promised_from, trip.promised_to) });
  }
}
