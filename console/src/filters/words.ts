import { catalogue } from '../words/catalogue';

export const filterWords = catalogue({
  filter: { en: 'Filter and views', fr: 'Filtre et vues', de: 'Filter und Ansichten', it: 'Filtro e viste' },
  filter_on: { en: 'Filter and views: a filter is on', fr: 'Filtre et vues : un filtre est actif', de: 'Filter und Ansichten: ein Filter ist an', it: 'Filtro e viste: un filtro è attivo' },
  any: { en: 'All', fr: 'Tous', de: 'Alle', it: 'Tutti' },
  stands: { en: 'State', fr: 'État', de: 'Stand', it: 'Stato' },
  state_to_come: { en: 'To come', fr: 'À venir', de: 'Kommend', it: 'In arrivo' },
  state_under_way: { en: 'Under way', fr: 'En cours', de: 'Unterwegs', it: 'In corso' },
  state_ended: { en: 'Ended', fr: 'Finies', de: 'Beendet', it: 'Finite' },
  state_locked: { en: 'Locked', fr: 'Verrouillées', de: 'Fixiert', it: 'Bloccate' },
  place_filter: { en: 'From or to', fr: 'De ou vers', de: 'Von oder nach', it: 'Da o verso' },
  clear_filters: { en: 'Look at all trips', fr: 'Voir toutes les courses', de: 'Alle Fahrten zeigen', it: 'Mostra tutte le corse' },
  saved_views: { en: 'Saved views', fr: 'Vues enregistrées', de: 'Gespeicherte Ansichten', it: 'Viste salvate' },
  view_name: { en: 'Save this view as', fr: 'Enregistrer cette vue sous', de: 'Diese Ansicht speichern als', it: 'Salva questa vista come' },
  save_view: { en: 'Save', fr: 'Enregistrer', de: 'Speichern', it: 'Salva' },
  forget_view: { en: 'Forget view {name}', fr: 'Oublier la vue {name}', de: 'Ansicht {name} löschen', it: 'Dimentica la vista {name}' },
});
