"""
Which ways a vehicle of patient transport may use, and how fast: our profile for the graph.

- Speeds are what a van with a rider in a wheelchair drives, not what the law allows: a posted limit counts
  for 80 % (OSRM's car profile takes the same), and nothing is faster than 110 km/h.
- Narrow streets, and surfaces that shake, are slower: 75 %.
- Ambulance bays and forecourts of hospitals are often tagged private, for customers or for emergencies. They
  are reachable here, but slow, so that nobody drives through them to anywhere else.
- Passing a junction costs a little, a traffic light more: the graph knows no turns. The figures are set so
  that the median time agrees with OSRM's within 2 % on three towns.
- Dwell at the door is not in it: it belongs to the trip.
"""

from collections.abc import Mapping
from typing import NamedTuple

VERSION = "patient-1"

_KM_H = {
    "motorway": 100, "motorway_link": 50, "trunk": 85, "trunk_link": 45, "primary": 62, "primary_link": 35,
    "secondary": 54, "secondary_link": 30, "tertiary": 42, "tertiary_link": 25, "unclassified": 30,
    "residential": 26, "living_street": 10, "service": 14,
}  # fmt: skip
_FASTEST_KM_H = 110
_OF_LIMIT = 0.8
_NARROW = 0.75
_NARROW_M = 2.6
_RESTRICTED = 0.4
_ROUGH = {"cobblestone", "sett", "unhewn_cobblestone", "gravel", "unpaved", "ground", "dirt", "grass"}

JUNCTION_S = 0.5
LIGHT_S = 2.0

_ACCESS = ("motorcar", "motor_vehicle", "vehicle", "access")
_CLOSED = {"no", "agricultural", "forestry", "psv", "bus", "taxi", "foot", "military"}
_RESTRICTING = {
    "private", "destination", "customers", "delivery", "permit", "residents", "emergency", "official"
}  # fmt: skip
_FOR_EMERGENCY = {"yes", "designated", "official"}

OPEN_BARRIERS = {
    "gate", "lift_gate", "swing_gate", "entrance", "toll_booth", "border_control", "cattle_grid", "kerb",
    "no", "height_restrictor", "sally_port",
}  # fmt: skip


class Drive(NamedTuple):
    """How a way is driven: metres each second, and in which directions."""

    m_s: float
    forward: bool
    backward: bool


def drive_of(tags: Mapping[str, str]) -> Drive | None:
    """Judge a way by its tags; `None`: not for us."""
    kind = tags.get("highway", "")
    factor = _access(tags)
    if kind not in _KM_H or factor is None or tags.get("area") == "yes":
        return None
    km_h = _limited(_KM_H[kind], tags) * factor * (_NARROW if _narrow(tags) else 1)
    forward, backward = _directions(tags, kind)
    return Drive(km_h / 3.6, forward, backward)


def blocks(tags: Mapping[str, str]) -> bool:
    """Tell whether a node lets no vehicle pass."""
    barrier = tags.get("barrier")
    if barrier is None or barrier in OPEN_BARRIERS or tags.get("bollard") == "rising":
        return False
    return not any(tags.get(key) in {"yes", "permissive", "designated"} for key in _ACCESS)


def _access(tags: Mapping[str, str]) -> float | None:
    if tags.get("emergency") in _FOR_EMERGENCY:
        return _RESTRICTED if tags.get("highway") == "service" else 1
    said = next((tags[key] for key in _ACCESS if key in tags), "yes")
    if said in _CLOSED:
        return None
    return _RESTRICTED if said in _RESTRICTING or tags.get("service") == "emergency_access" else 1


def _limited(usual_km_h: float, tags: Mapping[str, str]) -> float:
    limit_km_h = _km_h(tags.get("maxspeed", ""))
    km_h = usual_km_h if limit_km_h is None else _OF_LIMIT * limit_km_h
    return min(km_h, _FASTEST_KM_H)


def _km_h(text: str) -> float | None:
    figure, _, unit = text.partition(" ")
    if not figure.isdecimal() or int(figure) == 0:
        return None
    return int(figure) * (1.609 if unit == "mph" else 1)


def _narrow(tags: Mapping[str, str]) -> bool:
    width = tags.get("width", "").removesuffix("m").strip()
    measured = width.replace(".", "", 1).isdecimal() and float(width) < _NARROW_M
    return measured or tags.get("narrow") == "yes" or tags.get("surface") in _ROUGH


def _directions(tags: Mapping[str, str], kind: str) -> tuple[bool, bool]:
    said = tags.get("oneway", "")
    if said in {"-1", "reverse"}:
        return False, True
    one_way = said in {"yes", "true", "1"}
    implied = tags.get("junction") in {"roundabout", "circular"} or kind == "motorway"
    return True, not (one_way or (implied and said != "no"))
