import { catalogue } from '../words/catalogue';

export const liveWords = catalogue({
  stream_connecting: { en: 'Connecting', fr: 'Connexion', de: 'Verbindet', it: 'Connessione' },
  stream_live: { en: 'Live', fr: 'En direct', de: 'Live', it: 'In diretta' },
  stream_silent: { en: 'Silent, {n} s', fr: 'Silence, {n} s', de: 'Still, {n} s', it: 'Silenzio, {n} s' },
  stream_lost: { en: 'Connection lost', fr: 'Connexion perdue', de: 'Verbindung verloren', it: 'Connessione persa' },
  lost_banner: {
    en: 'Connection lost. You see the board as it was at {time}; it catches up by itself. Changes wait until then.',
    fr: 'Connexion perdue. Vous voyez le tableau tel qu’à {time} ; il se remet à jour seul. Les changements attendent.',
    de: 'Verbindung verloren. Sie sehen die Tafel von {time}; sie holt von selbst auf. Änderungen warten so lange.',
    it: 'Connessione persa. Si vede la situazione delle {time}; si aggiorna da sé. Le modifiche attendono.',
  },
  skew_banner: {
    en: 'The clock of this computer is {n} s off; the board shows the server’s time.',
    fr: 'L’horloge de cet ordinateur est décalée de {n} s ; le tableau montre l’heure du serveur.',
    de: 'Die Uhr dieses Computers geht um {n} s falsch; die Tafel zeigt die Zeit des Servers.',
    it: 'L’orologio di questo computer è sfasato di {n} s; si vede l’ora del server.',
  },
  changed: { en: '{n} trips changed', fr: '{n} courses modifiées', de: '{n} Fahrten geändert', it: '{n} corse cambiate' },
});
