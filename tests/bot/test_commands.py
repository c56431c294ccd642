"""The slash commands, and the buttons under their replies."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
import pytest

from bot import store
from discord_markdown import read
from index.records import Citation, Metadata, SnapshotInfo, Verdict
from scripted import BUILT, ScriptedSearcher, buttons, texts, write_corpus

if TYPE_CHECKING:
    from simcord.results import InteractionResult

    from newsroom import Newsroom

EXPIRED = "The other pages of this reply are no longer kept. Please ask again."
NOT_YOURS = "Only the person who asked can turn these pages. Ask with /ask to get your own."


def shown(message: object) -> list[int]:
    """Return the numbers of the sentences that a message quotes."""
    return [
        int(found[1])
        for text in texts(message)
        if (found := re.match(r"> Sentence number (\d+) ", text))
    ]


def plain(message: object) -> str:
    """Return a message's text without its escapes."""
    return "\n".join(texts(message)).replace("\\", "")


async def ask(newsroom: Newsroom, **options: object) -> InteractionResult:
    """Let alice use /ask in the channel."""
    return await newsroom.alice.slash(newsroom.channel, "ask", question="Where is Kim?", **options)


async def test_ask_answers_in_public(newsroom: Newsroom) -> None:
    """The answer is for all, opens with the question, and is deferred before we search."""
    result = await ask(newsroom)
    assert result.response is not None
    assert not result.ephemeral
    assert texts(result.response)[:2] == ["**Q** Where is Kim?", "**The corpus says:**"]
    assert shown(result.response) == [1, 2, 3, 4, 5]
    first = next(c for c in newsroom.env.http_requests if c.path.endswith("/callback"))
    assert first.json is not None
    assert first.json["type"] == discord.InteractionResponseType.deferred_channel_message.value


@pytest.mark.parametrize(
    ("command", "option"), [("ask", "question"), ("search", "query")], ids=["ask", "search"]
)
async def test_private_answers_are_private(newsroom: Newsroom, command: str, option: str) -> None:
    """With private the reply is seen by the asker alone."""
    result = await newsroom.alice.slash(
        newsroom.channel, command, **{option: "Kim", "private": True}
    )
    assert result.response is not None
    assert result.response.ephemeral


async def test_commands_work_in_direct_messages(newsroom: Newsroom) -> None:
    """/ask is there in a direct message too."""
    result = await newsroom.alice.user.slash("ask", question="Kim?")
    assert shown(result.response) == [1, 2, 3, 4, 5]


async def test_search_pages_forth_and_back(newsroom: Newsroom) -> None:
    """The asker turns the pages; the ends have no way further; nothing is left out."""
    result = await newsroom.alice.slash(newsroom.channel, "search", query="Kim")
    assert result.response is not None
    page = result.response
    seen = shown(page)
    assert buttons(page) == {"Back": False, "Next": True, "Newest": True}
    await newsroom.alice.click(page, label="Next")
    seen += shown(page)
    assert buttons(page) == {"Back": True, "Next": True, "Newest": True}
    await newsroom.alice.click(page, label="Next")
    seen += shown(page)
    assert buttons(page) == {"Back": True, "Next": False, "Newest": True}
    assert seen == list(range(1, 13))
    await newsroom.alice.click(page, label="Back")
    assert shown(page) == [6, 7, 8, 9, 10]
    assert "-# Page 2 of 3 · " in texts(page)[-1]


async def test_only_the_asker_turns_pages(newsroom: Newsroom) -> None:
    """Anybody else is told so in private, and the page stays."""
    result = await ask(newsroom)
    assert result.response is not None
    pressed = await newsroom.bob.click(result.response, label="Next")
    assert pressed.response is not None
    assert pressed.response.ephemeral
    assert plain(pressed.response) == NOT_YOURS
    assert shown(result.response) == [1, 2, 3, 4, 5]


async def test_buttons_of_a_message_reply_belong_to_its_author(newsroom: Newsroom) -> None:
    """Pages work under replies to messages as under commands."""
    reply = await newsroom.ask("Kim?")
    await newsroom.bob.click(reply, label="Next")
    assert shown(newsroom.channel.history(viewer=newsroom.alice)[1]) == [1, 2, 3, 4, 5]
    await newsroom.alice.click(reply, label="Next")
    assert shown(newsroom.channel.history(viewer=newsroom.alice)[1]) == [6, 7, 8, 9, 10]


async def test_buttons_live_through_a_restart(newsroom: Newsroom) -> None:
    """A new process over the same file turns the pages of replies it never sent."""
    result = await ask(newsroom)
    assert result.response is not None
    await newsroom.restart()
    await newsroom.alice.click(result.response, label="Next")
    assert shown(result.response) == [6, 7, 8, 9, 10]


async def test_buttons_outlive_discordpys_view_timeout(newsroom: Newsroom) -> None:
    """An hour later the buttons still work."""
    result = await ask(newsroom)
    assert result.response is not None
    await newsroom.env.advance_time(3600)
    await newsroom.alice.click(result.response, label="Next")
    assert shown(result.response) == [6, 7, 8, 9, 10]


async def test_expired_pages_say_so(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the pages are no longer kept, the presser hears it in private; the page stays."""
    result = await ask(newsroom)
    assert result.response is not None
    monkeypatch.setattr(store, "KEPT_S", -1)
    pressed = await newsroom.alice.click(result.response, label="Next")
    assert plain(pressed.response) == EXPIRED
    assert shown(result.response) == [1, 2, 3, 4, 5]


async def test_pages_survive_a_new_snapshot(newsroom: Newsroom) -> None:
    """A page that is open while the index changes is verified against the corpus as it is now."""
    result = await ask(newsroom)
    assert result.response is not None
    file = newsroom.searcher.root / "news.txt"
    file.write_bytes(file.read_bytes().replace(b"number 7", b"number 0"))
    newsroom.live.following.append(
        ScriptedSearcher(newsroom.searcher.root, [], info=SnapshotInfo("new", BUILT, None, 1))
    )
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    assert newsroom.live.current.info.id == "new"
    await newsroom.alice.click(result.response, label="Next")
    assert shown(result.response) == [6, 8, 9, 10]
    assert texts(result.response)[-2] == (
        "-# 1 passage has changed on disk since it was indexed and is not shown."
    )


async def test_bad_snapshot_leaves_the_old_one_serving(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """A look for a new snapshot that fails is logged, and the next look still happens."""
    newsroom.live.following.append(RuntimeError("bad snapshot"))
    with caplog.at_level(logging.ERROR, logger="bot"):
        await newsroom.env.advance_time(newsroom.settings.reload_s)
    assert "the old one keeps serving" in caplog.text
    assert shown(await newsroom.ask("Kim?")) == [1, 2, 3, 4, 5]
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    assert newsroom.live.refreshed == 2


async def test_refusal_names_what_is_missing(newsroom: Newsroom) -> None:
    """What the corpus cannot answer gets a refusal, the missing names, what is closest."""
    root = newsroom.searcher.root
    closest = write_corpus(root, ["A bus rolled over in New York."], "bus.txt")
    newsroom.live.following.append(
        ScriptedSearcher(root, closest, verdict=Verdict.NOT_FOUND, missing=("Vermont", "*2022*"))
    )
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    result = await ask(newsroom)
    verdict, quote, source = texts(result.response)[1:4]
    assert verdict == (
        "**The corpus doesn't say.** "
        "Nothing here mentions **Vermont** or **\\*2022\\***. What comes closest:"
    )
    assert quote == "> A bus rolled over in New York."
    assert source == "-# `bus.txt:1`\n-# /cite `passage1`"


async def test_what_may_not_answer_says_so_first(newsroom: Newsroom) -> None:
    """Passages that are close are quoted under a warning, which names what is missing."""
    root = newsroom.searcher.root
    near = write_corpus(root, ["A bus rolled over in New York."], "bus.txt")
    newsroom.live.following.append(
        ScriptedSearcher(root, near, verdict=Verdict.CLOSE, missing=("Vermont",))
    )
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    result = await ask(newsroom)
    verdict, quote, source = texts(result.response)[1:4]
    assert verdict == (
        "**This may not answer.** Nothing here mentions **Vermont**. What comes closest:"
    )
    assert (quote, source) == ("> A bus rolled over in New York.", "-# `bus.txt:1`")


async def test_about_says_what_is_indexed(newsroom: Newsroom) -> None:
    """/about names the passages, the times and the snapshot."""
    result = await newsroom.alice.slash(newsroom.channel, "about")
    (text,) = texts(result.response)
    assert text.splitlines()[1:] == [
        "Passages: 12",
        "Indexed: 24 Nov 2026, 04:50 UTC",
        "Newest item: 4 Sep 2023",
        "Snapshot: `20261124T045000Z-abcdef12`",
    ]


async def test_hostile_text_takes_no_effect(newsroom: Newsroom) -> None:
    """A corpus full of Markdown and mentions pings nobody and formats nothing."""
    line = "@everyone <@1> # **free** [x](https://evil.example) discord.gg/x ||s|| `c` <t:0:R>"
    root = newsroom.searcher.root
    newsroom.live.following.append(ScriptedSearcher(root, write_corpus(root, [line], "evil.txt")))
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    result = await newsroom.alice.slash(newsroom.channel, "ask", question="zz @here <@2>")
    assert result.response is not None
    message = result.response.message
    assert not message.mention_everyone
    assert message.mentions == []
    assert message.embeds == []
    quote = texts(message)[2]
    assert quote.replace("\\", "") == f"> {line}"
    assert not re.search(r"(?<!\\)[@<*\[`|#]", quote.removeprefix("> "))
    assert texts(message)[0] == r"**Q** zz \@here \<\@2\>"


async def test_hostile_outlets_of_copies_take_no_effect(newsroom: Newsroom) -> None:
    """Where else a quote stands is told below its source, whatever the outlets are called."""
    root = newsroom.searcher.root
    (quote,) = write_corpus(root, ["Kim spoke."], "one.txt")
    names = ("@everyone <@1>", "[AP](https://evil.example)", "\u202egnp **x**", "> # `c` ||s||")
    copies = tuple(
        Citation(quote.citation.place, "", Metadata(outlet=name, url="https://a.example/x"))
        for name in names
    )
    newsroom.live.following.append(ScriptedSearcher(root, [replace(quote, also_in=copies)]))
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    result = await ask(newsroom)
    assert result.response is not None
    message = result.response.message
    assert not message.mention_everyone
    assert message.mentions == []
    source, also = texts(message)[3].split("\n")
    assert source == "-# `one.txt:1`"
    link = " [source](https://a.example/x)"
    assert also.count(link) == 4
    reading = read(also.removeprefix("-# ").replace(link, ""))
    assert reading.effects == ()
    assert reading.visible == (
        "also in: @everyone <@1>, [AP](https://evil.example), gnp **x**, > # `c` ||s||"
    )


async def test_late_command_is_quiet(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """An interaction that has expired (10062) costs one line of the log and no search."""
    newsroom.env.inject_error(
        "POST", "/interactions/*/callback", status=404, code=10062, message="Unknown interaction"
    )
    with caplog.at_level(logging.WARNING, logger="bot"):
        await ask(newsroom)
    assert [r.levelname for r in caplog.records] == ["WARNING"]
    assert newsroom.searcher.asked == []


async def test_deleted_reply_is_quiet(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """When the reply cannot be edited any more (10008), nothing is raised."""
    newsroom.env.inject_error(
        "PATCH", "/webhooks/*", status=404, code=10008, message="Unknown Message"
    )
    with caplog.at_level(logging.WARNING, logger="bot"):
        await ask(newsroom)
    assert [r.levelname for r in caplog.records] == ["WARNING"]


async def test_error_of_a_command_names_an_incident(newsroom: Newsroom) -> None:
    """An unexpected error becomes one sentence in place of the answer."""
    newsroom.searcher.error = ZeroDivisionError()
    result = await ask(newsroom)
    assert re.fullmatch(r"Something went wrong \(incident [0-9a-f]{6}\)\.", plain(result.response))


async def test_error_outside_the_desk_names_an_incident(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of the command itself reaches the tree's handler and is told."""

    def broken() -> discord.ui.LayoutView:
        raise ZeroDivisionError

    monkeypatch.setattr(newsroom.bot.desk, "about", broken)
    result = await newsroom.alice.slash(newsroom.channel, "about")
    assert "Something went wrong (incident " in plain(result.response)
    assert len(newsroom.env.errors) == 1


async def test_failing_store_costs_the_other_pages_only(newsroom: Newsroom) -> None:
    """When pages cannot be kept, the first page is sent without buttons and says so."""
    await newsroom.fill_disk()
    result = await ask(newsroom)
    assert shown(result.response) == [1, 2, 3, 4, 5]
    assert buttons(result.response) == {}
    assert "The other pages could not be kept." in plain(result.response)
