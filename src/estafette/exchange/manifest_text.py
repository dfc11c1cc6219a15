"""Manifests as plain text: what is read on a terminal or printed for the cab."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from estafette.domain.manifest import Manifest, ManifestStop
from estafette.domain.plan import StopKind

_WORDS = {
    StopKind.PULL_OUT: "leave",
    StopKind.PICKUP: "pick up",
    StopKind.DROPOFF: "drop off",
    StopKind.BREAK: "break",
    StopKind.PULL_IN: "return",
}
_UNDER_THE_RIDER = 19  # columns: after the time and what is done


def manifest_text(manifest: Manifest, zone: str) -> str:
    """Write one run, a line for each stop, times on the company's clock."""

    def clock(at: datetime) -> str:
        return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")

    head = (
        f"Run {manifest.run_id}  {manifest.driver}  {manifest.vehicle}  "
        f"shift {clock(manifest.shift_from)}-{clock(manifest.shift_to)}  manifest {manifest.number}"
    )
    if not manifest.stops:
        return f"{head}\n  no trips"
    if all(stop.estimated for stop in manifest.stops[1:]):
        head += "  (driving times are estimates)"
    return "\n".join([head, *(f"  {clock(stop.at)}  {line}" for stop, line in _lines(manifest.stops))])


def _lines(stops: tuple[ManifestStop, ...]) -> Iterator[tuple[ManifestStop, str]]:
    aboard: set[str] = set()
    for stop in stops:
        # A symmetric difference: a pick-up puts the trip aboard, the drop-off takes it off.
        aboard ^= {stop.trip_ref} if stop.trip_ref else set()
        what = f"{_WORDS[stop.kind]:<8}  {stop.rider or '':<24}  {_where(stop)}{_needs(stop)}{_phone(stop)}"
        note = f"\n{'':{_UNDER_THE_RIDER}}{stop.access_note}" if stop.access_note else ""
        with_others = f"  [{len(aboard)} aboard]" if len(aboard) > 1 else ""
        yield (
            stop,
            f"{what}{with_others}{_estimated(stop, stops)}".rstrip() + note,
        )


def _estimated(stop: ManifestStop, stops: tuple[ManifestStop, ...]) -> str:
    some = not all(each.estimated for each in stops[1:])
    return "  (driving time is an estimate)" if stop.estimated and some else ""


def _where(stop: ManifestStop) -> str:
    if stop.kind is StopKind.BREAK:
        return f"{(stop.until - stop.at).seconds // 60} min"
    if stop.address.startswith(stop.place):
        return stop.address
    return f"{stop.place}, {stop.address}".rstrip(", ")


def _phone(stop: ManifestStop) -> str:
    return f"  tel. {stop.phone}" if stop.phone else ""


def _needs(stop: ManifestStop) -> str:
    if stop.kind is not StopKind.PICKUP:
        return ""
    needs = ["wheelchair"] * stop.takes.wheelchairs + ["stretcher"] * stop.takes.stretchers
    needs += [f"{stop.companions} companion{'s' if stop.companions > 1 else ''}"] if stop.companions else []
    needs += [*stop.needs, *(["rides alone"] if stop.rides_alone else [])]
    return f"  ({', '.join(needs)})" if needs else ""
