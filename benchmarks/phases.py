"""
Where the time of one apply goes: encode, send, execute, commit, decode; who computes; what is logged.

    ./dev run python -m benchmarks.phases [--sizes 100,1000,10000] [--runs 9]

  encode    plan to columns, fingerprint                                  client
  send      the parameters to the server, read there, nothing done with them
  execute   the one statement, less `send`                                server
  commit    the deferred constraints and the flush of the log             server
  decode    the answer to a report                                        client
The phases are timed one by one, so their sum has round trips that an apply has not. CPU is of a whole
apply, read from the scheduler (Linux). WAL is what EXPLAIN (ANALYZE, WAL) of the statement attributes to
each table, in bytes per trip; it is rolled back.
"""

import statistics
import sys
import time
from collections import defaultdict
from typing import Any

import psycopg
from tests.store.days import DAY

from benchmarks.machine import spread
from benchmarks.workbench import Work, Workbench, for_each_size, timed
from estafette.store.apply import Order, answer_of, apply_plan, frames_of, statement_of, targets_of
from estafette.store.arrays import register_arrays
from estafette.store.database import Statement
from estafette.store.server import Server

PHASES = ("encode", "send", "execute", "commit", "decode")
_SCOPE = """
SELECT set_config('app.company', %s::text, true),
    set_config('plan_cache_mode', CASE WHEN %s THEN 'force_generic_plan' ELSE 'auto' END, true)
"""
_FOLLOW = "SELECT FROM feed WHERE company_id = %s FOR NO KEY UPDATE"
# Reads every parameter that has the size of the plan, and does nothing with them.
_READ = """
SELECT cardinality(%(trip_ids)s::bigint[]) + cardinality(%(run_ids)s::bigint[])
    + cardinality(%(pickup_at)s::timestamptz[]) + cardinality(%(pickup_until)s::timestamptz[])
    + cardinality(%(dropoff_at)s::timestamptz[]) + cardinality(%(dropoff_until)s::timestamptz[])
    + length(%(frames)s::text)
"""


def main() -> None:
    """Print a block for each size."""
    for_each_size(__doc__, report, sizes="100,1000,10000")


def report(server: Server, size: int, runs: int) -> None:
    """Measure one size and print it."""
    runs = max(3, runs // (1 + size // 20_000))
    times: dict[str, list[float]] = defaultdict(list)
    with (
        Workbench(server, server, size=size) as workbench,
        psycopg.connect(server.app, autocommit=True) as taken,
    ):
        register_arrays(taken)
        for turn in range(-2, runs):
            if turn == 0:
                workbench.analyze()
            phases = phase_by_phase(taken, workbench.new_day())
            cpu = cpu_of_both(workbench, workbench.new_day())
            if turn >= 0:
                for name, took in {**phases, **cpu}.items():
                    times[name].append(took)
        logged = wal_by_table(taken, workbench.new_day())
    print(f"\n{size} assignments, {runs} runs; milliseconds: median (minimum-maximum)")
    for name in PHASES:
        print(f"  {name:12}{spread(times[name]):>26}")
    if sys.platform == "linux":
        client, ours = (statistics.median(times[name]) for name in ("client CPU", "server CPU"))
        print(
            f"  CPU of an apply: client {client:.1f}, server {ours:.1f}: {client / ours:.2f} of the server's"
        )
    parts = ", ".join(f"{table} {total / size:.0f}" for table, total in sorted(logged.items()))
    print(f"  WAL, bytes per trip: {parts}; in all {sum(logged.values()) / size:.0f}", flush=True)


def phase_by_phase(connection: psycopg.Connection[Any], work: Work) -> dict[str, float]:
    """Apply one plan, every phase by itself, in milliseconds."""
    order = order_of(work)
    kept: dict[str, Any] = {}

    def encoding() -> None:
        kept["targets"] = targets_of(work.plan)
        kept["statement"] = statement_of(order, kept["targets"], frames_of(work.plan))

    encode = timed(encoding)
    statement: Statement = kept["statement"]

    def run(sql: str) -> Any:
        return connection.execute(
            sql, statement.parameters, prepare=statement.keep_plan, binary=True
        ).fetchall()

    connection.execute("BEGIN")
    connection.execute(_SCOPE, [order.company_id, statement.keep_plan])
    connection.execute(_FOLLOW, [order.company_id])
    send = timed(lambda: run(_READ))
    execute = timed(lambda: kept.update(rows=run(statement.sql)))
    commit = timed(lambda: connection.execute("COMMIT"))
    decode = timed(lambda: answer_of(order, kept["targets"], statement, kept["rows"]))
    return dict(zip(PHASES, (encode, send, execute - send, commit, decode), strict=True))


def cpu_of_both(workbench: Workbench, work: Work) -> dict[str, float]:
    """Give the milliseconds of processor time that one apply takes here and in the server."""
    if sys.platform != "linux":
        return {}
    before, began = workbench.server_cpu_ms(), time.process_time()
    apply_plan(workbench.database, work.plan, key="plan", actor="bench")
    return {
        "client CPU": (time.process_time() - began) * 1000,
        "server CPU": workbench.server_cpu_ms() - before,
    }


def wal_by_table(connection: psycopg.Connection[Any], work: Work) -> dict[str, int]:
    """Give the bytes of log that the statement writes for each table; nothing stays."""
    order = order_of(work)
    statement = statement_of(order, targets_of(work.plan), frames_of(work.plan))
    with connection.transaction(force_rollback=True):
        connection.execute(_SCOPE, [order.company_id, False])
        explain = f"EXPLAIN (ANALYZE, WAL, FORMAT JSON) {statement.sql}"
        ((explained,),) = connection.execute(explain, statement.parameters).fetchall()
    found: dict[str, int] = defaultdict(int)
    waiting = [explained[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        if node["Node Type"] == "ModifyTable":
            found[node["Relation Name"]] += node["WAL Bytes"]
    return found


def order_of(work: Work) -> Order:
    """Say who applies what."""
    return Order(
        key="plan",
        actor="bench",
        company_id=work.day.company_id,
        service_on=DAY,
        board_version=work.plan.board_version,
    )


if __name__ == "__main__":
    main()
