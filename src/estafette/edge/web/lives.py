"""The feeds that a process follows: one for each company that somebody looks at, on one listener."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from estafette.edge.web.live import Live, Rhythm
from estafette.store.database import Database
from estafette.store.feed import Listener


class Lives:
    """Begins to follow a company when its first stream is asked for, and goes on until the server ends."""

    def __init__(self, database: Database, *, rhythm: Rhythm) -> None:
        self._database = database
        self._rhythm = rhythm
        self._followed: dict[int, asyncio.Task[Live]] = {}
        self._open = AsyncExitStack()
        self._listener: Listener | None = None

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Follow whatever is asked for as long as the block lasts."""
        with Listener(self._database.server) as self._listener:
            async with self._open:
                yield

    async def of(self, company_id: int) -> Live:
        """Give the feed of a company, followed from now on; raises `Unavailable`, `NotFound`."""
        begun = self._followed.get(company_id)
        if begun is None or (begun.done() and (begun.cancelled() or begun.exception())):
            # Those who come at the same moment wait for the same beginning.
            begun = self._followed[company_id] = asyncio.create_task(self._begin(company_id))
        return await asyncio.shield(begun)

    async def _begin(self, company_id: int) -> Live:
        assert self._listener is not None
        live = Live(self._database, company_id, rhythm=self._rhythm)
        await self._open.enter_async_context(live.following(self._listener))
        return live

    def followed(self) -> list[Live]:
        """List the feeds that are followed now."""
        done = [begun for begun in self._followed.values() if begun.done() and not begun.cancelled()]
        return [begun.result() for begun in done if begun.exception() is None]

    def end(self) -> None:
        """Tell every stream to end now."""
        for live in self.followed():
            live.end()
