"""What `audit` proves of the guards: constraints, triggers, row-level security, and settings in force."""

from typing import LiteralString

from estafette.store.audit_rules import Rule

_CONSTRAINTS: LiteralString = """
WITH expected (name) AS (VALUES ('stops_of_a_driver_never_overlap'), ('runs_of_a_driver_never_overlap'),
    ('runs_of_a_vehicle_never_overlap'), ('shifts_of_a_driver_never_overlap'), ('shifts_of_a_vehicle_never_overlap')),
own AS (SELECT * FROM pg_constraint WHERE connamespace = current_schema()::regnamespace)
SELECT 'exclusion constraint ' || name || ' is missing'
FROM expected LEFT JOIN own ON conname = name AND contype = 'x' WHERE conname IS NULL
UNION ALL
SELECT 'constraint ' || conname || ' of ' || conrelid::regclass || ' is not validated' FROM own WHERE NOT convalidated
UNION ALL
SELECT 'index ' || i.indexrelid::regclass || ' is not valid'
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = current_schema()::regnamespace AND NOT (i.indisvalid AND i.indisready)
UNION ALL
SELECT 'table ' || c.relname || ' has no primary key'
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id'
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
    AND NOT EXISTS (SELECT FROM own WHERE conrelid = c.oid AND contype = 'p')
"""

_TRIGGERS: LiteralString = """
WITH expected (name) AS (VALUES ('trip_begins'), ('trip_moves'), ('assignments_fit_inserted'), ('assignments_fit_updated'),
    ('assigned_trips_stay'), ('assigned_runs_stay'), ('kept_by_holder'), ('applied_by_holder'), ('enter_lock'),
    ('enter_resent'), ('ledger_is_not_changed'), ('ledger_is_not_emptied'), ('ledger_goes_in_stretches')),
entered (of_table, name) AS (
    SELECT of_table, name FROM unnest(ARRAY['company', 'place', 'access_point', 'driver', 'vehicle', 'shift', 'rider',
        'booking', 'trip', 'webhook', 'rider_note', 'institution', 'account', 'api_key', 'passkey', 'standing_order',
        'login_session', 'single_use', 'enquiry']) AS of_table, unnest(ARRAY['enter_inserted', 'enter_updated', 'enter_deleted']) AS name
    UNION ALL VALUES ('applied', 'enter_inserted'), ('plan', 'enter_inserted'), ('solve', 'enter_inserted'),
        ('solve', 'enter_updated'), ('event', 'enter_deleted')
),
own AS (
    SELECT t.* FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = current_schema()::regnamespace
)
SELECT 'trigger ' || name || ' is missing' FROM expected LEFT JOIN own ON tgname = name WHERE tgname IS NULL
UNION ALL
SELECT 'trigger ' || name || ' of ' || of_table || ' is missing'
FROM entered LEFT JOIN own ON tgname = name AND tgrelid = to_regclass(of_table) WHERE tgname IS NULL
UNION ALL
SELECT 'trigger ' || tgname || ' of ' || tgrelid::regclass || ' is off' FROM own WHERE tgenabled NOT IN ('O', 'A')
"""

_ROW_SECURITY: LiteralString = """
WITH own AS (
    SELECT c.oid, c.relname, c.relkind, c.relrowsecurity AND c.relforcerowsecurity AS forced, c.reloptions
    FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
),
of_company AS (
    SELECT * FROM own WHERE relkind = 'r'
        AND (relname = 'company' OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = oid AND attname = 'company_id'))
)
SELECT 'table ' || relname || ' is not bound by row-level security, owner included' FROM of_company WHERE NOT forced
UNION ALL
SELECT 'table ' || relname || ' has no policy for all commands' FROM of_company
WHERE NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = of_company.oid AND polcmd = '*' AND polpermissive)
UNION ALL
SELECT 'policy ' || polname || ' of ' || relname || ' does not ask for the company'
FROM of_company JOIN pg_policy ON polrelid = of_company.oid
WHERE polpermissive AND strpos(coalesce(pg_get_expr(polqual, polrelid), ''), 'app.company') = 0
UNION ALL
SELECT 'view ' || relname || ' reads with the rights of its owner' FROM own
WHERE relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
"""

_ROLE: LiteralString = """
SELECT 'role ' || rolname || ' is a superuser or passes row-level security by' FROM pg_roles
WHERE rolname = current_user AND (rolsuper OR rolbypassrls)
UNION ALL
SELECT 'role ' || current_user || ' owns ' || c.relname FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v', 'S')
    AND pg_get_userbyid(c.relowner) = current_user
UNION ALL
SELECT 'role ' || current_user || ' sees companies without naming one' WHERE EXISTS (SELECT FROM company)
"""

# Drivers and institutions take these roles on. What they may read of is bound row by row, but for what names nobody:
# the company, its counters and hashes, on which plan a run stands, and the table of legal moves.
_NARROW: LiteralString = """
WITH narrow (name) AS (VALUES ('estafette_driver'), ('estafette_institution')),
known AS (SELECT n.name, r.* FROM narrow n JOIN pg_roles r ON r.rolname = n.name),
own AS (SELECT * FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v'))
SELECT 'role ' || name || ' is missing' FROM narrow WHERE name NOT IN (SELECT name FROM known)
UNION ALL
SELECT 'role ' || name || ' signs in, inherits, makes roles or passes row-level security by' FROM known
WHERE rolsuper OR rolbypassrls OR rolcanlogin OR rolinherit OR rolcreaterole OR rolcreatedb
UNION ALL
SELECT 'role ' || k.name || ' is a member of ' || pg_get_userbyid(m.roleid)
FROM known k JOIN pg_auth_members m ON m.member = k.oid
UNION ALL
SELECT 'role ' || k.name || ' owns ' || o.relname FROM known k JOIN own o ON o.relowner = k.oid
UNION ALL
SELECT 'role ' || k.name || ' sees every row of ' || o.relname FROM known k CROSS JOIN own o
WHERE has_any_column_privilege(k.oid, o.oid, 'SELECT')
    AND o.relname NOT IN ('company', 'feed', 'ledger', 'applied', 'plan', 'trip_transition')
    AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = o.oid AND NOT p.polpermissive AND k.oid = ANY (p.polroles))
UNION ALL
SELECT 'role ' || k.name || ' may empty ' || o.relname FROM known k CROSS JOIN own o
WHERE has_table_privilege(k.oid, o.oid, 'TRUNCATE')
UNION ALL
SELECT 'role estafette_app has what ' || k.name || ' has without taking it on' FROM known k JOIN pg_roles a
    ON a.rolname = 'estafette_app' WHERE a.rolinherit
UNION ALL
SELECT 'role estafette_app cannot take ' || k.name || ' on' FROM known k JOIN pg_roles a ON a.rolname = 'estafette_app'
WHERE NOT pg_has_role(a.oid, k.oid, 'MEMBER')
"""

_SETTINGS: LiteralString = """
SELECT 'setting ' || name || ' is ' || setting FROM pg_settings
WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'
    OR name = 'session_replication_role' AND setting <> 'origin'
    OR name = 'statement_timeout' AND setting = '0'
    OR name = 'lock_timeout' AND setting = '0'
"""

GUARDS: tuple[Rule, ...] = (
    Rule("constraints", "the constraints exist and are validated", _CONSTRAINTS),
    Rule("triggers", "the triggers exist and are on", _TRIGGERS),
    Rule(
        "row_security",
        "every table of a company is bound by row-level security, owner included",
        _ROW_SECURITY,
    ),
    Rule("roles", "drivers and institutions have roles that see their own rows alone", _NARROW),
)

AS_APPLICATION: tuple[Rule, ...] = (
    Rule("role", "the application's role passes nothing by and owns nothing", _ROLE),
    Rule("settings", "what was committed is on disk, and nothing waits for ever", _SETTINGS),
)
