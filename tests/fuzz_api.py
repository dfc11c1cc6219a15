"""
The API under Schemathesis: requests made from its OpenAPI document, right and wrong, and from its own answers.

`python -m tests.fuzz_api --requests 100000` is the long form. Every answer must be one that the document names, in
the shape that it says, and none may be a 5xx; requests that break the document must be refused.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from litestar import Litestar

from estafette.domain.booking import Lock
from estafette.domain.imported import FileKind
from estafette.edge.logs import configure_logs
from estafette.edge.web.app import routed, serving
from estafette.edge.web.limits import Rate, Rates
from estafette.edge.web.live import Rhythm
from estafette.planning.warm import compile_kernels
from estafette.settings import Settings
from estafette.store.database import Database
from estafette.store.migrate import migrate
from estafette.store.server import address
from tests.all import in_memory
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import key_of, running

DOCUMENT = Path(__file__).parents[1] / "docs" / "api" / "openapi.json"
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "missing_required_header", "ignored_auth",
)  # fmt: skip
_ENDLESS = Rate(burst=1_000_000, per_s=1_000_000)
_RATES = Rates(address=_ENDLESS, caller=_ENDLESS, wrong=_ENDLESS)
# Streams end at once, so that they are asked for like everything else.
_RHYTHM = Rhythm(heartbeat_s=0.05, stream_s=0.05)


class Asked(NamedTuple):
    """What a run came to: requests by status of their answer, and whether nothing was found."""

    statuses: Counter[int]
    clean: bool
    seconds: float

    def __str__(self) -> str:
        total = self.statuses.total()
        each = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        return f"{total} requests in {self.seconds:.0f} s ({total / self.seconds:.0f}/s): {each}"


def furnished(database: Database) -> Dispatched:
    """Make a company that has something of everything, so that ids lead somewhere."""
    company = Dispatched(database)
    company.roster()
    company.assign(company.run_ids[0], company.book(3))
    company.book(2, will_call=True)
    company.plan_on_estimates(company.run_ids[1], company.book(2))
    company.amend(company.trip_ids[0], DAY, company.place_ids[2], Lock.DRIVER)
    return company


@contextmanager
def counted(company: Dispatched) -> Iterator[tuple[str, Counter[int]]]:
    """Serve a company on a real socket, counting the answers by their status."""
    statuses: Counter[int] = Counter()
    app = serving(routed(), company.database, service_on=DAY, rhythm=_RHYTHM, rates=_RATES)
    _count(app, statuses)
    with running(app) as where:
        yield where, statuses


def _count(app: Litestar, statuses: Counter[int]) -> None:
    inner: Any = app.asgi_handler

    async def counting(scope: Any, receive: Any, send: Any) -> None:
        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses[message["status"]] += 1
            await send(message)

        await inner(scope, receive, sent)

    app.asgi_handler = counting  # type: ignore[assignment]


# What would keep requests from getting anywhere, or is not said in a schema; each has tests of its own: an
# answer with `fields` has these alone; a key that is used twice is refused (422), as is an ETag nobody gave (412).
_LEFT_OUT = ("fields", "Idempotency-Key")
# What would end the very key or account that asks, or sign everybody out.
_ENDS = {
    "post_sign_out", "delete_account_sessions", "delete_account_sessions_session_id", "post_account_password",
    "post_users_user_id_lock", "post_users_user_id_sign_out", "delete_keys_key_id",
}  # fmt: skip
_ANY_VERSION = {"type": "string", "enum": ["*"]}
# What the guard before every route and RFC 6585 answer where a header is missing.
_CONFIG = """[checks.missing_required_header]
expected-statuses = ["400", "401", "403", "428"]
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "409", "412", "413", "428", "429"]
"""


def document() -> dict[str, Any]:
    """Give the document with which requests get somewhere."""
    found: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    for name in (
        f"{kind.title()}File" for kind in FileKind
    ):  # a record that is wrong is refused by itself, in an answer of 200
        for records in found["components"]["schemas"][name]["properties"].values():
            records["items"] = {"anyOf": [records["items"], {}]}
    for operations in found["paths"].values():
        for method in [each for each, operation in operations.items() if operation["operationId"] in _ENDS]:
            del operations[method]
        for operation in operations.values():
            for answer in operation["responses"].values():
                for name in _ENDS & set(answer.get("links", ())):
                    del answer["links"][name]
            given = [each for each in operation["parameters"] if each["name"] not in _LEFT_OUT]
            operation["parameters"] = [
                {**each, "schema": _ANY_VERSION} if each["name"] == "If-Match" else each for each in given
            ]
    return found


def fuzz(company: Dispatched, *options: str) -> Asked:
    """Run Schemathesis once against a company's API; what it finds is printed."""
    compile_kernels(lambda _: None)  # who asks first shall not wait for the compiler
    program = Path(sys.executable).parent / "schemathesis"
    began = time.monotonic()
    with counted(company) as (where, statuses), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "openapi.json"
        path.write_text(json.dumps(document()))
        config = Path(folder) / "schemathesis.toml"
        config.write_text(_CONFIG)
        command = [
            program, "--config-file", config, "run", path, "--url", where, "--header", f"Authorization: Bearer {key_of(company)}",
            "--checks", ",".join(CHECKS), "--no-color", "--warnings", "off", "--generation-database", "none",
            "--suppress-health-check", "all", "--request-timeout", "60", *options,
        ]  # fmt: skip
        done = subprocess.run(command, cwd=folder, check=False)
    clean = done.returncode == 0 and not any(status >= 500 for status in statuses)
    return Asked(statuses, clean, time.monotonic() - began)


def main() -> int:
    """Ask until so many requests were answered; give the exit code. Other options are for Schemathesis."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--requests", type=int, default=100_000, help="how many at least  [default: %(default)s]"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the first round  [default: %(default)s]")
    asked, options = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="estafette-fuzz-", dir=in_memory()) as folder:
        os.environ["ESTAFETTE_HOME"] = folder
        configure_logs(Settings())  # what fails is told with its route
        server = address(Path(folder), database_url=None, database="fuzz")
        migrate(server)
        with Database(server) as database:
            return _rounds(database, asked.requests, asked.seed, options)


def _rounds(database: Database, requests: int, seed: int, options: Sequence[str]) -> int:
    done, clean = 0, True
    while done < requests:
        found = fuzz(furnished(database), "--seed", str(seed), *options)
        done, clean = done + found.statuses.total(), clean and found.clean
        sys.stdout.write(f"== seed {seed}: {found}; {done} so far; {'clean' if found.clean else 'FOUND'}\n")
        sys.stdout.flush()
        seed += 1
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
