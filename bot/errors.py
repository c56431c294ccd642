"""Every error that the bot raises on purpose, and what a user is told about any error.

::

    BotError                what went wrong, and what to do
    ├── SettingsError       the environment or .env holds a value we cannot use
    ├── TokenError          the Discord token is missing or wrong
    ├── RefusedError        Discord refuses us for good (intents, sharding, a disabled bot)
    ├── SyncError           the commands do not fit Discord's limits
    ├── StoreError          the bot's database cannot be used
    ├── ExportError         votes cannot be written as a data set
    ├── BackupError         a backup cannot be made or restored
    ├── PreviewError        the preview lacks a library or a port
    ├── HealthError         the health pages lack a port, or cannot be reached
    ├── ExpiredError        the pages of an old reply are no longer kept
    ├── GoneError           nothing of a reply stands in the corpus any more
    ├── NotYoursError       somebody else's pages
    ├── BusyError           too many questions are waiting
    └── TooSlowError        a question took longer than its deadline

All are NewsquoteErrors, so that one ``except`` of the command line shows both wings' errors.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from index.errors import ModelError, NewsquoteError, QueryError, QuestionError, SnapshotError

log = logging.getLogger(__name__)


class BotError(NewsquoteError):
    """Base of the bot's own errors."""


class SettingsError(BotError):
    """The environment or .env holds a value that cannot be used."""


class TokenError(BotError):
    """The Discord token is missing or wrong."""


class RefusedError(BotError):
    """Discord refuses this bot for a reason that waiting does not cure."""


class SyncError(BotError):
    """The application commands do not fit Discord's limits."""


class StoreError(BotError):
    """The bot's database cannot be opened, read or written."""


class ExportError(BotError):
    """Votes cannot be written as a data set."""


class BackupError(BotError):
    """A backup cannot be written, is damaged or of a newer version, or has no free place."""


class PreviewError(BotError):
    """The preview lacks a library of its extra, or the port that it was told to use."""


class HealthError(BotError):
    """The health pages cannot have their port, or somebody who asks them gets no answer."""


class ExpiredError(BotError):
    """The pages of a reply are no longer kept."""


class GoneError(BotError):
    """Nothing of a reply stands in the corpus as it was indexed."""


class NotYoursError(BotError):
    """Somebody presses a button of another person's reply."""


class BusyError(BotError):
    """Too many questions are waiting."""


class TooSlowError(BotError):
    """A question took longer than its deadline."""


# What a user can act on: shown as it is, without an incident.
_FOR_THE_USER = (
    QuestionError,
    ExpiredError,
    GoneError,
    NotYoursError,
    BusyError,
    TooSlowError,
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the user reads. ``incident`` is the id under which the log holds the details.

    ``pointer`` has two lines: what was asked, and what in it is wrong, below its place.
    """

    text: str
    incident: str | None = None
    pointer: str = ""


def explain(error: BaseException) -> Explanation:
    """Turn any error into one plain sentence; log what the user cannot act on.

    Paths, remedies for the owner and tracebacks go to the log under the incident's id.
    """
    if isinstance(error, _FOR_THE_USER):
        pointer = error.pointer if isinstance(error, QueryError) else ""
        return Explanation(str(error), pointer=pointer)
    incident = secrets.token_hex(3)
    log.error("incident %s", incident, exc_info=error)
    if isinstance(error, SnapshotError | ModelError):
        return Explanation(f"The index cannot be used just now (incident {incident}).", incident)
    return Explanation(f"Something went wrong (incident {incident}).", incident)
