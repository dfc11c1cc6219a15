import { catalogue } from '../words/catalogue';

export const presenceWords = catalogue({
  offered_by: { en: '{name} is offering this time on the telephone', fr: '{name} propose cette heure au téléphone', de: '{name} bietet diese Zeit am Telefon an', it: '{name} sta offrendo questo orario al telefono' },
});
