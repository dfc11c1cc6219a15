"""Companies: the tenants. Creating one is the owner's act, not the application's."""

from estafette.store.server import Server, as_owner

_FIRST_COMPANY_LOCK = 0x65737462


def create_company(server: Server, *, name: str, zone: str, language: str = "en") -> int:
    """Create a company with an empty feed and give its id."""
    with as_owner(server) as connection:
        # Row-level security binds the owner too, so the id must be known before the row is.
        row = connection.execute(
            "SELECT id, set_config('app.company', id::text, true)"
            " FROM nextval(pg_get_serial_sequence('company', 'id')) AS id"
        ).fetchone()
        assert row is not None  # a SELECT without WHERE gives a row
        connection.execute(
            "INSERT INTO company (id, name, zone, language) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s, %s)",
            [row[0], name, zone, language],
        )
        connection.execute("INSERT INTO feed (company_id) VALUES (%s)", [row[0]])
        return int(row[0])


def ensure_company(server: Server) -> None:
    """Make sure that a new database has its first company, so that the first command works."""
    with as_owner(server) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST_COMPANY_LOCK])
        row = connection.execute("SELECT last_value, is_called FROM company_id_seq").fetchone()
        if row == (1, False):
            create_company(server, name="My company", zone="Europe/Zurich")
