"""What newsquote asks a server for, and the links that ask for it (discord.py's ``oauth_url``)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Final

import discord
from yarl import URL

from bot.errors import TokenError


@dataclass(frozen=True, slots=True)
class Needed:
    """A permission by its name in discord.py, by the name Discord shows, and what it is for."""

    flag: str
    name: str
    reason: str


PERMISSIONS: Final = (
    Needed("view_channel", "View Channels", "to see where it is mentioned"),
    Needed("send_messages", "Send Messages", "to reply"),
    Needed(
        "send_messages_in_threads",
        "Send Messages in Threads",
        "to reply in threads and forum posts",
    ),
    Needed(
        "create_public_threads",
        "Create Public Threads",
        "to answer in a thread, where a server wants that",
    ),
    Needed("embed_links", "Embed Links", "to answer in an embed where the usual layout is refused"),
    Needed("attach_files", "Attach Files", "to show the chart of /sources"),
    Needed(
        "read_message_history",
        "Read Message History",
        "to reply below the message that asked",
    ),
    Needed("add_reactions", "Add Reactions", "to show that it may not reply"),
)
"""Every permission that the bot uses, and no other."""

SCOPES: Final = ("bot", "applications.commands")
"""The bot itself, and its slash commands."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """The links for a server and for one's own account, and the permissions as Discord's number."""

    client_id: int
    permissions: int
    server: str
    account: str


def wanted() -> discord.Permissions:
    """Return the permissions as discord.py has them."""
    return discord.Permissions(**{each.flag: True for each in PERMISSIONS})


def missing(held: discord.Permissions) -> tuple[Needed, ...]:
    """Return which permissions are lacking where these are held."""
    return tuple(each for each in PERMISSIONS if not getattr(held, each.flag))


def invitation(client_id: int) -> Invitation:
    """Return the links of an application."""
    server = discord.utils.oauth_url(client_id, permissions=wanted(), scopes=SCOPES)
    account = discord.utils.oauth_url(client_id, scopes=SCOPES[1:])
    return Invitation(client_id, wanted().value, _installing(server, 0), _installing(account, 1))


def client_id_of(token: str) -> int:
    """Return the application's id out of a bot token. Raises TokenError, which never shows it."""
    first = token.split(".", maxsplit=1)[0]
    try:
        told = base64.b64decode(first + "=" * (-len(first) % 4), altchars=b"-_", validate=True)
        # int() would take "+1" and " 1" as well.
        client_id = int(told) if told.isdigit() else 0
    except binascii.Error:
        client_id = 0
    # Discord's ids are 64-bit numbers that hold the time since 2015 in all but their last 22 bits.
    if not 1 << 22 <= client_id < 1 << 64:
        raise TokenError(
            "The token in DISCORD_TOKEN doesn't begin with an application's id.",
            remedy="Copy it again from the Developer Portal, page Bot, or give --client-id.",
        )
    return client_id


def _installing(link: str, integration_type: int) -> str:
    """Say in a link whether it installs to a server (0) or to an account (1)."""
    return str(URL(link).update_query(integration_type=str(integration_type)))
