"""The bot itself: put together from its parts, so that tests and the runner build the same one."""

from __future__ import annotations

import logging
import time
from importlib.metadata import version
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot import request_ids
from bot.access.cooldowns import Rate
from bot.access.fair_use import FairUse
from bot.access.pausing import Pause
from bot.alerts.watches import Watches
from bot.alerts.watching import Watching
from bot.answering import Answering
from bot.buttons.config_views import ConfigItem
from bot.buttons.feedback_views import VoteButton
from bot.buttons.forget_views import ForgetButton
from bot.buttons.listing_views import ContextButton, ListingButton
from bot.buttons.share_views import ShareButton
from bot.buttons.show_views import ShowSelect
from bot.buttons.views import AnyDateButton, PageButton, WhyButton
from bot.buttons.watch_views import ListButton, RemoveButton, ResumeButton
from bot.cogs.asking import Asking
from bot.cogs.commands import Commands
from bot.cogs.config import Config
from bot.cogs.feedback import Voting
from bot.cogs.looking_up import LookingUp
from bot.cogs.menus import Menus
from bot.cogs.privacy import Privacy
from bot.cogs.sharding import Sharding
from bot.cogs.watching import Watching as WatchingCog
from bot.cogs.welcoming import Welcoming
from bot.delivery import door, sending
from bot.delivery.inflight import InFlight
from bot.desks.configuring import Configuring
from bot.desks.desk import Desk
from bot.desks.feedback import Feedback
from bot.desks.looking_up import LookUp
from bot.desks.revisiting import Revisit
from bot.desks.watch_desk import WatchDesk
from bot.health import listening
from bot.health.measures import Measures
from bot.shards.connecting import ShardedBot
from bot.shards.holding import Holding
from bot.store import open_store
from bot.translations.translator import Translator

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answering import Following
    from bot.settings import Settings
    from bot.store import Store

log = logging.getLogger(__name__)


class NewsquoteBot(ShardedBot):
    """A client with its cogs; what is declared below comes with ``setup_hook``."""

    configuring: Configuring
    desk: Desk
    feedback: Feedback
    look_up: LookUp
    revisit: Revisit
    store: Store
    watch_desk: WatchDesk
    watches: Watches
    watching: Watching

    def __init__(
        self,
        settings: Settings,
        live: Following,
        clock: Callable[[], float] = time.time,
        measures: Measures | None = None,
    ) -> None:
        self.measures = measures = measures or Measures()
        super().__init__(
            command_prefix=(),
            shard_count=settings.shards,
            shard_ids=list(settings.own_shards) or None,  # pyright: ignore[reportArgumentType]  # None is its default
            help_command=None,
            # The text of a message that mentions us comes without asking; that of others is
            # privileged, so only who wants it is asked for it.
            intents=discord.Intents(
                guilds=True,
                guild_messages=True,
                dm_messages=True,
                message_content=settings.message_content,
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            # We never look at old messages or members.
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            tree_cls=_Tree,
            http_trace=listening.trace(measures),
            # Servers and single people may install it; it answers wherever they write.
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
        )
        self.settings = settings
        self._clock = clock
        self.pause = pause = Pause(settings.index, always=settings.paused)
        self.fair_use = FairUse(
            Rate.read(settings.user_rate),
            Rate.read(settings.guild_rate),
            Rate.read(settings.global_rate),
            pause,
            clock,
            turning_away=measures.turned_away,
        )
        self.answering = Answering(
            live, settings, pause.look, lambda: self.dispatch("published"), measures
        )
        self.in_flight = InFlight()
        self.holding = Holding(self)

    async def setup_hook(self) -> None:
        """Open the store, register cogs and buttons, follow the index. Runs once, at login."""
        self.store = await open_store(self.settings.database, self._clock)
        self.desk = Desk(
            self.answering,
            self.store,
            version=version("newsquote"),
            log_questions=self.settings.log_questions,
            measures=self.measures,
            compact=self.settings.style == "compact",
        )
        self.feedback = Feedback(self.store, self.desk.trouble)
        self.look_up = LookUp(self.answering, self.desk.trouble)
        self.configuring = Configuring(
            self.store, self.answering, message_content=self.settings.message_content
        )
        self.revisit = Revisit(self.answering, self.desk, self.look_up)
        self.add_dynamic_items(
            PageButton, WhyButton, AnyDateButton, VoteButton, ForgetButton, ConfigItem
        )
        self.add_dynamic_items(ContextButton, ListingButton, ShareButton, ShowSelect)
        await self.tree.set_translator(Translator())
        await self.add_cog(Asking(self))
        await self.add_cog(Commands(self))
        await self.add_cog(LookingUp(self))
        await self.add_cog(Menus(self))
        await self.add_cog(Voting(self))
        await self.add_cog(Privacy(self))
        await self.add_cog(Sharding(self))
        await self._watch()
        await self.add_cog(Config(self))
        await self.add_cog(Welcoming(self))
        self.answering.start()

    async def _watch(self) -> None:
        self.watches = Watches(self.store)
        await self.watches.load()
        self.watch_desk = WatchDesk(self.answering, self.store, self.watches, self.desk.trouble)
        self.watching = Watching(self, self.watches)
        self.add_dynamic_items(ListButton, RemoveButton, ResumeButton)
        await self.add_cog(WatchingCog(self))

    def now(self) -> float:
        """Return the time, in seconds since 1970."""
        return self._clock()

    async def on_message(self, message: discord.Message, /) -> None:
        """Do nothing: there are no prefix commands, and the cog has its own listener."""

    async def close(self) -> None:
        """Close the connection, then what setup_hook opened."""
        await super().close()
        await self.answering.close()
        if hasattr(self, "store"):
            await self.holding.end()
            await self.store.close()


class _Tree(app_commands.CommandTree[NewsquoteBot]):
    """The command tree; an error becomes one plain sentence with an incident id."""

    async def interaction_check(self, interaction: discord.Interaction[NewsquoteBot], /) -> bool:
        """Let a command run, or say why it may not just now."""
        request_ids.begin()
        return await door.command(interaction)

    async def on_error(
        self,
        interaction: discord.Interaction[NewsquoteBot],
        error: app_commands.AppCommandError,
        /,
    ) -> None:
        cause = getattr(error, "original", error)
        await sending.whisper(interaction, interaction.client.desk.trouble(cause))


def create_bot(
    settings: Settings,
    live: Following,
    clock: Callable[[], float] = time.time,
    measures: Measures | None = None,
) -> NewsquoteBot:
    """Build the bot around a searcher that follows its index. Nothing is opened before login.

    ``clock`` tells seconds since 1970; ``measures`` count, its own where there are none.
    """
    return NewsquoteBot(settings, live, clock, measures)
