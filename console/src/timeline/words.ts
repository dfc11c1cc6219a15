import { catalogue } from '../words/catalogue';

export const timelineWords = catalogue({
  runs: { en: 'Runs', fr: 'Tournées', de: 'Touren', it: 'Giri' },
  panels: { en: 'Panels', fr: 'Panneaux', de: 'Bereiche', it: 'Pannelli' },
  runs_n: { en: 'Runs ({n})', fr: 'Tournées ({n})', de: 'Touren ({n})', it: 'Giri ({n})' },
  time: { en: 'Time', fr: 'Heure', de: 'Zeit', it: 'Ora' },
  break: { en: 'Break', fr: 'Pause', de: 'Pause', it: 'Pausa' },
  zoom_in: { en: 'Zoom in', fr: 'Agrandir', de: 'Vergrössern', it: 'Ingrandisci' },
  zoom_out: { en: 'Zoom out', fr: 'Réduire', de: 'Verkleinern', it: 'Riduci' },
  go_to_now: { en: 'Go to now', fr: 'Aller à maintenant', de: 'Zu jetzt springen', it: 'Vai ad adesso' },
  row_label: {
    en: '{driver}, {vehicle}, {layouts}, shift {shift}, trips: {trips}',
    fr: '{driver}, {vehicle}, {layouts}, service {shift}, courses : {trips}',
    de: '{driver}, {vehicle}, {layouts}, Schicht {shift}, Fahrten: {trips}',
    it: '{driver}, {vehicle}, {layouts}, turno {shift}, corse: {trips}',
  },
  bar_way: { en: '{origin} to {destination}', fr: '{origin} à {destination}', de: '{origin} nach {destination}', it: 'da {origin} a {destination}' },
  late_by: { en: 'late by {n} min', fr: 'en retard de {n} min', de: '{n} Min. zu spät', it: 'in ritardo di {n} min' },
  at_risk: { en: 'at risk', fr: 'à risque', de: 'gefährdet', it: 'a rischio' },
  promised_until: { en: 'promised until {time}', fr: 'promis jusqu’à {time}', de: 'versprochen bis {time}', it: 'promesso entro le {time}' },
  estimated_all: { en: 'driving times are estimates', fr: 'temps de trajet estimés', de: 'Fahrzeiten sind Schätzungen', it: 'i tempi di guida sono stime' },
  estimated_some: { en: 'some driving times are estimates', fr: 'certains temps de trajet sont estimés', de: 'einige Fahrzeiten sind Schätzungen', it: 'alcuni tempi di guida sono stime' },
  held_by: { en: '{name} has it in hand', fr: '{name} l’a en main', de: '{name} hat sie in der Hand', it: '{name} la sta spostando' },
  empty_day: { en: 'No shifts on this day yet.', fr: 'Pas encore de service ce jour.', de: 'An diesem Tag noch keine Schichten.', it: 'Ancora nessun turno in questo giorno.' },
  empty_filter: { en: 'No run has such a trip.', fr: 'Aucune tournée n’a une telle course.', de: 'Keine Tour hat eine solche Fahrt.', it: 'Nessun giro ha una corsa simile.' },
});
