"""Accounts below the API: what is visible before a company is known, and what stops being good when."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from estafette.domain.account import Account, NewAccount, NewApiKey, Purpose, Way
from estafette.domain.caller import Caller
from estafette.domain.error import Conflict, Invalid, NotFound, NotSignedIn
from estafette.domain.permission import RIGHTS, Right, Role
from estafette.flow.accounts.people import invite, let_in, make_key
from estafette.flow.accounts.secret import new_token, sha256_of
from estafette.flow.accounts.sign_in import Coming, Opened, open_session, sign_in_by_link
from estafette.store.accounts.keys import list_keys, revoke_key
from estafette.store.accounts.proof import prove_key, prove_session, still_good
from estafette.store.accounts.sessions import end_session, list_sessions
from estafette.store.accounts.single_use import look_at, use
from estafette.store.accounts.users import add_user, find_secrets, list_users, lock_user
from estafette.store.database import Database, Statement
from tests.dispatched import Dispatched
from tests.store.days import a_company

ANNA = NewAccount(email="Anna@Example.org ", name="Anna", role=Role.DISPATCHER)
TABLES = (
    "account",
    "login_session",
    "api_key",
    "single_use",
    "passkey",
    "institution",
    "company",
    "trip",
    "rider",
    "driver",
)
SECRET_TABLES = ("login_session", "api_key", "single_use")


def anna(database: Database, company_id: int | None = None) -> tuple[int, Account]:
    company_id = company_id or a_company(database)
    return company_id, add_user(database, company_id, ANNA, actor="test")


def signed_in(database: Database, company_id: int, user: Account) -> Opened:
    coming = Coming(Way.PASSWORD, two_factors=False)
    return open_session(database, company_id, user.user_id, coming, agent="Browser")


def admin_of(company_id: int) -> Caller:
    return Caller(company_id=company_id, actor="test", rights=RIGHTS[Role.ADMIN])


def proven(database: Database, opened: Opened) -> Caller | None:
    return prove_session(database, sha256_of(opened.token))


def set_back(database: Database, company_id: int, table: str, by: str) -> None:
    """Make rows as old as if they had been written so long ago."""
    columns = {"login_session": "used_at, expires_at", "api_key": "expires_at", "single_use": "expires_at"}
    changes = ", ".join(f"{name} = {name} - interval '{by}'" for name in columns[table].split(", "))
    with psycopg.connect(database.server.owner) as owner:
        owner.execute("SELECT set_config('app.company', %s, true)", [str(company_id)])
        owner.execute(f"UPDATE {table} SET {changes}")


def test_an_address_is_one_account_of_a_company_whatever_its_case(database: Database) -> None:
    company_id, account = anna(database)
    assert account.email == "anna@example.org"
    with pytest.raises(Conflict, match="there is an account of anna@example.org"):
        anna(database, company_id)
    _, other = anna(database)
    assert other.user_id != account.user_id


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"role": Role.DRIVER}, "driver_id"),
        ({"driver_id": 1}, "driver_id"),
        ({"role": Role.INSTITUTION}, "institution_id"),
        ({"email": "anna"}, "email"),
        ({"name": " "}, "name"),
        ({"language": "xx"}, "language"),
    ],
)
def test_an_account_that_cannot_be_is_refused_by_name(
    database: Database, change: dict[str, object], why: str
) -> None:
    fields = {"email": "a@b.ch", "name": "Anna", "role": Role.DISPATCHER, "language": "en", **change}
    with pytest.raises(Invalid, match=why):
        add_user(database, a_company(database), NewAccount(**fields), actor="test")  # type: ignore[arg-type]


def test_a_driver_of_another_company_makes_no_account(database: Database) -> None:
    theirs = Dispatched(database)
    new = NewAccount(email="d@b.ch", name="D", role=Role.DRIVER, driver_id=theirs.driver_ids[0])
    with pytest.raises(NotFound, match="no such driver"):
        add_user(database, a_company(database), new, actor="test")


def test_no_secret_is_kept_in_clear(database: Database) -> None:
    company_id, account = anna(database)
    opened = signed_in(database, company_id, account)
    _, key = make_key(database, admin_of(company_id), NewApiKey(name="k", scopes=(Right.BOARD_READ,)))
    token = let_in(database, company_id, account.user_id, actor="test").token
    kept = "".join(
        str(database.read(company_id, f"SELECT {table}::text FROM {table}", {}))  # type: ignore[arg-type]
        for table in SECRET_TABLES
    )
    assert sha256_of(opened.token) in kept
    assert [secret for secret in (opened.token, key, token) if secret in kept] == []


def test_before_a_company_is_known_nothing_is_visible_without_a_secret_or_an_address(
    database: Database,
) -> None:
    company_id, account = anna(database)
    signed_in(database, company_id, account)
    make_key(database, admin_of(company_id), NewApiKey(name="k", scopes=(Right.BOARD_READ,)))
    let_in(database, company_id, account.user_id, actor="test")
    for given in ({}, {"token": sha256_of("wrong")}, {"login": "bert@example.org"}, {"login": "%"}):
        seen = [database.find(f"SELECT count(*) FROM {table}", {}, **given) for table in TABLES]  # type: ignore[arg-type]
        assert seen == [[(0,)]] * len(TABLES)


def test_a_secret_shows_its_own_row_its_account_and_its_company_and_nothing_else(database: Database) -> None:
    company_id, account = anna(database)
    bert = add_user(database, company_id, NewAccount(email="b@b.ch", name="B", role=Role.ADMIN), actor="test")
    opened = signed_in(database, company_id, account)
    signed_in(database, company_id, bert)
    let_in(database, company_id, bert.user_id, actor="test")
    seen = {
        table: database.find(f"SELECT count(*) FROM {table}", {}, token=sha256_of(opened.token))[0][0]  # type: ignore[arg-type]
        for table in TABLES
    }
    assert {table for table, count in seen.items() if count} == {"account", "company", "login_session"}
    assert set(seen.values()) == {0, 1}


def test_an_address_shows_its_accounts_of_all_companies_and_nothing_else(database: Database) -> None:
    one, account = anna(database)
    other, _ = anna(database)
    signed_in(database, one, account)
    assert [found.company_id for found in find_secrets(database, "ANNA@example.org")] == [one, other]
    seen = [database.find(f"SELECT count(*) FROM {table}", {}, login="anna@example.org") for table in TABLES]  # type: ignore[arg-type]
    assert seen == [[(2,)]] + [[(0,)]] * (len(TABLES) - 1)


def test_a_secret_writes_nothing_before_its_company_is_known(database: Database) -> None:
    company_id, account = anna(database)
    opened = signed_in(database, company_id, account)
    forged = "WITH x AS (UPDATE login_session SET expires_at = 'infinity' RETURNING 1) SELECT count(*) FROM x"
    assert database.find(forged, {}, token=sha256_of(opened.token)) == [(0,)]
    lifted = "WITH x AS (UPDATE account SET role = 'admin' RETURNING 1) SELECT count(*) FROM x"
    assert database.find(lifted, {}, login="anna@example.org") == [(0,)]


def test_who_names_a_secret_while_a_company_is_set_sees_that_company_alone(database: Database) -> None:
    company_id, account = anna(database)
    opened = signed_in(database, company_id, account)
    stranger = a_company(database)
    named = Statement(
        "SELECT set_config('app.token', %(token)s, true), set_config('app.login', 'anna@example.org', true)",
        {"token": sha256_of(opened.token)},
    )
    rows = database.transact(
        stranger,
        [named, *(Statement(f"SELECT count(*) FROM {table}", {}) for table in SECRET_TABLES)],  # type: ignore[arg-type]
    )
    assert rows[1:] == [[(0,)]] * 3


def test_what_was_named_is_gone_with_its_transaction(database: Database) -> None:
    with Database(database.server, size=1) as single:
        company_id, account = anna(single)
        opened = signed_in(single, company_id, account)
        assert proven(single, opened) is not None
        left = "SELECT concat(current_setting('app.token', true), current_setting('app.login', true))"
        assert single.read(company_id, left, {}) == [("",)]
        assert single.find("SELECT count(*) FROM account", {}) == [(0,)]


def test_a_session_proves_its_account_in_one_round_trip(database: Database) -> None:
    company_id, account = anna(database)
    opened = signed_in(database, company_id, account)
    proven(database, opened)
    database.count()
    caller = proven(database, opened)
    counted = database.count()
    assert caller is not None
    assert (caller.company_id, caller.user_id, caller.rights) == (
        company_id,
        account.user_id,
        RIGHTS[Role.DISPATCHER],
    )
    assert caller.actor == f"user:{account.user_id}"
    assert counted is None or (counted.statements, counted.round_trips) == (4, 1)


@pytest.mark.parametrize("by", ["12 hours 1 second", "7 days"])
def test_a_session_that_was_not_used_or_is_too_old_proves_nobody(database: Database, by: str) -> None:
    company_id, account = anna(database)
    opened = signed_in(database, company_id, account)
    set_back(database, company_id, "login_session", by)
    assert proven(database, opened) is None
    assert list_sessions(database, company_id, account.user_id, current=None) == []


def test_a_session_that_is_used_lives_on_until_its_last_day(database: Database) -> None:
    company_id, account = anna(database)
    opened = signed_in(database, company_id, account)
    for _ in range(14):
        set_back(database, company_id, "login_session", "11 hours 55 minutes")
        assert proven(database, opened) is not None
    set_back(database, company_id, "login_session", "2 hours")
    assert proven(database, opened) is None


def test_ended_sessions_and_those_of_a_locked_account_prove_nobody(database: Database) -> None:
    company_id, account = anna(database)
    one, other = (signed_in(database, company_id, account) for _ in range(2))
    caller = proven(database, one)
    assert caller is not None
    assert caller.credential is not None
    assert caller.credential.session_id is not None
    hashes = [sha256_of(opened.token) for opened in (one, other)]
    assert still_good(database, company_id, hashes) == set(hashes)
    end_session(database, company_id, account.user_id, caller.credential.session_id)
    assert proven(database, one) is None
    assert proven(database, other) is not None
    assert still_good(database, company_id, hashes) == {hashes[1]}
    lock_user(database, company_id, account.user_id, locked=True, actor="test")
    assert proven(database, other) is None
    assert still_good(database, company_id, hashes) == set()
    lock_user(database, company_id, account.user_id, locked=False, actor="test")
    assert proven(database, other) is not None


def test_nobody_ends_the_session_of_another_account_or_company(database: Database) -> None:
    company_id, account = anna(database)
    other, stranger = anna(database)
    signed_in(database, company_id, account)
    (session,) = list_sessions(database, company_id, account.user_id, current=None)
    for who, user_id in ((company_id, stranger.user_id), (other, account.user_id), (other, stranger.user_id)):
        with pytest.raises(NotFound):
            end_session(database, who, user_id, session.session_id)


def test_a_key_may_do_what_its_scopes_say_and_never_more_than_its_user_may_now(database: Database) -> None:
    company_id, account = anna(database)
    caller = Caller(company_id=company_id, actor="x", rights=RIGHTS[Role.DISPATCHER], user_id=account.user_id)
    made, secret = make_key(
        database, caller, NewApiKey(name="board", scopes=(Right.BOARD_READ, Right.PLAN_WRITE))
    )
    assert secret.startswith(made.prefix)
    found = prove_key(database, sha256_of(secret))
    assert found is not None
    assert (found.actor, found.rights) == (f"key:{made.key_id}", {Right.BOARD_READ, Right.PLAN_WRITE})
    database.transact(company_id, [Statement("UPDATE account SET role = 'read_only'", {})], actor="test")
    found = prove_key(database, sha256_of(secret))
    assert found is not None
    assert found.rights == {Right.BOARD_READ}
    lock_user(database, company_id, account.user_id, locked=True, actor="test")
    assert prove_key(database, sha256_of(secret)) is None


def test_a_key_cannot_be_made_with_rights_that_its_maker_has_not(database: Database) -> None:
    company_id, account = anna(database)
    caller = Caller(company_id=company_id, actor="x", rights=RIGHTS[Role.DISPATCHER], user_id=account.user_id)
    with pytest.raises(Invalid, match="user:write"):
        make_key(database, caller, NewApiKey(name="more", scopes=(Right.BOARD_READ, Right.USER_WRITE)))
    for nothing in (NewApiKey(name="none", scopes=()), NewApiKey(name=" ", scopes=(Right.BOARD_READ,))):
        with pytest.raises(Invalid):
            make_key(database, caller, nothing)


def test_a_key_that_is_revoked_or_expired_proves_nobody(database: Database) -> None:
    company_id = a_company(database)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    keys = [
        make_key(
            database, admin_of(company_id), NewApiKey(name="k", scopes=(Right.BOARD_READ,), expires_at=at)
        )
        for at in (None, tomorrow)
    ]
    assert all(prove_key(database, sha256_of(secret)) for _, secret in keys)
    set_back(database, company_id, "api_key", "1 day")
    revoke_key(database, company_id, keys[0][0].key_id, actor="test")
    assert [prove_key(database, sha256_of(secret)) for _, secret in keys] == [None, None]
    assert [bool(each.revoked_at) for each in list_keys(database, company_id)] == [True, False]


def test_a_token_is_good_once_and_the_next_of_its_kind_replaces_it(database: Database) -> None:
    company_id, account = anna(database)
    first = let_in(database, company_id, account.user_id, actor="test").token
    second = let_in(database, company_id, account.user_id, actor="test").token
    assert look_at(database, sha256_of(first)) is None
    named = look_at(database, sha256_of(second))
    assert named is not None
    assert (named.company_id, named.user_id, named.purpose) == (company_id, account.user_id, Purpose.SIGN_IN)
    assert use(database, named, sha256_of(second))
    assert not use(database, named, sha256_of(second))
    assert look_at(database, sha256_of(second)) is None


def test_a_token_that_is_too_old_is_good_for_nothing(database: Database) -> None:
    company_id, account = anna(database)
    token = let_in(database, company_id, account.user_id, actor="test").token
    set_back(database, company_id, "single_use", "10 minutes")
    assert look_at(database, sha256_of(token)) is None


def test_sessions_that_ended_long_ago_are_forgotten_and_no_others_can_go(database: Database) -> None:
    company_id, account = anna(database)
    signed_in(database, company_id, account)
    set_back(database, company_id, "login_session", "40 days")
    signed_in(database, company_id, account)
    count = "SELECT count(*) FROM login_session"
    assert database.read(company_id, count, {}) == [(1,)]
    database.transact(company_id, [Statement("DELETE FROM login_session", {})], actor="test")
    assert database.read(company_id, count, {}) == [(1,)]


def test_the_view_of_a_caller_is_of_one_company(database: Database) -> None:
    ours, theirs = a_company(database), a_company(database)
    bound = database.of(admin_of(ours))
    assert bound.read(ours, "SELECT id FROM company", {}) == [(ours,)]
    with pytest.raises(NotFound, match=f"there is no company {theirs}"):
        bound.read(theirs, "SELECT id FROM company", {})
    with pytest.raises(NotFound):
        list_users(bound, theirs)


def test_who_asks_is_known_to_the_transaction_and_forgotten_after_it(database: Database) -> None:
    names = ("user", "driver", "institution")
    asked = "SELECT " + ", ".join(f"current_setting('app.{name}', true)" for name in names)
    with Database(database.server, size=1) as single:
        company_id = a_company(single)
        caller = Caller(company_id=company_id, actor="user:7", rights=frozenset(), user_id=7)
        assert single.of(caller).read(company_id, asked, {}) == [("7", "", "")]  # type: ignore[arg-type]
        assert single.read(company_id, asked, {}) == [("", "", "")]  # type: ignore[arg-type]


def test_a_link_of_an_invitation_signs_nobody_in(database: Database) -> None:
    company_id = a_company(database)
    invited = invite(database, company_id, ANNA, actor="test")
    for token in (invited.token, new_token(), ""):
        with pytest.raises(NotSignedIn):
            sign_in_by_link(database, token, agent="")
    assert look_at(database, sha256_of(invited.token)) is not None
