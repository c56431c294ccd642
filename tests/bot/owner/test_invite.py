"""The links that invite the bot: what they ask for, and where the id comes from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import discord
import pytest
from typer.testing import CliRunner
from yarl import URL

from bot import cli
from bot.delivery import permitted
from bot.errors import TokenError
from bot.owner import invite
from bot.settings import Settings, variable
from loopback import payloads
from loopback.server import TOKEN

if TYPE_CHECKING:
    from typer.testing import Result

README = Path(__file__).parents[3] / "README.md"


@pytest.fixture(autouse=True)
def empty_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty directory and none of our variables."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)


def newsquote(*arguments: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(cli.app, list(arguments))


def test_exactly_these_permissions_are_asked_for() -> None:
    """The list is held here, so that a new permission is a decision; nothing dangerous is in it."""
    assert [each.flag for each in invite.PERMISSIONS] == [
        "view_channel",
        "send_messages",
        "send_messages_in_threads",
        "create_public_threads",
        "embed_links",
        "attach_files",
        "read_message_history",
        "add_reactions",
    ]
    assert invite.SCOPES == ("bot", "applications.commands")
    assert invite.wanted() <= discord.Permissions.text() | discord.Permissions(view_channel=True)
    assert all(each.name and each.reason for each in invite.PERMISSIONS)


def test_what_the_bot_looks_at_before_it_writes_is_asked_for() -> None:
    """Each permission that bot/delivery/permitted.py reads is on the list."""
    read = set(re.findall(r"known\.(\w+)", Path(permitted.__file__).read_text(encoding="utf-8")))
    assert read
    assert read <= {each.flag for each in invite.PERMISSIONS}


def test_links_ask_for_the_list_and_no_more() -> None:
    """The server's link has both scopes and the list's number, the account's commands alone."""
    made = invite.invitation(payloads.BOT_ID)
    server, account = URL(made.server), URL(made.account)
    assert dict(server.query) == {
        "client_id": str(payloads.BOT_ID),
        "scope": "bot applications.commands",
        "permissions": str(invite.wanted().value),
        "integration_type": "0",
    }
    assert dict(account.query) == {
        "client_id": str(payloads.BOT_ID),
        "scope": "applications.commands",
        "integration_type": "1",
    }
    assert {(url.scheme, url.host, url.path) for url in (server, account)} == {
        ("https", "discord.com", "/oauth2/authorize")
    }


def test_what_is_lacking_is_named() -> None:
    """Where none is held, all are; where all are held, none is."""
    assert invite.missing(discord.Permissions.none()) == invite.PERMISSIONS
    assert invite.missing(discord.Permissions.all()) == ()
    held = invite.wanted()
    held.attach_files = False
    assert [each.name for each in invite.missing(held)] == ["Attach Files"]


def test_the_id_is_read_out_of_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first part of a token is the id; the token itself is never shown."""
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    result = newsquote("invite")
    assert result.exit_code == 0
    assert result.stdout.count(f"client_id={payloads.BOT_ID}") == 2
    for each in invite.PERMISSIONS:
        assert re.search(rf"{each.name} +{each.reason}\n", result.stdout)
    assert TOKEN.rpartition(".")[2] not in result.output


def test_an_id_needs_no_token() -> None:
    """--client-id works before there is a token, as JSON too; ids stay text, as Discord's do."""
    result = newsquote("invite", "--client-id", str(payloads.OTHER_ID), "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["client_id"]) == (0, str(payloads.OTHER_ID))
    assert told["permissions"]["value"] == str(invite.wanted().value)
    assert set(told["permissions"]["names"]) == {each.flag for each in invite.PERMISSIONS}
    assert newsquote("invite", "--client-id", "12").exit_code == 2
    assert newsquote("invite").exit_code == 2


@pytest.mark.parametrize(
    "token", ["a.b.c", "", "MTIz.b.c", "KzExMDAwMDAwMDAwMDAwMDAwMDE.b.c", "????.b.c", "4pGg.b.c"]
)
def test_tokens_that_begin_with_no_id(token: str) -> None:
    """No base64, no digits, too small a number, a sign: told without the token."""
    with pytest.raises(TokenError) as caught:
        invite.client_id_of(token)
    assert not token or token not in str(caught.value)


def test_readme_names_the_same_permissions() -> None:
    """In the same order, and no others."""
    readme = " ".join(README.read_text(encoding="utf-8").split())
    assert ", ".join(f"*{each.name}*" for each in invite.PERMISSIONS) + ". " in readme
