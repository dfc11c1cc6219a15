import { catalogue } from '../words/catalogue';

export const paletteWords = catalogue({
  find_or_do: { en: 'Find or do', fr: 'Chercher ou agir', de: 'Suchen oder tun', it: 'Cerca o agisci' },
  commands: { en: 'Commands', fr: 'Commandes', de: 'Befehle', it: 'Comandi' },
  nothing_found: { en: 'Nothing found.', fr: 'Rien trouvé.', de: 'Nichts gefunden.', it: 'Nessun risultato.' },
  kind_rider: { en: 'Rider', fr: 'Passager', de: 'Fahrgast', it: 'Passeggero' },
  kind_place: { en: 'Place', fr: 'Lieu', de: 'Ort', it: 'Luogo' },
  kind_trip: { en: 'Trip', fr: 'Course', de: 'Fahrt', it: 'Corsa' },
  kind_driver: { en: 'Driver', fr: 'Chauffeur', de: 'Fahrer', it: 'Autista' },
  help: { en: 'Keys and commands', fr: 'Touches et commandes', de: 'Tasten und Befehle', it: 'Tasti e comandi' },
  help_lead: { en: 'Single keys work while the board has the focus.', fr: 'Les touches seules agissent quand le tableau a le focus.', de: 'Einzelne Tasten wirken, solange die Tafel den Fokus hat.', it: 'I tasti singoli agiscono quando la tavola ha il focus.' },
  group_trip: { en: 'Trip in hand', fr: 'Course choisie', de: 'Gewählte Fahrt', it: 'Corsa scelta' },
  group_board: { en: 'Board', fr: 'Tableau', de: 'Tafel', it: 'Tavola' },
  group_plan: { en: 'Plan', fr: 'Plan', de: 'Plan', it: 'Piano' },
  group_look: { en: 'Look', fr: 'Affichage', de: 'Ansicht', it: 'Vista' },
  next_exception: { en: 'Next exception', fr: 'Exception suivante', de: 'Nächste Ausnahme', it: 'Prossima eccezione' },
  previous_exception: { en: 'Previous exception', fr: 'Exception précédente', de: 'Vorherige Ausnahme', it: 'Eccezione precedente' },
  all_trips: { en: 'Show all runs', fr: 'Montrer toutes les tournées', de: 'Alle Touren zeigen', it: 'Mostra tutti i giri' },
  go_to_pool: { en: 'Go to the pool', fr: 'Aller aux courses hors tournée', de: 'Zu den Fahrten ohne Tour', it: 'Vai alle corse senza giro' },
  assign_best: { en: 'Assign to the best run', fr: 'Affecter à la meilleure tournée', de: 'Der besten Tour zuteilen', it: 'Assegna al giro migliore' },
});
