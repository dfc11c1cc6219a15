import { catalogue } from '../words/catalogue';

export const phoneWords = catalogue({
  link_phone: { en: 'Link the driver’s phone', fr: 'Lier le téléphone du chauffeur', de: 'Telefon des Fahrers verknüpfen', it: 'Collega il telefono dell’autista' },
  link_phone_of: { en: 'Link the phone of {driver}', fr: 'Lier le téléphone de {driver}', de: 'Telefon von {driver} verknüpfen', it: 'Collega il telefono di {driver}' },
  link_phone_lead: { en: 'Scan this with the phone. It is good once, for {n} minutes.', fr: 'Scannez ceci avec le téléphone. C’est valable une fois, pendant {n} minutes.', de: 'Mit dem Telefon scannen. Gilt einmal und {n} Minuten lang.', it: 'Inquadra con il telefono. Vale una volta, per {n} minuti.' },
  link_phone_code: { en: 'Or open {address} there and type', fr: 'Ou ouvrez-y {address} et tapez', de: 'Oder dort {address} öffnen und tippen', it: 'Oppure apri lì {address} e digita' },
  link_phone_qr: { en: 'QR code of the link', fr: 'Code QR du lien', de: 'QR-Code des Links', it: 'Codice QR del link' },
  link_phone_waits: { en: 'Making a code …', fr: 'Création d’un code…', de: 'Code wird erstellt …', it: 'Creazione del codice…' },
});
