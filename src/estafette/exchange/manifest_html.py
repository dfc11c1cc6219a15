"""Manifests as a page to print: one run on each sheet, in a company's language, on its clock."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from html import escape
from typing import NamedTuple
from zoneinfo import ZoneInfo

from estafette.domain.booking import Anchor, TripStatus
from estafette.domain.manifest import Manifest, ManifestStop
from estafette.domain.plan import StopKind
from estafette.exchange.manifest_words import WORDS, Words, day_text

_GONE = (TripStatus.CANCELLED, TripStatus.NO_SHOW, TripStatus.MISSED, TripStatus.DENIED)


class Sheet(NamedTuple):
    """What stands on every sheet: whose it is, of which day, in which language and zone, printed when."""

    company: str
    service_on: date
    language: str
    zone: str
    printed_at: datetime
    style: str

    @property
    def words(self) -> Words:
        """Give the words of its language; English where it has none."""
        return WORDS.get(self.language, WORDS["en"])

    def clock(self, at: datetime) -> str:
        """Write a time on the company's clock."""
        return at.astimezone(ZoneInfo(self.zone)).strftime("%H:%M")


def manifests_html(manifests: Sequence[Manifest], sheet: Sheet) -> str:
    """Write the runs as one page; `sheet.style` is the address of its style sheet."""
    words = sheet.words
    title = f"{words.title} {sheet.service_on:%d.%m.%Y}"
    runs = "".join(_run(manifest, sheet) for manifest in manifests) or f"<p>{escape(words.no_run)}</p>"
    return (
        f'<!doctype html><html lang="{escape(sheet.language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f'<link rel="stylesheet" href="{escape(sheet.style)}"></head><body>{runs}</body></html>'
    )


def _run(manifest: Manifest, sheet: Sheet) -> str:
    words = sheet.words
    shift = f"{sheet.clock(manifest.shift_from)}–{sheet.clock(manifest.shift_to)}"
    printed = sheet.printed_at.astimezone(ZoneInfo(sheet.zone)).strftime("%d.%m.%Y %H:%M")
    facts = (
        sheet.company, day_text(words, sheet.service_on), words.shift.format(shift),
        words.run.format(manifest.run_id), words.manifest.format(manifest.number),
    )  # fmt: skip
    return (
        f'<section class="run"><header><h1>{escape(manifest.driver)} · {escape(manifest.vehicle)}</h1>'
        f"<p>{escape(' · '.join(facts))}</p></header>{_stops(manifest, sheet)}"
        f"<footer>{escape(words.printed.format(printed))}</footer></section>"
    )


def _stops(manifest: Manifest, sheet: Sheet) -> str:
    words = sheet.words
    if not manifest.stops:
        return f"<p>{escape(words.nothing)}</p>"
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in words.head)
    note = ""
    if any(stop.estimated for stop in manifest.stops):
        note = f"<p>≈ {escape(words.estimates)}</p>"
    rows = "".join(_rows(manifest.stops, sheet))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}"


def _rows(stops: Sequence[ManifestStop], sheet: Sheet) -> Iterator[str]:
    aboard = set[str]()
    for stop in stops:
        aboard ^= {stop.trip_ref} if stop.trip_ref else set()
        gone = ' class="gone"' if stop.status in _GONE else ""
        cells = (_when(stop, sheet), sheet.words.kinds[stop.kind], _who(stop, sheet.words, len(aboard)))
        named = () if stop.address.startswith(stop.place) else (stop.place,)
        places = "<br>".join(map(escape, filter(None, (*named, stop.address))))
        inner = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        yield f"<tr{gone}>{inner}<td>{places}</td><td>{escape(_needs(stop, sheet))}</td></tr>"


def _when(stop: ManifestStop, sheet: Sheet) -> str:
    about = "≈ " if stop.estimated else ""
    until = f"–{sheet.clock(stop.until)}" if stop.kind is StopKind.BREAK else ""
    return f"{about}{sheet.clock(stop.at)}{until}"


def _who(stop: ManifestStop, words: Words, aboard: int) -> str:
    return f"{stop.rider} ({words.aboard.format(aboard)})" if stop.rider and aboard > 1 else stop.rider


def _needs(stop: ManifestStop, sheet: Sheet) -> str:
    """Say at the pick-up what the rider needs, and where the promise is a time, that time."""
    words, said = sheet.words, list[str]()
    if stop.kind is StopKind.DROPOFF and stop.anchor is Anchor.ARRIVE_BY and stop.requested_at:
        said.append(words.appointment.format(sheet.clock(stop.requested_at)))
    if stop.kind is StopKind.PICKUP:
        said += [words.wheelchair] * stop.takes.wheelchairs + [words.stretcher] * stop.takes.stretchers
        said += [words.companions.format(stop.companions)] if stop.companions else []
        said += [*stop.needs, *([words.alone] if stop.rides_alone else [])]
    return ", ".join(said)
