"""
The matrix of permissions, generated: every route, every role, own and other companies.

And that it has teeth: each guard is removed in turn, and the matrix must find it.
"""

import base64
from typing import Any

import msgspec
import pytest
from litestar import Litestar, get

from estafette.domain.account import Credential
from estafette.domain.caller import Caller
from estafette.domain.permission import RIGHTS, Right, Role
from estafette.edge.web import guard
from estafette.edge.web.app import routed, serving
from estafette.edge.web.guard import refuse_open_routes
from estafette.planning.warm import compile_kernels
from estafette.store.accounts import proof
from estafette.store.database import Database
from tests.dispatched import DAY
from tests.edge.firm import CANARY, Firm
from tests.edge.permissions import PUBLIC, faults, routes_of
from tests.edge.web_client import running

Firms = tuple[Firm, Firm]


@pytest.fixture(autouse=True)
def key_of_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESTAFETTE_NOTES_KEYS", f"k1:{base64.b64encode(bytes(32)).decode()}")


@pytest.fixture(autouse=True, scope="module")
def kernels() -> None:
    """Compile what the routes call: on a busy machine that takes longer than a request may (503)."""
    compile_kernels(lambda _: None)


@pytest.fixture
def firms(database: Database) -> Firms:
    return Firm(database, "Ours"), Firm(database, CANARY)


@pytest.fixture
def app(database: Database) -> Litestar:
    return serving(routed(), database, service_on=DAY)


def test_every_route_names_a_right_or_is_one_of_those_for_everybody(app: Litestar) -> None:
    routes = routes_of(app)
    assert {(route.method, route.path) for route in routes if route.public} == PUBLIC
    assert [route for route in routes if not route.rights and not route.public] == []


def test_an_application_with_an_open_route_is_not_made() -> None:
    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> None: ...

    with pytest.raises(TypeError, match="forgotten"):
        refuse_open_routes([forgotten])


def test_every_right_is_somebodys_and_no_role_but_that_of_drivers_has_a_run() -> None:
    assert set().union(*RIGHTS.values()) == set(Right)
    assert [role for role in Role if Right.RUN_OWN in RIGHTS[role]] == [Role.DRIVER]


def test_every_answer_is_as_the_table_of_permissions_says(app: Litestar, firms: Firms) -> None:
    with running(app) as address:
        found = faults(address, routes_of(app), *firms)
    assert found == [], "\n".join(found)


def _no_rights(patch: pytest.MonkeyPatch) -> None:
    everything = frozenset(Right)
    patch.setattr(guard, "rights_of", lambda _: everything)


def _everybody_admin(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(proof, "RIGHTS", dict.fromkeys(Role, frozenset(Right)))
    patch.setattr(proof, "_known", lambda _: frozenset(Right))


def _no_proof(patch: pytest.MonkeyPatch) -> None:
    async def anybody(*_: Any) -> Caller:
        credential = Credential(token_sha256="x")
        return Caller(company_id=1, actor="x", rights=frozenset(Right), credential=credential)

    patch.setattr(guard.Guard, "_prove", anybody)


def _another_company(patch: pytest.MonkeyPatch) -> None:
    def elsewhere(database: Database, token_sha256: str) -> Caller | None:
        found = proof.prove_key(database, token_sha256)
        return found and msgspec.structs.replace(found, company_id=found.company_id + 1)

    patch.setattr(guard, "prove_key", elsewhere)


# Of the routes, these are asked without a guard: it must be missed on so few.
EVERY = 20
MUTANTS = {
    "the right of a route is not looked at": _no_rights,
    "everybody has the rights of an administrator": _everybody_admin,
    "whoever asks is let in": _no_proof,
    "the company is somebody else's": _another_company,
}


@pytest.mark.parametrize("name", MUTANTS)
def test_the_matrix_finds_a_guard_that_is_gone(
    name: str, app: Litestar, firms: Firms, monkeypatch: pytest.MonkeyPatch
) -> None:
    MUTANTS[name](monkeypatch)
    with running(app) as address:
        assert faults(address, routes_of(app)[::EVERY], *firms) != []
