"""What a message says, wherever in it that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from bot.messages.message_text import text_of

if TYPE_CHECKING:
    from newsroom import Newsroom


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Kim will *meet* Putin.", "Kim will *meet* Putin."),
        ("> Kim met Putin.\n-# a note\n## Title", "Kim met Putin.\na note\nTitle"),
        ("See https://news.example/a?b=c now", "See   now"),
        ("[Kim](https://news.example/x) met <https://a.example> Putin", "[Kim  met   Putin"),
        ("Kim \\*met\\* \\> U\\.S\\. men", "Kim *met* > U.S. men"),
        ("at <t:1700000000:R> <@&5> Kim <:flag:123>", "at     Kim :flag:"),
        ("https://a.example", ""),
    ],
)
async def test_links_and_marks_of_the_layout_are_left_out(
    newsroom: Newsroom, content: str, said: str
) -> None:
    """Words stay, with the marks that may be the author's."""
    assert text_of(await newsroom.alice.send(newsroom.channel, content)) == said


async def test_mentions_become_names(newsroom: Newsroom) -> None:
    """People and channels are called what they are."""
    sent = await newsroom.alice.send(
        newsroom.channel, f"{newsroom.bob.mention} in {newsroom.channel.mention} said so"
    )
    assert text_of(sent) == "bob in #news said so"


async def test_embeds_speak_where_there_is_no_text(newsroom: Newsroom) -> None:
    """Their titles and descriptions; where there is text, that alone counts."""
    channel = newsroom.bot.get_channel(newsroom.channel.id)
    assert isinstance(channel, discord.TextChannel)
    embeds = [discord.Embed(title="Kim", description="met Putin."), discord.Embed(title="Again")]
    sent = await channel.send(embeds=embeds)
    assert text_of(sent) == "Kim\n\nmet Putin.\n\nAgain"
    assert text_of(await channel.send("Words.", embeds=embeds)) == "Words."


async def test_a_layout_speaks(newsroom: Newsroom) -> None:
    """Our own replies have no text and no embeds: what they show is read, without its escapes."""
    reply = await newsroom.ask("Kim?")
    assert text_of(reply).startswith(
        "**The corpus says:**\n\nSentence number 1 speaks of **Kim** and of Putin.\n\n`news.txt:1`"
    )


async def test_a_forwarded_message_speaks(newsroom: Newsroom) -> None:
    """What it forwards is what it says."""
    sent = await newsroom.alice.send(newsroom.channel, "Kim met Putin.")
    other = newsroom.guild.create_text_channel("other")
    assert text_of(await newsroom.alice.forward(sent, other)) == "Kim met Putin."


async def test_a_message_may_say_nothing(newsroom: Newsroom) -> None:
    """One that is a picture alone has no words to look for."""
    channel = newsroom.bot.get_channel(newsroom.channel.id)
    assert isinstance(channel, discord.TextChannel)
    picture = discord.Embed().set_image(url="https://news.example/ferry.png")
    assert text_of(await channel.send(embed=picture)) == ""
