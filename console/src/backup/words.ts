import { catalogue } from '../words/catalogue';

export const backupWords = catalogue({
  do_it: { en: 'The day', fr: 'La journée', de: 'Der Tag', it: 'La giornata' },
  print_all: { en: 'Print manifests', fr: 'Imprimer les feuilles de route', de: 'Fahrbefehle drucken', it: 'Stampa i fogli di viaggio' },
  print_run: { en: 'Print this run', fr: 'Imprimer cette tournée', de: 'Diese Tour drucken', it: 'Stampa questo giro' },
  save_csv: { en: 'Save the runs as CSV', fr: 'Enregistrer les tournées en CSV', de: 'Touren als CSV speichern', it: 'Salva i giri come CSV' },
  show_copy: { en: 'Show the backup copy', fr: 'Montrer la copie de secours', de: 'Sicherungskopie zeigen', it: 'Mostra la copia di riserva' },
  copy_title: { en: 'Backup copy of {day}', fr: 'Copie de secours de {day}', de: 'Sicherungskopie von {day}', it: 'Copia di riserva di {day}' },
  copy_none: { en: 'There is no backup copy in this browser.', fr: 'Il n’y a pas de copie de secours dans ce navigateur.', de: 'In diesem Browser ist keine Sicherungskopie.', it: 'In questo browser non c’è una copia di riserva.' },
  copy_age: { en: 'As it was at {at}, {n} min ago. What changed since is not in it.', fr: 'État du {at}, il y a {n} min. Les changements depuis n’y sont pas.', de: 'Stand {at}, vor {n} Min. Was sich seither geändert hat, fehlt.', it: 'Situazione del {at}, {n} min fa. I cambiamenti successivi mancano.' },
  stop_pull_out: { en: 'Leave', fr: 'Départ', de: 'Abfahrt', it: 'Partenza' },
  stop_pickup: { en: 'Pick up', fr: 'Prendre', de: 'Abholen', it: 'Prelevare' },
  stop_dropoff: { en: 'Drop off', fr: 'Déposer', de: 'Absetzen', it: 'Lasciare' },
  stop_break: { en: 'Break', fr: 'Pause', de: 'Pause', it: 'Pausa' },
  stop_pull_in: { en: 'Return', fr: 'Retour', de: 'Rückkehr', it: 'Rientro' },
});
