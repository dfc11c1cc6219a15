"""The statements of the parts of a large day."""

from typing import LiteralString

# Every statement that writes for the holder of a solve compares its claim.
_HELD: LiteralString = """held AS (
    SELECT company_id, id FROM solve
    WHERE company_id = %(company)s AND id = %(solve)s AND claim = %(claim)s AND state = 'running')"""

CALL_HELPERS: LiteralString = f"""
WITH {_HELD} SELECT call_helpers(company_id, id, %(helpers)s) FROM held
"""

# Solves in the middle of a round, whose helpers may have been lost.
CALL_AGAIN: LiteralString = """
SELECT call_helpers(s.company_id, s.id, s.workers - 1) FROM solve s
WHERE s.company_id = %(company)s AND s.state = 'running'
    AND EXISTS (SELECT FROM solve_part p WHERE p.company_id = s.company_id AND p.solve_id = s.id)
"""

COUNT_HELPERS: LiteralString = "SELECT helpers_of(%(company)s, %(solve)s, %(silent_s)s)"

# The parts of the round before go; who still makes one of them finds it gone.
PUT: LiteralString = f"""
WITH {_HELD}, gone AS (
    DELETE FROM solve_part p USING held WHERE p.company_id = held.company_id AND p.solve_id = held.id
)
INSERT INTO solve_part (company_id, solve_id, ends_at, question)
SELECT held.company_id, held.id, clock_timestamp() + %(seconds)s * interval '1 s', question
FROM held, unnest(%(questions)s::bytea[]) AS question
RETURNING id
"""

CLAIM: LiteralString = """
UPDATE solve_part SET claim = claim + 1, until = clock_timestamp() + %(lease_s)s * interval '1 s', helped = %(helps)s
WHERE company_id = %(company)s AND id = (
    SELECT id FROM solve_part
    WHERE company_id = %(company)s AND solve_id = %(solve)s AND answer IS NULL
        AND (until IS NULL OR until < clock_timestamp())
        AND ends_at > clock_timestamp() + %(least_s)s * interval '1 s'
    ORDER BY id LIMIT 1)
RETURNING id, claim, extract(epoch FROM ends_at - clock_timestamp())::float8, question
"""

# Whether a helper is still wanted: its solve runs, and no other waits for a worker.
WANTED: LiteralString = """
SELECT EXISTS (SELECT FROM solve WHERE company_id = %(company)s AND id = %(solve)s AND state = 'running')
    AND NOT EXISTS (SELECT FROM solve w WHERE w.company_id = %(company)s AND w.state = 'waiting'
        AND coalesce(w.not_before, now()) <= now()
        AND NOT EXISTS (SELECT FROM solve r WHERE r.company_id = w.company_id AND r.service_on = w.service_on
            AND r.state = 'running'))
"""

HOLD: LiteralString = """
UPDATE solve_part SET until = clock_timestamp() + %(lease_s)s * interval '1 s'
WHERE company_id = %(company)s AND id = %(part)s AND claim = %(claim)s AND answer IS NULL
RETURNING id
"""

ANSWER: LiteralString = """
UPDATE solve_part SET answer = %(answer)s, until = NULL
WHERE company_id = %(company)s AND id = %(part)s AND claim = %(claim)s AND answer IS NULL
RETURNING id
"""

COLLECT: LiteralString = """
SELECT answer, helped, until >= clock_timestamp() FROM solve_part
WHERE company_id = %(company)s AND solve_id = %(solve)s ORDER BY id
"""
