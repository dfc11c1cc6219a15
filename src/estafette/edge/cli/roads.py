"""Commands of the roads: build, status, calibrate, places, access, leg."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from estafette.domain.place import Place
from estafette.edge.cli.options import json_option
from estafette.edge.cli.outcomes import echo_lines
from estafette.edge.cli.progress import say
from estafette.edge.cli.session import (
    DONE,
    REFUSED,
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.edge.travel import sources_here, travel_here
from estafette.flow.roads import OffRoad, calibrate_estimate, leg_between, places_off_road
from estafette.store.access import remove_access_point, set_access_point
from estafette.travel.build import build_roads
from estafette.travel.choose import estimated_travel, open_roads
from estafette.travel.data import About, RoadData

_SHOWN = 20


@click.group()
def roads() -> None:
    """
    Road travel times from OpenStreetMap, without a server.

    \b
    Example: estafette roads build geneva.osm.pbf
    """


@roads.command()
@click.argument("extract", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def build(extract: Path, as_json: bool) -> None:
    """
    Build the roads of an OpenStreetMap extract; every plan from then on uses them.

    What was in use stays in use until all is done; an interrupted build goes on where it was.

    \b
    Example: estafette roads build geneva.osm.pbf
    """
    with errors_in_one_line():
        about = build_roads(RoadData(sources_here().home), extract, say)
    if as_json:
        print_json(about)
    else:
        echo_lines(_about_lines(about))


@roads.command()
@json_option
def status(as_json: bool) -> None:
    """
    Say where travel times come from, and which roads are built; exit code 1 while there are none.

    \b
    Example: estafette roads status
    """
    sources = sources_here()
    with errors_in_one_line():
        data = RoadData(sources.home)
        about, network = data.current(), open_roads(sources)
        source = f"roads: {network.name}" if network else estimated_travel(sources).source
        kept = bool(network and network.version)
    if as_json:
        print_json({"source": source, "kept": kept, "estimated": network is None, "built": about})
    else:
        click.echo(f"travel times   {source}")
        if network and not kept:
            click.echo("  not kept: the server does not name its data (osrm-extract --data_version)")
        echo_lines(_about_lines(about) if about else ["no roads are built"])
    sys.exit(DONE if network else REFUSED)


def _about_lines(about: About) -> Iterator[str]:
    seconds = ", ".join(f"{step} {took:.1f} s" for step, took in about.seconds.items())
    of = f" of {about.data_at}" if about.data_at else ""
    yield f"built from     {about.extract}{of}, {about.extract_bytes / 1e6:.1f} MB, version {about.version}"
    yield f"  roads        {about.roads:,}, {about.kilometres:,} km"
    yield f"  bounds       lon {about.west} to {about.east}, lat {about.south} to {about.north}"
    yield f"  on disk      {about.bytes / 1e6:.1f} MB; {seconds}"
    how = "yes" if about.osrm else "no (pip install 'estafette[osrm]', Python 3.12 or newer)"
    yield f"  OSRM         {how}"


@roads.command()
@json_option
def calibrate(as_json: bool) -> None:
    """
    Fit the estimate to the roads, for when they cannot be had, and print its error before and after.

    \b
    Example: estafette roads calibrate
    """
    with errors_in_one_line():
        found = calibrate_estimate(sources_here(), say=say)
    if as_json:
        print_json({"fitted_to": found.curve.fitted_to, "before": found.before, "after": found.after})
        return
    click.echo(f"estimate against {found.curve.fitted_to}, {found.after.pairs:,} pairs it was not fitted to")
    for name, errors in (("before", found.before), ("after", found.after)):
        click.echo(f"  {name:<7} off by {errors.median:g} % at the median, {errors.p90:g} % at p90")


@roads.command()
@company_option
@json_option
def places(company_id: int, as_json: bool) -> None:
    """
    List the places that are far from every road, by name; exit code 1 if one is too far for road times.

    \b
    Example: estafette roads places
    """
    with open_database() as database, errors_in_one_line():
        found = places_off_road(database, company_id, sources_here())
    if as_json:
        print_json(found)
    else:
        echo_lines(_off_road_lines(found))
    sys.exit(REFUSED if any(place.estimated for place in found) else DONE)


def _off_road_lines(found: list[OffRoad]) -> Iterator[str]:
    for place in found:
        but = "; its times are estimates" if place.estimated else ""
        yield f"place {place.place_id} ({place.name}) is {place.off_m:,} m from the nearest road{but}"
    if found:
        yield "correct the position, or say where vehicles stop: estafette roads access PLACE --lon X --lat Y"
    else:
        yield "every place is at a road"


@roads.command()
@click.argument("place_id", metavar="PLACE", type=int)
@click.option("--lon", type=click.FloatRange(-180, 180), help="Where vehicles stop.")
@click.option("--lat", type=click.FloatRange(-90, 90), help="Where vehicles stop.")
@click.option("--remove", is_flag=True, help="Let them stop where the place is on the map.")
@company_option
def access(place_id: int, lon: float | None, lat: float | None, remove: bool, company_id: int) -> None:
    """
    Say where vehicles stop for a place: its ambulance entrance, its gate.

    \b
    Example: estafette roads access 17 --lon 6.1489 --lat 46.1937
    """
    if remove == (lon is not None and lat is not None):
        message = "Give --lon and --lat, or --remove."
        raise click.UsageError(message)
    with open_database() as database, errors_in_one_line():
        if lon is None or lat is None:
            remove_access_point(database, company_id, place_id, actor=actor_name())
        else:
            door = Place(place_id=place_id, name="", lon=lon, lat=lat)
            set_access_point(database, company_id, door, actor=actor_name())
    click.echo(f"place {place_id}: vehicles stop {'at the place itself' if remove else f'at {lon}, {lat}'}")


@roads.command()
@click.argument("origin_id", metavar="FROM", type=int)
@click.argument("destination_id", metavar="TO", type=int)
@company_option
@json_option
def leg(origin_id: int, destination_id: int, company_id: int, as_json: bool) -> None:
    """
    Show the way from place to place: time, distance, its line for a map, links for the driver's phone.

    \b
    Example: estafette roads leg 17 23 --json
    """
    with open_database() as database, errors_in_one_line():
        travel = travel_here(database, company_id)
        found = leg_between(database, company_id, travel, origin_id, destination_id)
    if as_json:
        print_json(found)
        return
    label = " (estimate)" if found.estimated else ""
    click.echo(f"{found.duration_s / 60:.1f} min, {found.distance_m / 1000:.1f} km at free flow{label}")
    click.echo(f"  line    {found.polyline}")
    for name in ("geo", "google", "apple", "waze"):
        click.echo(f"  {name:<7} {getattr(found.links, name)}")
