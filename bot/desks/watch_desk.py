"""The desk of /watch: takes what somebody wants watched, and hands back a layout ready to send."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import discord

from bot.alerts import posting, watch_times, watches
from bot.alerts.watches import Paused, Watch
from bot.buttons import watch_views
from bot.kept import rules
from bot.pages import watch_list_page
from bot.pages.layouts import plain
from bot.pages.watch_list_page import Wrong
from index.overviews import arrivals

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.alerts.posting import Sendable
    from bot.alerts.watches import Watches
    from bot.answering import Answering
    from bot.app import NewsquoteBot
    from bot.store import Store

    Trouble = Callable[[BaseException], discord.ui.LayoutView]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed into /watch add; None is what was left out."""

    query: str
    channel: Sendable | None
    role: discord.Role | None
    every_word: bool
    digest_hour: int | None
    quiet_from: int | None
    quiet_to: int | None
    zone: str | None


class WatchDesk:
    """Adds, lists and removes. Nothing is raised: ``trouble`` turns an error into a layout."""

    def __init__(self, answering: Answering, store: Store, kept: Watches, trouble: Trouble) -> None:
        self._answering = answering
        self._store = store
        self._watches = kept
        self._trouble = trouble

    async def add(
        self, interaction: discord.Interaction[Any], wanted: Wanted
    ) -> discord.ui.LayoutView:
        """Keep a watch, or say what is wrong with it."""
        where = wanted.channel or interaction.channel
        wrong = _wrong_times(wanted) or _wrong_place(interaction, where, wanted.role)
        if wrong is not None:
            return plain(watch_list_page.wrong(wrong))
        assert isinstance(where, posting.SENDABLE)  # noqa: S101  _wrong_place looked
        try:
            waits_for = await self._answering.in_background(
                partial(arrivals.waits_for, wanted.query)
            )
            held = await rules.rules(self._store, where.guild.id, None)
            within = await self._answering.limited(wanted.query, held)
            watch = _watch(wanted, where, self._store.now())
            if not await self._watches.add(watch):
                return plain(watch_list_page.wrong(Wrong.TOO_MANY))
        except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
            return self._trouble(error)
        return plain(watch_list_page.added(watch, waits_for, within.notes))

    def listed(
        self, guild_id: int | None, number: int = 1, note: str = ""
    ) -> discord.ui.LayoutView:
        """List a server's watches; ``note`` says what was just done."""
        return watch_views.listing(self._watches.of(guild_id or 0), number, note)

    async def remove(self, guild_id: int | None, watch_id: str) -> discord.ui.LayoutView:
        """Delete one of a server's watches, and say which."""
        try:
            watch = await self._watches.remove(guild_id or 0, watch_id)
        except Exception as error:  # noqa: BLE001  # as above
            return self._trouble(error)
        if watch is None:
            return plain(watch_list_page.wrong(Wrong.NO_SUCH))
        return plain(watch_list_page.removed(watch))

    async def take_out(
        self, guild_id: int | None, watch_id: str, number: int
    ) -> discord.ui.LayoutView:
        """Delete a watch and return the page of the list that it stood on. Raises StoreError."""
        await self._watches.remove(guild_id or 0, watch_id)
        return self.listed(guild_id, number)

    async def resume(
        self, interaction: discord.Interaction[NewsquoteBot], watch_id: str, number: int
    ) -> discord.ui.LayoutView:
        """Let a paused watch post again where it can, and return the list. Raises StoreError."""
        guild_id, watch = interaction.guild_id, self._watches.get(watch_id)
        if watch is None or watch.guild_id != guild_id or watch.paused is None:
            return self.listed(guild_id, number)
        where = await posting.target(interaction.client, watch)
        if isinstance(where, Paused):
            await self._watches.pause(watch, where)
            return self.listed(guild_id, number, watch_list_page.still_paused(where))
        await self._watches.resume(watch)
        return self.listed(guild_id, number, watch_list_page.resumed(watch))

    def suggested(self, guild_id: int | None, typed: str) -> list[Watch]:
        """Return a server's watches whose query has what was typed so far."""
        sought = " ".join(typed.split()).casefold()
        return [each for each in self._watches.of(guild_id or 0) if sought in each.query.casefold()]


def _watch(wanted: Wanted, where: Sendable, now: float) -> Watch:
    quiet = None
    if wanted.quiet_from is not None and wanted.quiet_to is not None:
        quiet = wanted.quiet_from, wanted.quiet_to
    zone = watch_times.known_zone(wanted.zone) if wanted.zone else None
    return Watch(
        watches.new_id(),
        where.guild.id,
        where.id,
        wanted.role.id if wanted.role else None,
        " ".join(wanted.query.split()),
        wanted.every_word,
        wanted.digest_hour,
        quiet,
        zone or watch_times.DEFAULT_ZONE,
        now,
    )


def _wrong_times(wanted: Wanted) -> Wrong | None:
    quiet = (wanted.quiet_from, wanted.quiet_to)
    if wanted.zone and watch_times.known_zone(wanted.zone) is None:
        return Wrong.NO_ZONE
    if quiet == (None, None):
        return None
    if wanted.digest_hour is not None:
        return Wrong.QUIET_DIGEST
    if None in quiet:
        return Wrong.HALF_QUIET
    return Wrong.ALWAYS_QUIET if quiet[0] == quiet[1] else None


def _wrong_place(
    interaction: discord.Interaction[Any], where: object, role: discord.Role | None
) -> Wrong | None:
    """Nobody makes us write where they may not write themselves, nor ping whom they may not."""
    user = interaction.user
    if not isinstance(where, posting.SENDABLE) or not isinstance(user, discord.Member):
        return Wrong.NO_CHANNEL
    if posting.unsendable(where) is not None:
        return Wrong.NOT_SENDABLE
    theirs = where.permissions_for(user)
    if posting.hindered(where, theirs) is not None:
        return Wrong.NOT_YOURS
    return _wrong_role(where, role, theirs)


def _wrong_role(
    where: Sendable, role: discord.Role | None, theirs: discord.Permissions
) -> Wrong | None:
    if role is None:
        return None
    if role.is_default():
        return Wrong.EVERYONE
    if posting.mentionable(where, role.id) is None:
        return Wrong.NOT_MENTIONABLE
    return None if role.mentionable or theirs.mention_everyone else Wrong.NOT_YOUR_ROLE
