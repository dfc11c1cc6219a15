"""
The metrics of a web process, in the text form of Prometheus.

Of requests and applies they are what this process did; of solves, notices and the feed what the database
says, for the companies whose boards are followed here. No label holds a name.
"""

from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from estafette.edge.web.watching import Seen
from estafette.measures import COUNTS
from estafette.store.database import Database
from estafette.store.figures import CompanyFigures

# The framework names the charset of every text; a scraper refuses a type that names it twice.
CONTENT_TYPE = CONTENT_TYPE_LATEST.removesuffix("; charset=utf-8")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class Metrics:
    """What is counted since the process began, and how it is written."""

    def __init__(self, database: Database) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._requests = Counter(
            "estafette_requests", "Requests answered.", ["route", "method", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "estafette_request_seconds", "Until an answer began.", ["route"],
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        self._registry.register(_OfProcess(database))

    def count(self, seen: Seen) -> None:
        """Count a request."""
        method = seen.method if seen.method in _METHODS else "other"
        self._requests.labels(seen.route, method, str(seen.status)).inc()
        self._seconds.labels(seen.route).observe(seen.seconds)

    def text(self, companies: Sequence[tuple[int, CompanyFigures]]) -> bytes:
        """Write everything; of each company the last event known here, and its figures in the database."""
        of_companies = CollectorRegistry()
        of_companies.register(_OfCompanies(companies))
        return generate_latest(self._registry) + generate_latest(of_companies)


class _OfProcess(Collector):
    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        load = self._database.load()
        pool = GaugeMetricFamily(
            "estafette_pool_connections", "Connections to the database.", labels=["state"]
        )
        pool.add_metric(["free"], load.free)
        pool.add_metric(["used"], load.size - load.free)
        pool.add_metric(["at_most"], load.at_most)
        yield pool
        yield GaugeMetricFamily(
            "estafette_pool_waiting", "Who waits for a connection now.", value=load.waiting
        )
        yield CounterMetricFamily("estafette_pool_lost", "Connections lost.", value=load.lost)
        outcomes = CounterMetricFamily(
            "estafette_applied_trips", "Trips of plans applied by this process.", labels=["outcome"]
        )
        for outcome, count in sorted(COUNTS.of("applied_trips").items()):
            outcomes.add_metric([outcome], count)
        yield outcomes
        applies = COUNTS.of("applies")
        yield SummaryMetricFamily(
            "estafette_apply_statements", "Statements sent for an apply.",
            count_value=applies.get("applies", 0), sum_value=applies.get("statements", 0),
        )  # fmt: skip


class _OfCompanies(Collector):
    def __init__(self, companies: Sequence[tuple[int, CompanyFigures]]) -> None:
        self._companies = companies

    def collect(self) -> Iterator[Metric]:
        lag = GaugeMetricFamily(
            "estafette_feed_lag_events", "Events committed and not yet read here.", labels=["company"]
        )
        waiting = GaugeMetricFamily("estafette_solves_waiting", "Solves that wait.", labels=["company"])
        queue = GaugeMetricFamily(
            "estafette_queue_age_seconds", "How long the oldest has waited.", labels=["company", "queue"]
        )
        notices = GaugeMetricFamily("estafette_notices_due", "Notices not delivered.", labels=["company"])
        dead = GaugeMetricFamily("estafette_notices_dead", "Notices given up.", labels=["company"])
        solves = SummaryMetricFamily(
            "estafette_solve_seconds", "Seconds searched by solves that ended.", labels=["company", "state"]
        )
        for known, figures in self._companies:
            name = str(figures.company_id)
            lag.add_metric([name], max(0, figures.last_event_id - known))
            waiting.add_metric([name], figures.solves_waiting)
            queue.add_metric([name, "solves"], figures.solve_age_s)
            queue.add_metric([name, "notices"], figures.notice_age_s)
            notices.add_metric([name], figures.notices_due)
            dead.add_metric([name], figures.notices_dead)
            for state, (count, seconds) in sorted(figures.solves.items()):
                solves.add_metric([name, state], count, seconds)
        yield from (lag, waiting, queue, notices, dead, solves)
