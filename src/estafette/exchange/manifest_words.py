"""The words of printed manifests, in the languages of companies."""

from datetime import date
from typing import NamedTuple

from estafette.domain.plan import StopKind


class Words(NamedTuple):
    """What a printed manifest says in one language; `{}` are blanks."""

    title: str
    run: str
    shift: str
    manifest: str
    estimates: str
    nothing: str
    no_run: str
    head: tuple[str, str, str, str, str]
    kinds: dict[StopKind, str]
    appointment: str
    aboard: str
    wheelchair: str
    stretcher: str
    companions: str
    alone: str
    printed: str
    weekdays: tuple[str, ...]


def _kinds(out: str, up: str, down: str, rest: str, home: str) -> dict[StopKind, str]:
    return {
        StopKind.PULL_OUT: out, StopKind.PICKUP: up, StopKind.DROPOFF: down, StopKind.BREAK: rest,
        StopKind.PULL_IN: home,
    }  # fmt: skip


WORDS = {
    "en": Words(
        "Manifests", "Run {}", "Shift {}", "Manifest {}", "Driving times are estimates.", "No trips.",
        "No shifts on this day.", ("Time", "What", "Rider", "Where", "Needs"),
        _kinds("Leave", "Pick up", "Drop off", "Break", "Return"), "appointment {}", "{} aboard",
        "wheelchair", "stretcher", "companions: {}", "rides alone", "Printed {}",
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ),
    "fr": Words(
        "Feuilles de route", "Tournée {}", "Service {}", "Feuille {}", "Les temps de trajet sont estimés.",
        "Aucune course.", "Pas de service ce jour.", ("Heure", "Quoi", "Passager", "Où", "Besoins"),
        _kinds("Départ", "Prendre", "Déposer", "Pause", "Retour"), "rendez-vous {}", "{} à bord",
        "fauteuil roulant", "brancard", "accompagnants : {}", "voyage seul", "Imprimé {}",
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    ),
    "de": Words(
        "Fahrbefehle", "Tour {}", "Schicht {}", "Fahrbefehl {}", "Fahrzeiten sind Schätzungen.",
        "Keine Fahrten.", "An diesem Tag keine Schichten.", ("Zeit", "Was", "Fahrgast", "Wo", "Bedarf"),
        _kinds("Abfahrt", "Abholen", "Absetzen", "Pause", "Rückkehr"), "Termin {}", "{} an Bord", "Rollstuhl",
        "Trage", "Begleitung: {}", "fährt allein", "Gedruckt {}",
        ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    ),
    "it": Words(
        "Fogli di viaggio", "Giro {}", "Turno {}", "Foglio {}", "I tempi di guida sono stime.",
        "Nessuna corsa.", "Nessun turno in questo giorno.", ("Ora", "Cosa", "Passeggero", "Dove", "Esigenze"),
        _kinds("Partenza", "Prelevare", "Lasciare", "Pausa", "Rientro"), "appuntamento {}", "{} a bordo",
        "carrozzina", "barella", "accompagnatori: {}", "viaggia da solo", "Stampato {}",
        ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
    ),
}  # fmt: skip


def day_text(words: Words, day: date) -> str:
    """Write a day with its weekday, as all four languages read it."""
    return f"{words.weekdays[day.weekday()]}, {day:%d.%m.%Y}"
