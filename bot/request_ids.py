"""A short random id for each request, which every line of the log about it carries.

It is held by the context: each event of Discord's is a task of its own, and a thread that works for
a request gets its context handed over (:mod:`bot.answering`). It says nothing of who asked.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

_ID: Final[ContextVar[str]] = ContextVar("newsquote_request", default="")


def current() -> str:
    """Return the id of the request that is worked on here, "" outside of any."""
    return _ID.get()


def begin() -> None:
    """Give the task that runs here an id for the rest of its life, unless it has one."""
    if not _ID.get():
        _ID.set(secrets.token_hex(4))


@contextmanager
def request() -> Generator[None]:
    """Give the block an id, unless it has one."""
    token = _ID.set(_ID.get() or secrets.token_hex(4))
    try:
        yield
    finally:
        _ID.reset(token)
