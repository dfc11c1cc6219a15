"""OSRM's own tools, which turn an extract into its road network; they come with its package."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from estafette.domain.error import Invalid

NETWORK = "roads.osrm"
PROFILE = Path(__file__).parent / "patient.lua"


def osrm_folder() -> Path | None:
    """Give where OSRM is installed; `None`: it is not."""
    found = importlib.util.find_spec("osrm")
    return Path(found.origin).parent if found and found.origin else None


def extract_roads(osrm: Path, extract: Path, folder: Path, say: Callable[[str], None]) -> None:
    """Read an extract by our profile; raises `Invalid` with what the tool says."""
    if ".osm" in str(folder):
        message = f"{folder}: OSRM cuts a path at the first '.osm' in it; choose another ESTAFETTE_HOME"
        raise Invalid(message)
    say("OSRM reads the roads")
    arguments = ("-p", PROFILE, "-o", folder / NETWORK, extract)
    _run(osrm, "extract", arguments, folder / "extract.log", subject=extract)


def contract_roads(osrm: Path, folder: Path, say: Callable[[str], None]) -> None:
    """Build the contraction hierarchies; raises `Invalid` with what the tool says."""
    say("OSRM contracts the roads")
    _run(osrm, "contract", (folder / NETWORK,), folder / "contract.log", subject=folder)


def _run(osrm: Path, tool: str, arguments: tuple[str | Path, ...], log: Path, *, subject: Path) -> None:
    # Our profile asks for OSRM's car profile, which lies in its package.
    environment = {**os.environ, "LUA_PATH": f"{osrm / 'share' / 'profiles'}/?.lua;;"}
    command = [sys.executable, "-m", "osrm", tool, *map(str, arguments)]
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(  # noqa: S603 - our own arguments
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        message = f"{subject}: osrm-{tool} failed: {_last_line(log)}"
        raise Invalid(message)


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    said = [line.split("] ")[-1] for line in lines if "error" in line.lower()] or [*filter(None, lines)]
    return said[-1].strip() if said else "it says nothing"
