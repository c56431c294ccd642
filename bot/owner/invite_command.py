"""``newsquote invite``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.owner.telling import read_settings, telling_errors
from index.commands.exits import print_json
from index.commands.options import JsonOption  # noqa: TC001  # Typer reads the annotation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.owner.invite import Invitation
    from index.commands.contract import Document


def invite(
    *,
    client_id: Annotated[
        int | None,
        typer.Option(
            "--client-id",
            min=1 << 22,
            help="The application's id; else it is read out of the token.",
            metavar="ID",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the links that add the bot to a server or to an account, and what they ask for."""
    from bot.owner import invite as invites

    with telling_errors(as_json=as_json):
        whose = invites.client_id_of(read_settings().token()) if client_id is None else client_id
    invitation = invites.invitation(whose)
    if as_json:
        print_json(document(invitation))
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines(invitation))


def lines(invitation: Invitation) -> Iterator[str]:
    """Write the links for a reader: a line each, and a line a permission."""
    from bot.owner.invite import PERMISSIONS

    yield "To a server of yours (needs Manage Server there):"
    yield f"  {invitation.server}"
    yield ""
    yield "It asks for the bot, its slash commands, and these permissions:"
    width = max(len(each.name) for each in PERMISSIONS)
    yield from (f"  {each.name:<{width}}  {each.reason}" for each in PERMISSIONS)
    yield ""
    yield "To your own account, to use its commands in DMs and in other servers:"
    yield f"  {invitation.account}"
    yield "This one needs User Install: Developer Portal > Installation > Installation Contexts."


def document(invitation: Invitation) -> Document:
    """Write the links as the document that ``--json`` prints."""
    from bot.owner.invite import PERMISSIONS, SCOPES

    return {
        "client_id": str(invitation.client_id),
        "server": invitation.server,
        "account": invitation.account,
        "scopes": list(SCOPES),
        "permissions": {
            "value": str(invitation.permissions),
            "names": {each.flag: each.reason for each in PERMISSIONS},
        },
    }
