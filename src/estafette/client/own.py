"""What a driver reads and says of the own runs, for a key or a session that is a driver's."""

from collections.abc import Iterator, Sequence

from estafette.client.resource import Noun
from estafette.client.stream import follow
from estafette.domain.board import RunProblem
from estafette.domain.moment import Fix
from estafette.domain.notice import Notice
from estafette.domain.own_run import (
    Acknowledge,
    OwnRuns,
    Progress,
    Progressed,
    RunAcknowledged,
    SayProblem,
)
from estafette.domain.push import PushKey, Subscribe


class Own(Noun):
    """The runs of who asks."""

    def runs(self) -> OwnRuns:
        """Give those of today and tomorrow, stop by stop, and what changed since they were acknowledged."""
        return self._get("/my/runs", OwnRuns)

    def events(self, *, after: int = 0) -> Iterator[Notice]:
        """Follow what one is told, from the notice `after` on."""
        return follow(self._at, "/my/events", Notice, after)

    def progress(self, trip_id: int, step: Progress, *, key: str | None = None) -> Progressed:
        """Say that a trip moved on; it may be said twice."""
        return self._post(f"/my/trips/{trip_id}/progress", Progressed, step, key=key)

    def acknowledge(self, run_id: int, seen: Acknowledge) -> RunAcknowledged:
        """Say that a manifest was seen."""
        return self._post(f"/my/runs/{run_id}/acknowledge", RunAcknowledged, seen)

    def report(self, run_id: int, problem: SayProblem) -> RunProblem:
        """Report a problem, which boards show until a dispatcher has seen to it."""
        return self._post(f"/my/runs/{run_id}/problem", RunProblem, problem)

    def position(self, run_id: int, fixes: Sequence[Fix]) -> None:
        """Say where the vehicle of a run was; boards see the newest."""
        self._post("/my/positions", dict[str, object], {"run_id": run_id, "positions": tuple(fixes)})

    def push_key(self) -> PushKey:
        """Give the key that a phone subscribes to pushes with."""
        return self._get("/my/push", PushKey)

    def subscribe(self, to: Subscribe) -> PushKey:
        """Have this phone told that a run has changed."""
        return self._post("/my/push", PushKey, to)
