"""Share: what only one person sees, for all to see, where that person may write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from bot import store
from bot.delivery import sending
from scripted import ANSWERED, buttons, texts

if TYPE_CHECKING:
    from simcord.results import InteractionResult, ResponseMessage

    from newsroom import Newsroom

DONE = "Shared in this channel."
PINGS = "@everyone <@1> **bold** \u202eevil"


def plain(message: object) -> str:
    """Return a message's text without its escapes and bold."""
    return "\n".join(texts(message)).replace("\\", "").replace("**", "")


def in_private(result: InteractionResult) -> ResponseMessage:
    """Return what a command is answered with, which must be in private."""
    assert result.response is not None
    assert result.response.ephemeral
    return result.response


async def ask(newsroom: Newsroom) -> ResponseMessage:
    """Let alice ask in private."""
    return in_private(
        await newsroom.alice.slash(newsroom.channel, "ask", question="Kim?", private=True)
    )


async def share(newsroom: Newsroom, private: ResponseMessage) -> discord.Message:
    """Let alice share, and return what is last in the channel."""
    await newsroom.alice.click(private, label="Share")
    (last, *_) = newsroom.channel.history(viewer=newsroom.bob)[-1:]
    return last


async def test_a_private_answer_is_shared(newsroom: Newsroom) -> None:
    """With its question and who shared it; in place of the private one stands that it is done."""
    private = await ask(newsroom)
    assert buttons(private) == {"Back": False, "Next": True, **ANSWERED, "Share": True}
    shown = await share(newsroom, private)
    assert texts(shown)[0] == "**Q** Kim?\n-# Shared by alice"
    assert "number 1 " in plain(shown)
    assert buttons(shown) == {"Back": False, "Next": True, **ANSWERED}
    assert not shown.flags.ephemeral
    assert plain(private) == DONE
    assert buttons(private) == {}


async def test_what_is_shared_belongs_to_who_did(newsroom: Newsroom) -> None:
    """That person turns its pages, and every page says who shared it."""
    shown = await share(newsroom, await ask(newsroom))
    await newsroom.bob.click(shown, label="Next")
    assert "number 1 " in plain(newsroom.channel.last_message)
    await newsroom.alice.click(shown, label="Next")
    now = newsroom.channel.last_message
    assert "number 6 " in plain(now)
    assert texts(now)[0] == "**Q** Kim?\n-# Shared by alice"


async def test_the_page_that_stands_is_shared(newsroom: Newsroom) -> None:
    """From the second page the second is shared; it works after a restart."""
    result = await newsroom.alice.slash(newsroom.channel, "search", query="Kim", private=True)
    private = in_private(result)
    await newsroom.alice.click(private, label="Next")
    await newsroom.restart()
    shown = await share(newsroom, private)
    assert "number 6 " in plain(shown)
    assert "number 1 " not in plain(shown)
    await newsroom.alice.click(shown, label="Back")
    assert "number 1 " in plain(newsroom.channel.last_message)


async def test_quotes_are_verified_again(newsroom: Newsroom) -> None:
    """One that changed since is left out, and what is shared says so."""
    private = await ask(newsroom)
    file = newsroom.searcher.root / "news.txt"
    file.write_bytes(file.read_bytes().replace(b"number 2 ", b"number 0 "))
    shown = plain(await share(newsroom, private))
    assert "number 1 " in shown
    assert "number 2 " not in shown
    assert "1 passage has changed on disk since it was indexed and is not shown." in shown


async def test_what_is_gone_is_not_shared(newsroom: Newsroom) -> None:
    """Where no quote stands, nothing is posted, and the private answer stays."""
    private = await ask(newsroom)
    before = len(newsroom.channel.history(viewer=newsroom.bob))
    (newsroom.searcher.root / "news.txt").unlink()
    pressed = await newsroom.alice.click(private, label="Share")
    (told,) = pressed.followups
    assert told.ephemeral
    assert plain(told).startswith("None of these passages stands as it was indexed")
    assert len(newsroom.channel.history(viewer=newsroom.bob)) == before
    assert "number 1 " in plain(private)


async def test_who_may_not_write_may_not_share(newsroom: Newsroom) -> None:
    """The permission of the person counts, not ours."""
    mute = discord.PermissionOverwrite(send_messages=False)
    quiet = newsroom.guild.create_text_channel("quiet", overwrites={newsroom.alice.user: mute})
    result = await newsroom.alice.slash(quiet, "ask", question="Kim?", private=True)
    pressed = await newsroom.alice.click(in_private(result), label="Share")
    assert plain(pressed.response) == "You may not write in this channel, so this was not shared."
    assert quiet.history(viewer=newsroom.bob) == []


@pytest.mark.parametrize(
    ("thread", "allowed", "may"),
    [
        (False, discord.Permissions(send_messages=True), True),
        (False, discord.Permissions(send_messages_in_threads=True), False),
        (True, discord.Permissions(send_messages=True), False),
        (True, discord.Permissions(send_messages_in_threads=True), True),
    ],
)
def test_threads_have_a_permission_of_their_own(
    *, thread: bool, allowed: discord.Permissions, may: bool
) -> None:
    """In a thread it is not that of its channel; in direct messages none is asked for."""

    class Pressed:
        guild_id = 1
        permissions = allowed
        channel = discord.Thread.__new__(discord.Thread) if thread else None

    pressed = Pressed()
    assert sending.may_write(pressed) is may  # pyright: ignore[reportArgumentType]  # as far as it is looked at
    pressed.guild_id = None  # pyright: ignore[reportAttributeAccessIssue]  # likewise
    assert sending.may_write(pressed)  # pyright: ignore[reportArgumentType]  # likewise


async def test_an_explanation_is_shared(newsroom: Newsroom) -> None:
    """Why? tells one person; shared, it says who and of which question."""
    reply = await newsroom.ask("Kim?")
    private = in_private(await newsroom.bob.click(reply, label="Why?"))
    assert buttons(private) == {"Share": True}
    await newsroom.bob.click(private, label="Share")
    shown = newsroom.channel.last_message
    assert texts(shown)[0] == "**Q** Kim?\n-# Shared by bob"
    assert "Answered." in plain(shown)
    assert buttons(shown) == {}


async def test_names_of_people_are_plain(newsroom: Newsroom) -> None:
    """Whatever somebody is called pings nobody and is no Markdown."""
    carol = newsroom.guild.add_member(newsroom.env.create_user("carol", global_name=PINGS))
    result = await carol.slash(newsroom.channel, "ask", question="Kim?", private=True)
    await carol.click(in_private(result), label="Share")
    shown = newsroom.channel.last_message
    assert shown is not None
    assert texts(shown)[0] == (
        "**Q** Kim?\n-# Shared by \\@everyone \\<\\@1\\> \\*\\*bold\\*\\* evil"
    )
    assert not shown.mention_everyone
    assert shown.mentions == []


async def test_what_is_no_longer_kept_is_not_shared(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After thirty days the presser hears that, and keeps what stands."""
    private = await ask(newsroom)
    monkeypatch.setattr(store, "KEPT_S", -1)
    pressed = await newsroom.alice.click(private, label="Share")
    (told,) = pressed.followups
    assert plain(told) == "This answer is no longer kept. Please ask again."
    assert "number 1 " in plain(private)


async def test_where_discord_hides_it_that_is_told(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some servers let us show a person only what that person alone sees."""
    private = await ask(newsroom)

    async def hidden(*_: object) -> bool:
        return False

    monkeypatch.setattr(sending, "post", hidden)
    await newsroom.alice.click(private, label="Share")
    assert plain(private).startswith("Here Discord shows what I post to you alone")


async def test_a_post_that_fails_leaves_the_answer(newsroom: Newsroom) -> None:
    """A refusal by Discord (50013) is logged; the private answer can be shared again."""
    private = await ask(newsroom)
    newsroom.env.inject_error("POST", "/webhooks/*", status=403, code=50013)
    await newsroom.alice.click(private, label="Share")
    assert "number 1 " in plain(private)
    assert buttons(private)["Share"]


async def test_public_replies_have_no_such_button(newsroom: Newsroom) -> None:
    """There is nothing to share."""
    assert "Share" not in buttons(await newsroom.ask("Kim?"))
