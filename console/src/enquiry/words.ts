import { catalogue } from '../words/catalogue';

export const enquiryWords = catalogue({
  enquiries: { en: 'Asked for by wards', fr: 'Demandes des services', de: 'Anfragen von Stationen', it: 'Richieste dei reparti' },
  enquiry_of: { en: '{institution}: {rider}', fr: '{institution} : {rider}', de: '{institution}: {rider}', it: '{institution}: {rider}' },
  enquiry_there: { en: 'there {time}', fr: 'arrivée {time}', de: 'dort {time}', it: 'là alle {time}' },
  enquiry_fetched: { en: 'pick-up {time}', fr: 'départ {time}', de: 'Abholung {time}', it: 'prelievo {time}' },
  enquiry_back: { en: 'back on call', fr: 'retour sur appel', de: 'zurück auf Abruf', it: 'ritorno a chiamata' },
  enquiry_back_at: { en: 'back {time}', fr: 'retour {time}', de: 'zurück {time}', it: 'ritorno {time}' },
  enquiry_book: { en: 'Book …', fr: 'Réserver…', de: 'Buchen …', it: 'Prenota…' },
  enquiry_decline: { en: 'Decline', fr: 'Refuser', de: 'Ablehnen', it: 'Rifiuta' },
  enquiry_decline_title: { en: 'Decline this request?', fr: 'Refuser cette demande ?', de: 'Diese Anfrage ablehnen?', it: 'Rifiutare questa richiesta?' },
  enquiry_reason: { en: 'Why? {institution} reads this.', fr: 'Pourquoi ? {institution} le lira.', de: 'Warum? {institution} liest das.', it: 'Perché? {institution} lo leggerà.' },
  enquiry_declined: { en: 'Declined; {institution} sees the reason.', fr: 'Refusée ; {institution} voit la raison.', de: 'Abgelehnt; {institution} sieht den Grund.', it: 'Rifiutata; {institution} vede il motivo.' },
  enquiry_came: { en: 'A ward asks for a trip on {day}.', fr: 'Un service demande une course le {day}.', de: 'Eine Station fragt eine Fahrt am {day} an.', it: 'Un reparto chiede una corsa per {day}.' },
  enquiry_next: { en: 'Book what a ward asks for', fr: 'Réserver une demande de service', de: 'Anfrage einer Station buchen', it: 'Prenota la richiesta di un reparto' },
  asked_words: { en: 'Asked: {words}', fr: 'Demandé : {words}', de: 'Angefragt: {words}', it: 'Richiesto: {words}' },
});
