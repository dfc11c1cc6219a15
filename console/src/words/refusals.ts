import { catalogue } from './catalogue';

/** Why the server did not do something, by the stable code of its problem; what has no word here is said in its own. */
export const refusalWords = catalogue({
  refused_precondition_failed: { en: 'it has changed meanwhile', fr: 'cela a changé entre-temps', de: 'es hat sich inzwischen geändert', it: 'nel frattempo è cambiato' },
  refused_busy: { en: 'somebody is changing the same just now, try again', fr: 'quelqu’un modifie la même chose à l’instant, réessayez', de: 'jemand ändert gerade dasselbe, versuchen Sie es noch einmal', it: 'qualcuno sta cambiando la stessa cosa, riprovare' },
  refused_reference_taken: { en: 'this reference is taken', fr: 'cette référence est déjà prise', de: 'diese Referenz ist schon vergeben', it: 'questo riferimento è già usato' },
  refused_not_possible: { en: 'something stands in the way by now', fr: 'quelque chose s’y oppose désormais', de: 'inzwischen steht etwas im Weg', it: 'ormai qualcosa lo impedisce' },
  refused_breaks_rules: { en: 'it breaks rules', fr: 'cela enfreint des règles', de: 'es verletzt Regeln', it: 'viola delle regole' },
  refused_not_its_day: { en: 'its day has not begun, or is over', fr: 'sa journée n’a pas commencé, ou est passée', de: 'sein Tag hat noch nicht begonnen oder ist vorbei', it: 'la sua giornata non è iniziata, o è passata' },
  refused_no_reason: { en: 'say why the rules may be broken', fr: 'dites pourquoi les règles peuvent être enfreintes', de: 'sagen Sie, warum die Regeln verletzt werden dürfen', it: 'dica perché le regole possono essere violate' },
  refused_apply_failed: { en: 'somebody would be in two places at once', fr: 'quelqu’un serait à deux endroits à la fois', de: 'jemand wäre an zwei Orten zugleich', it: 'qualcuno sarebbe in due posti insieme' },
  refused_illegal_move: { en: 'that does not follow from how it stands now', fr: 'cela ne suit pas de l’état actuel', de: 'das folgt nicht aus dem jetzigen Stand', it: 'non segue dallo stato attuale' },
  refused_answered: { en: 'somebody has answered it already', fr: 'quelqu’un y a déjà répondu', de: 'jemand hat es schon beantwortet', it: 'qualcuno ha già risposto' },
  refused_not_found: { en: 'it is no longer there', fr: 'cela n’existe plus', de: 'es ist nicht mehr da', it: 'non c’è più' },
  refused_not_signed_in: { en: 'you are no longer signed in', fr: 'vous n’êtes plus connecté', de: 'Sie sind nicht mehr angemeldet', it: 'non è più collegato' },
  refused_forbidden: { en: 'your account may not do this', fr: 'votre compte n’y est pas autorisé', de: 'Ihr Konto darf das nicht', it: 'il suo account non può farlo' },
  refused_second_factor_demanded: { en: 'a second factor is asked for', fr: 'un second facteur est demandé', de: 'ein zweiter Faktor ist verlangt', it: 'è richiesto un secondo fattore' },
  refused_too_many: { en: 'too much at once, try again in {n} s', fr: 'trop à la fois, réessayez dans {n} s', de: 'zu viel auf einmal, versuchen Sie es in {n} s noch einmal', it: 'troppo in una volta, riprovare tra {n} s' },
  refused_unavailable: { en: 'the server is not ready, try again in a moment', fr: 'le serveur n’est pas prêt, réessayez dans un instant', de: 'der Server ist nicht bereit, versuchen Sie es gleich noch einmal', it: 'il server non è pronto, riprovare tra poco' },
  refused_unreachable: { en: 'no way leads there', fr: 'aucun chemin n’y mène', de: 'kein Weg führt dorthin', it: 'nessuna strada ci porta' },
  refused_error: { en: 'the server made a mistake', fr: 'le serveur a fait une erreur', de: 'der Server hat einen Fehler gemacht', it: 'il server ha commesso un errore' },
  refused_too_large: { en: 'it is too large', fr: 'c’est trop volumineux', de: 'es ist zu gross', it: 'è troppo grande' },
  refused_invalid_field: { en: '“{field}” cannot be used', fr: '« {field} » n’est pas utilisable', de: '«{field}» ist so nicht brauchbar', it: '«{field}» non è utilizzabile' },
});
