"""Looks up one passage, or what is indexed, and hands back a layout that is ready to send."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.access import limiting
from bot.buttons.share_views import Shared, with_share
from bot.pages import passage_page, sources_chart, sources_page, wording_page
from bot.pages.layouts import illustrated, plain
from index.errors import StaleQuoteError, UnknownPassageError

if TYPE_CHECKING:
    from collections.abc import Callable

    import discord

    from bot.answering import Answering
    from bot.kept.rules import Rules
    from bot.rendering import Page

    Trouble = Callable[[BaseException], discord.ui.LayoutView]

log = logging.getLogger(__name__)

_PICTURE = "sources.png"


class LookUp:
    """Looks up; ``trouble`` says in one sentence what went wrong."""

    def __init__(self, answering: Answering, trouble: Trouble) -> None:
        self._answering = answering
        self._trouble = trouble

    async def cite(
        self, typed: str, rules: Rules, *, private: bool = False
    ) -> discord.ui.LayoutView:
        """Show a passage with what stands around it; where only one sees it, it can be shared.

        Here and below, ``rules`` are what holds where it is asked.
        """
        log.info("cite")
        passage_id = passage_page.passage_id(typed)
        try:
            page = await self.passage(passage_id, rules)
            return with_share(page, Shared.PASSAGE, passage_id) if private else plain(page)
        except UnknownPassageError:
            return plain(passage_page.unknown(passage_id))
        except StaleQuoteError as error:
            return plain(passage_page.gone(passage_id, error))
        except Exception as error:  # noqa: BLE001  # trouble() logs it; the user must hear of it
            return self._trouble(error)

    async def passage(self, passage_id: str, rules: Rules) -> Page:
        """Return the page of a passage. Raises what the searcher and the answering raise.

        QuestionError where it is of an outlet that the server doesn't let be asked.
        """
        around = await self._answering.cite(passage_id)
        limiting.check_outlet(around.quote.citation.metadata.outlet, rules)
        return passage_page.cited(around)

    async def verify(self, typed: str, rules: Rules) -> discord.ui.LayoutView:
        """Tell whether a passage still stands in its file."""
        log.info("verify")
        passage_id = passage_page.passage_id(typed)
        try:
            proof = await self._answering.verify(passage_id)
            limiting.check_outlet(proof.outlet, rules)
            return plain(passage_page.verified(proof))
        except UnknownPassageError:
            return plain(passage_page.unknown(passage_id))
        except Exception as error:  # noqa: BLE001  # as above
            return self._trouble(error)

    async def wording(
        self, text: str, rules: Rules, others: list[discord.ui.LayoutView]
    ) -> discord.ui.LayoutView:
        """Tell what of a text stands word for word; ``others`` get the pages after the first."""
        log.info("wording: %d characters", len(text))
        try:
            found = await self._answering.wording(text, rules.scope)
            scope = limiting.outlets(rules.scope) if rules.scope else ""
            first, *rest = map(plain, wording_page.pages(found, scope))
        except Exception as error:  # noqa: BLE001  # as above
            return self._trouble(error)
        others += rest
        return first

    async def sources(self, rules: Rules) -> discord.ui.LayoutView:
        """Tell and show which outlets and dates are indexed, of those that may be asked."""
        log.info("sources")
        try:
            drawn = await self._answering.sources(rules.scope)
            scope = limiting.outlets(rules.scope) if rules.scope else ""
            page = sources_page.page(drawn.coverage, scope)
            if drawn.png is None:
                return plain(page)
            described = sources_chart.alt_text(drawn.coverage)
            return illustrated(page, drawn.png, _PICTURE, described)
        except Exception as error:  # noqa: BLE001  # as above
            return self._trouble(error)
