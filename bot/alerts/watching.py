"""Looks what is new for watches in each snapshot, and posts it: each passage at most once.

A look and what it found are written down in one transaction, a post before it is sent
(:mod:`bot.alerts.watch_queue`). A post that may or may not have been sent is sent again as long as
Discord would notice, and never after that: better a post lost, and told in the log, than one twice.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot import request_ids
from bot.access import limiting
from bot.alerts import posting, watch_queue, watch_times
from bot.alerts.posting import NotSent, Sent, Target, Unknown
from bot.alerts.watch_queue import State
from bot.alerts.watches import Paused
from bot.kept import processes, rules
from bot.pages import watch_page
from bot.pages.layouts import plain
from bot.pages.watch_page import Told
from index.errors import (
    EngineUnreachableError,
    NewsquoteError,
    QuestionError,
    UnknownPassageError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.alerts.watch_queue import Pending, Waiting
    from bot.alerts.watches import Watch, Watches
    from bot.answering import Searching
    from bot.app import NewsquoteBot
    from bot.kept.rules import Rules
    from index.overviews.arrivals import Arrival
    from index.records import SnapshotInfo
    from index.snapshots.sightings import Fresh

log = logging.getLogger(__name__)


class Watching:
    """The watchman."""

    def __init__(self, bot: NewsquoteBot, watches: Watches) -> None:
        self._bot = bot
        self._watches = watches
        self._looked = ""

    async def tick(self) -> bool:
        """Look at a snapshot that is new and post what is due, one message after the other.

        Returns whether something of ours waits for its time. While we are paused, not connected or
        closing, everything does. Only one call at a time. Raises StoreError.
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
        await self._watches.load()
        await bot.holding.beat()
        if searcher.info.id != self._looked:
            await self._look(searcher)
        for each in await watch_queue.pending(bot.store):
            if await self._is_ours(each):
                with bot.in_flight.reply():
                    await self._settle(each)
        now, since = bot.store.now(), await watch_queue.oldest_waiting(bot.store)
        for watch in self._watches.all():
            due = watch.id in since and watch_times.is_due(watch, since[watch.id], now)
            ours = bot.holding.holds(watch.guild_id)
            if due and ours and not bot.in_flight.closing:
                shard = bot.holding.shard_of(watch.guild_id) if (bot.shard_count or 1) > 1 else None
                with bot.in_flight.reply(), request_ids.on_shard(shard):
                    await self._post(watch, searcher, now)
        begun = {each.watch_id for each in await watch_queue.pending(bot.store)}
        return any(self._may_be_ours(each) for each in begun.union(since))

    def _may_be_ours(self, watch_id: str) -> bool:
        watch = self._watches.get(watch_id)
        return watch is None or self._bot.holding.holds(watch.guild_id)

    async def _is_ours(self, post: Pending) -> bool:
        """Whether a post that was begun is ours to settle, by now also where another began it.

        It stays with the process that began it while that has the server's shard. Then it goes to
        the one that has it; where nobody knows the server any more, to anybody, once the process is
        no longer alive.
        """
        bot = self._bot
        if not self._may_be_ours(post.watch_id):
            return False
        if post.owner == bot.holding.owner:
            return True
        watch, running = self._watches.get(post.watch_id), await processes.alive(bot.store)
        if post.owner in running and (
            watch is None or bot.holding.shard_of(watch.guild_id) in running[post.owner]
        ):
            return False
        return await watch_queue.take_over(bot.store, post, bot.holding.owner)

    async def _look(self, searcher: Searching) -> None:
        """Find what is new for each watch, unless another process was first.

        At the first look ever, nothing is new.
        """
        # Whatever goes wrong here would again: it is tried with the next snapshot or process.
        self._looked = searcher.info.id
        while not await self._looked_first(searcher):
            log.info("another process looked at a snapshot for watches meanwhile")

    async def _looked_first(self, searcher: Searching) -> bool:
        """Find what is new since the snapshot that was last looked at; False where it changed."""
        store, snapshot_id = self._bot.store, searcher.info.id
        known = await watch_queue.known(store)
        if known is not None and known[0] == snapshot_id:
            return True
        before, marks = (None, b"") if known is None else known
        fresh = await self._bot.answering.in_background(partial(searcher.fresh, marks))
        found: dict[str, tuple[Arrival, ...]] = {}
        if known is not None and fresh.rows:
            for watch in self._watches.all():
                held = await rules.rules(store, watch.guild_id, None)
                try:
                    found[watch.id] = await self._arrivals(watch, held, searcher, fresh)
                except EngineUnreachableError as error:
                    log.warning("snapshot %s is looked at later: %s", snapshot_id, error)
                    self._looked = ""
                    return True
        return await watch_queue.found(store, before, snapshot_id, fresh.known, found)

    async def _arrivals(
        self, watch: Watch, held: Rules, searcher: Searching, fresh: Fresh
    ) -> tuple[Arrival, ...]:
        try:
            within = await self._bot.answering.limited(watch.query, held)
            work = partial(searcher.arrivals, within.query, fresh, every_word=watch.every_word)
            return await self._bot.answering.in_background(work)
        except EngineUnreachableError:
            raise
        except QuestionError as error:  # what it waits for is no longer let be asked
            log.warning("watch %s waits for nothing: %s", watch.id, error)
            return ()
        except Exception:
            log.exception("watch %s missed snapshot %s", watch.id, searcher.info.id)
            return ()

    async def _settle(self, pending: Pending) -> None:
        """Send again what may not have been sent, as long as Discord notices a second time."""
        store = self._bot.store
        watch = self._watches.get(pending.watch_id)
        # A clock that was set back does not tell how long ago that was: the post may be old.
        noticed = 0 <= store.now() - pending.made_at <= posting.NONCE_S
        if watch is None or not noticed:
            log.warning("post %s may not have been sent and is not sent again", pending.id)
            await self._end(pending.id, State.LOST)
            return
        stories = await watch_queue.of_post(store, pending.id)
        searcher = self._bot.answering.searcher
        work = partial(_checked, searcher, stories)
        standing, _ = await self._bot.answering.in_background(work)
        if standing:
            await self._tell(watch, standing, searcher.info, pending.id)

    async def _post(self, watch: Watch, searcher: Searching, now: float) -> None:
        """Post what is due; what does not stand just now waits on, what is gone does not.

        Gone is also what the server has been limited not to show since it was found.
        """
        store = self._bot.store
        held = await rules.rules(store, watch.guild_id, None)
        stories = [
            each
            for each in await watch_queue.waiting(store, watch.id)
            if watch_times.is_due(watch, each.found_at, now)
        ]
        work = partial(_checked, searcher, stories)
        standing, gone = await self._bot.answering.in_background(work)
        shown = [each for each in standing if _allowed(each, held)]
        known = await watch_queue.known(store)
        if known is None or known[0] != searcher.info.id:
            gone = []  # another process has found it in a snapshot that we do not serve yet
        gone += [each for each in standing if each not in shown]
        if gone:
            await watch_queue.drop(store, watch.id, gone)
        if shown:
            await self._tell(watch, shown, searcher.info)

    async def _tell(
        self,
        watch: Watch,
        stories: Sequence[Waiting],
        snapshot: SnapshotInfo,
        post_id: str | None = None,
    ) -> None:
        """Send a post of stories, or one that was begun again."""
        store = self._bot.store
        to = await posting.target(self._bot, watch)
        if isinstance(to, Paused):
            await self._watches.pause(watch, to)
        # It may have been removed while its quotes were checked.
        if not isinstance(to, Target) or not self._watches.has(watch):
            return
        view = plain(watch_page.post(watch, _by_story(stories), snapshot, to.role_id))
        owner = self._bot.holding.owner
        post_id = post_id or await watch_queue.begin(store, watch.id, stories, owner)
        if post_id is None:  # another process posts them
            return
        match await posting.send(to, view, post_id):
            case Sent(message_id):
                await self._end(post_id, State.SENT, message_id)
            case NotSent(retry=True):
                await watch_queue.release(store, post_id)
            case NotSent():
                await self._end(post_id, State.REFUSED)
            case Paused() as why:
                await watch_queue.release(store, post_id)
                await self._watches.pause(watch, why)
            case Unknown():
                pass  # it stays pending

    async def _end(self, post_id: str, state: State, message_id: int | None = None) -> None:
        await watch_queue.end(self._bot.store, post_id, state, message_id)
        self._bot.measures.posted(state)


def _allowed(story: Waiting, held: Rules) -> bool:
    return limiting.allowed(story.quote.citation.metadata.outlet, held)


def _checked(
    searcher: Searching, stories: Sequence[Waiting]
) -> tuple[list[Waiting], list[Waiting]]:
    """Return the stories whose quotes stand now, as they do, and those that are gone."""
    standing: list[Waiting] = []
    gone: list[Waiting] = []
    for each in stories:
        try:
            quote = searcher.again(each.quote)
        except UnknownPassageError:
            gone.append(each)
        else:
            standing += [] if quote is None else [replace(each, quote=quote)]
    return standing, gone


def _by_story(stories: Sequence[Waiting]) -> list[Told]:
    """Put together what snapshots after each other had of one story."""
    told: dict[str, Told] = {}
    for each in stories:
        before = told.get(each.story)
        more = each.more if before is None else before.more + 1 + each.more
        told[each.story] = Told(each.quote if before is None else before.quote, more)
    return list(told.values())
