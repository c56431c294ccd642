"""Looks what is new for watches in each snapshot, and posts it: each passage at most once.

A look and what it found are written down in one transaction, a post before it is sent
(:mod:`bot.watch_queue`). A post that may or may not have been sent is sent again as long as Discord
would notice, and never after that: better a post lost, and told in the log, than one twice.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from bot import posting, watch_page, watch_queue, watch_times
from bot.layouts import plain
from bot.posting import NotSent, Sent, Unknown
from bot.watch_page import Told
from bot.watch_queue import State
from bot.watches import Paused
from index.errors import NewsquoteError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering import Searching
    from bot.app import NewsquoteBot
    from bot.watch_queue import Pending, Waiting
    from bot.watches import Watch, Watches
    from index.arrivals import Arrival
    from index.records import Quote
    from index.sightings import Fresh

log = logging.getLogger(__name__)


class Watching:
    """The watchman."""

    def __init__(self, bot: NewsquoteBot, watches: Watches) -> None:
        self._bot = bot
        self._watches = watches
        self._looked = ""

    async def tick(self) -> bool:
        """Look at a snapshot that is new and post what is due, one message after the other.

        Returns whether something waits for its time. While we are paused, not connected or closing,
        everything does. Only one call at a time. Raises StoreError.
        """
        bot = self._bot
        if not bot.is_ready() or bot.in_flight.closing:
            return False
        if bot.pause.message is not None:
            return True
        try:
            searcher = bot.answering.searcher
        except NewsquoteError:  # there is no index
            return False
        if searcher.info.id != self._looked:
            await self._look(searcher)
        for each in await watch_queue.pending(bot.store):
            with bot.in_flight.reply():
                await self._settle(each)
        now, since = bot.store.now(), await watch_queue.oldest_waiting(bot.store)
        for watch in self._watches.all():
            due = watch.id in since and watch_times.is_due(watch, since[watch.id], now)
            if due and not bot.in_flight.closing:
                with bot.in_flight.reply():
                    await self._post(watch, searcher)
        return bool(since or await watch_queue.pending(bot.store))

    async def _look(self, searcher: Searching) -> None:
        """Find what is new for each watch; at the first look ever, nothing is."""
        store, snapshot_id = self._bot.store, searcher.info.id
        known = await watch_queue.known(store)
        # Whatever goes wrong here would again: it is tried with the next snapshot or process.
        self._looked = snapshot_id
        if known is not None and known[0] == snapshot_id:
            return
        marks = b"" if known is None else known[1]
        fresh = await self._bot.answering.in_background(partial(searcher.fresh, marks))
        found: dict[str, tuple[Arrival, ...]] = {}
        if known is not None and fresh.rows:
            for watch in self._watches.all():
                found[watch.id] = await self._arrivals(watch, searcher, fresh)
        await watch_queue.found(store, snapshot_id, fresh.known, found)

    async def _arrivals(
        self, watch: Watch, searcher: Searching, fresh: Fresh
    ) -> tuple[Arrival, ...]:
        work = partial(searcher.arrivals, watch.query, fresh, every_word=watch.every_word)
        try:
            return await self._bot.answering.in_background(work)
        except Exception:
            log.exception("watch %s missed snapshot %s", watch.id, searcher.info.id)
            return ()

    async def _settle(self, pending: Pending) -> None:
        """Send again what may not have been sent, as long as Discord notices a second time."""
        store = self._bot.store
        watch = self._watches.get(pending.watch_id)
        if watch is None or store.now() - pending.made_at > posting.NONCE_S:
            log.warning("post %s may not have been sent and is not sent again", pending.id)
            await watch_queue.end(store, pending.id, State.LOST)
            return
        stories = await watch_queue.of_post(store, pending.id)
        await self._tell(watch, stories, self._bot.answering.searcher, pending.id)

    async def _post(self, watch: Watch, searcher: Searching) -> None:
        stories = await watch_queue.waiting(self._bot.store, watch.id)
        await self._tell(watch, stories, searcher)

    async def _tell(
        self,
        watch: Watch,
        stories: Sequence[Waiting],
        searcher: Searching,
        post_id: str | None = None,
    ) -> None:
        """Send a post of stories, or one that was begun again."""
        store = self._bot.store
        to = await posting.target(self._bot, watch)
        if to is None:
            return
        if isinstance(to, Paused):
            await self._watches.pause(watch, to)
            return
        quotes = [each.quote for each in stories]
        standing = await self._bot.answering.in_background(partial(_again, searcher, quotes))
        told = _by_story(stories, standing)
        if not told:
            await watch_queue.drop(store, watch.id, stories)
            return
        view = plain(watch_page.post(watch, told, searcher.info, to.role_id))
        if not self._watches.has(watch):  # removed while its quotes were checked
            return
        post_id = post_id or await watch_queue.begin(store, watch.id, stories)
        match await posting.send(to, view, post_id):
            case Sent(message_id):
                await watch_queue.end(store, post_id, State.SENT, message_id)
            case NotSent(retry=True):
                await watch_queue.release(store, post_id)
            case NotSent():
                await watch_queue.end(store, post_id, State.REFUSED)
            case Paused() as why:
                await watch_queue.release(store, post_id)
                await self._watches.pause(watch, why)
            case Unknown():
                pass  # it stays pending


def _again(searcher: Searching, quotes: Sequence[Quote]) -> list[Quote | None]:
    return [searcher.again(each) for each in quotes]


def _by_story(stories: Sequence[Waiting], standing: Sequence[Quote | None]) -> list[Told]:
    """Put together what snapshots after each other had of one story; what is gone is left out."""
    told: dict[str, Told] = {}
    for each, quote in zip(stories, standing, strict=True):
        if quote is None:
            continue
        before = told.get(each.story)
        if before is None:
            told[each.story] = Told(quote, each.more)
        else:
            told[each.story] = Told(before.quote, before.more + 1 + each.more)
    return list(told.values())
