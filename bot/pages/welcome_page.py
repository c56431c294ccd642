"""What we say to a server that we came into: how to ask, and who sets us up. Pure."""

from __future__ import annotations

from typing import Final

from bot.rendering import Page

_HELLO: Final = (
    "**Hello!** I answer questions about the news with quotes from the sources, word for word, and"
    " say where they stand. What the sources don't say, I don't either."
)
_WHAT_NEXT: Final = (
    "- **Ask:** mention me with a question, or use `/ask`.\n"
    "- **Look around:** `/sources` lists what is indexed, `/help` all commands, `/privacy` what is"
    " stored.\n"
    "- **Set me up:** who manages this server does so with `/config`."
)


def page() -> Page:
    """Return the page, short enough for a phone."""
    return Page(((_HELLO,), (_WHAT_NEXT,)))
