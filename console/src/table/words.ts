import { catalogue } from '../words/catalogue';

export const tableWords = catalogue({
  as_table: { en: 'Show as a table', fr: 'Afficher en tableau', de: 'Als Tabelle zeigen', it: 'Mostra come tabella' },
  as_timeline: { en: 'Show as a timeline', fr: 'Afficher en frise horaire', de: 'Als Zeitachse zeigen', it: 'Mostra come sequenza temporale' },
  table_caption: { en: 'Runs and their trips, {day}', fr: 'Tournées et leurs courses, {day}', de: 'Touren und ihre Fahrten, {day}', it: 'Giri e le loro corse, {day}' },
  table_trip: { en: 'Trip', fr: 'Course', de: 'Fahrt', it: 'Corsa' },
  table_state: { en: 'State', fr: 'État', de: 'Stand', it: 'Stato' },
  table_no_trips: { en: 'No trips', fr: 'Aucune course', de: 'Keine Fahrten', it: 'Nessuna corsa' },
});
