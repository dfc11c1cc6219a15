import { catalogue } from '../words/catalogue';

export const problemWords = catalogue({
  problems: { en: 'What drivers report', fr: 'Ce que signalent les chauffeurs', de: 'Was Fahrer melden', it: 'Segnalazioni degli autisti' },
  problem_late: { en: 'is late', fr: 'est en retard', de: 'ist verspätet', it: 'è in ritardo' },
  problem_vehicle: { en: 'has trouble with the vehicle', fr: 'a une panne ou un accident', de: 'hat eine Panne oder einen Unfall', it: 'ha un guasto o un incidente' },
  problem_not_ready: { en: 'waits: the rider is not ready', fr: 'attend : le passager n’est pas prêt', de: 'wartet: Der Fahrgast ist nicht bereit', it: 'aspetta: il passeggero non è pronto' },
  problem_other: { en: 'reports', fr: 'signale', de: 'meldet', it: 'segnala' },
  problem_show: { en: 'Show', fr: 'Montrer', de: 'Zeigen', it: 'Mostra' },
  problem_seen: { en: 'Seen to', fr: 'Réglé', de: 'Erledigt', it: 'Risolto' },
  problem_seen_of: { en: 'Seen to: {driver}', fr: 'Réglé : {driver}', de: 'Erledigt: {driver}', it: 'Risolto: {driver}' },
});
