"""Streams end soon after what opened them: a session that was revoked, a key, an account that was locked."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from estafette.domain.caller import Caller
from estafette.domain.error import EstafetteError
from estafette.store.accounts.proof import still_good
from estafette.store.database import Database

log = logging.getLogger(__name__)

_EVERY_S = 3.0


class Pass:
    """What lets a stream go on, until it is `over`."""

    def __init__(self, caller: Caller, wake: Callable[[], object]) -> None:
        assert caller.credential is not None
        self.wake = wake
        self.company_id = caller.company_id
        self.token_sha256 = caller.credential.token_sha256
        self.over = False


class Watch:
    """Asks every few seconds, once for each company with streams, which of their passes are still good."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._passes: set[Pass] = set()

    @contextmanager
    def watched(self, caller: Caller, *, wake: Callable[[], object]) -> Iterator[Pass]:
        """Give the pass of a stream, watched while the block lasts; `wake` is called when it is over."""
        held = Pass(caller, wake)
        self._passes.add(held)
        try:
            yield held
        finally:
            self._passes.discard(held)

    async def go_round(self) -> None:
        """Look again and again; to be cancelled."""
        while True:
            await asyncio.sleep(_EVERY_S)
            for company_id in {held.company_id for held in self._passes}:
                try:
                    await self.look(company_id)
                except EstafetteError as error:
                    log.warning("watch: %s", error)
                except Exception:
                    log.exception("watch: looking at the sessions of company %d failed", company_id)

    async def look(self, company_id: int) -> None:
        """End what is no longer good among the passes of a company."""
        held = [each for each in self._passes if each.company_id == company_id]
        tokens = sorted({each.token_sha256 for each in held})
        good = await asyncio.to_thread(still_good, self._database, company_id, tokens)
        for each in held:
            if each.token_sha256 not in good:
                each.over = True
                each.wake()
