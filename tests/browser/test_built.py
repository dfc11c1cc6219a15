"""What ships is what the sources build: told without Node by a list of digests, and with Node by building again."""

import gzip
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "console"
SHIPPED = ROOT / "src" / "estafette" / "edge" / "console" / "built"
LIST = SOURCES / "built.sha256"
NOT_SOURCES = ("node_modules", LIST.name)


def digests() -> dict[str, str]:
    found = [path for path in SOURCES.rglob("*") if path.relative_to(SOURCES).parts[0] not in NOT_SOURCES]
    files = [path for path in (*found, *SHIPPED.rglob("*")) if path.is_file()]
    return {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def listed() -> dict[str, str]:
    lines = (line.split("  ", 1) for line in LIST.read_text(encoding="utf-8").splitlines())
    return {name: digest for digest, name in lines}


def test_every_source_and_every_shipped_file_is_the_one_of_the_last_build() -> None:
    now, then = digests(), listed()
    changed = sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))
    assert changed == [], "build the pages again: make console"


def test_the_pages_ship() -> None:
    assert {"board.html", "board.js", "board.css", "licences.md"} <= {path.name for path in SHIPPED.iterdir()}


@pytest.mark.parametrize("page", ["driver", "institution", "account"])
def test_a_plain_page_is_small_and_shares_no_file(page: str) -> None:
    html = (SHIPPED / f"{page}.html").read_text(encoding="utf-8")
    assert re.findall(r'(?:src|href)="\./([\w-]+\.js)"', html) == [f"{page}.js"]
    content = (SHIPPED / f"{page}.js").read_bytes()
    assert len(gzip.compress(content)) <= 25_000
    assert re.search(rb'^import[ {"]', content) is None


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in (SOURCES / "package-lock.json").read_text(encoding="utf-8")


def test_a_new_build_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node on PATH, so the pages cannot be built again")
    if not (SOURCES / "node_modules" / "vite").is_dir():
        pytest.skip(
            "console/node_modules is not there (npm ci in console/), so the pages cannot be built again"
        )
    built = tmp_path / "with a space"
    subprocess.run([node, "build.mjs", str(built)], cwd=SOURCES, check=True, timeout=120)
    shipped = {path.name: path.read_bytes() for path in SHIPPED.iterdir()}
    assert {path.name: path.read_bytes() for path in built.iterdir()} == shipped
