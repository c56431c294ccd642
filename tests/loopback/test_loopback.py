"""The stand-in for Discord, held to account by the real discord.py client."""

from __future__ import annotations

import asyncio
import contextlib
import json
import zlib
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import pytest
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from loopback import payloads
from loopback.server import LoopbackDiscord

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

_INTENTS = discord.Intents(guilds=True, messages=True)


class Page(discord.ui.LayoutView):
    """A page of text with one button that outlives the process."""

    def __init__(self, text: str, custom_id: str = "page:1") -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.TextDisplay(text))
        button: discord.ui.Button[Page] = discord.ui.Button(label="Next", custom_id=custom_id)
        button.callback = self._turn
        row: discord.ui.ActionRow[Page] = discord.ui.ActionRow(button)
        self.add_item(row)

    async def _turn(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=Page("second page"))


class Echo(discord.Client):
    """The smallest bot that answers mentions, a slash command and a button."""

    def __init__(self, intents: discord.Intents = _INTENTS) -> None:
        super().__init__(intents=intents, allowed_mentions=discord.AllowedMentions.none())
        self.tree = app_commands.CommandTree(self)
        self.seen: list[discord.Message] = []
        self.tree.command(name="ask", description="Ask the corpus.")(_ask)

    async def setup_hook(self) -> None:
        self.add_view(Page("first page"))
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        self.seen.append(message)
        if self.user in message.mentions:
            async with message.channel.typing():
                await message.reply(f"heard: {message.content}")


async def _ask(interaction: discord.Interaction, question: str) -> None:
    await interaction.response.defer()
    await interaction.followup.send(view=Page(f"first page: {question}"))


@pytest.fixture
async def loopback(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackDiscord]:
    """A server that discord.py takes for Discord."""
    async with LoopbackDiscord(heartbeat_interval_ms=200) as server:
        monkeypatch.setattr(Route, "BASE", server.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(server.gateway_url))
        yield server


@contextlib.asynccontextmanager
async def _running(client: discord.Client, server: LoopbackDiscord) -> AsyncGenerator[None]:
    identified = len(server.gateway.identified) + 1
    async with client, asyncio.TaskGroup() as group:
        # Where the client fails to start, the group cancels the wait and raises its error.
        group.create_task(client.start(server.token))
        await server.ready(identified=identified)
        yield
        await client.close()


async def test_answers_a_mention_with_typing_and_a_reply(loopback: LoopbackDiscord) -> None:
    """A real client connects over compressed frames, hears a mention and replies to it."""
    async with _running(Echo(), loopback):
        message = await loopback.send_message("Where?", mention=True)
        reply = await loopback.wait_for_reply(message, timeout_s=10)
    assert reply.text == f"heard: <@{payloads.BOT_ID}> Where?"
    assert [t.channel_id for t in loopback.typing] == [payloads.TEXT_ID]
    assert loopback.violations == []
    assert await loopback.closed() in {1000, 4000}


async def test_withholds_content_from_a_client_without_the_intent(
    loopback: LoopbackDiscord,
) -> None:
    """Content reaches the client by mention, by direct message and by a ping in a reply alone."""
    client = Echo()
    async with _running(client, loopback):
        await loopback.send_message("overheard")
        await loopback.send_message("private", channel_id=payloads.DM_ID)
        mention = await loopback.send_message("aloud", mention=True)
        reply = await loopback.wait_for_reply(mention, timeout_s=10)
        pinged = await loopback.send_message("and then?", reply_to=reply)
        await loopback.wait_for_reply(pinged, timeout_s=10)
        heard = [m.content for m in client.seen if not m.author.bot]
    assert heard == ["", "private", f"<@{payloads.BOT_ID}> aloud", "and then?"]
    assert loopback.violations == []


@pytest.mark.parametrize("channel_id", [payloads.TEXT_ID, payloads.THREAD_ID, payloads.DM_ID])
async def test_defers_and_answers_a_slash_command(
    loopback: LoopbackDiscord, channel_id: int
) -> None:
    """A deferral is stamped, and the first follow-up fulfils it."""
    async with _running(Echo(), loopback):
        interaction = await loopback.slash("ask", question="Why?", channel_id=channel_id)
        assert await loopback.acknowledged(interaction) < 3
        answer = await loopback.answered(interaction, timeout_s=10)
    assert interaction.callback is not None
    assert interaction.callback.type == 5
    assert answer is interaction.original
    assert answer.text == "first page: Why?"
    assert not answer.loading
    assert loopback.violations == []


async def test_a_click_edits_the_message_it_stands_on(loopback: LoopbackDiscord) -> None:
    """A button of a persistent view works for a client that did not send the message."""
    async with _running(Echo(), loopback):
        interaction = await loopback.slash("ask", question="Why?")
        answer = await loopback.answered(interaction, timeout_s=10)
    async with _running(Echo(), loopback):
        click = await loopback.click(answer, "page:1")
        page = await loopback.answered(click, timeout_s=10)
    assert page.id == answer.id
    assert page.text == "second page"
    with pytest.raises(LookupError):
        await loopback.click(answer, "page:99")
    assert loopback.violations == []


async def test_refuses_a_wrong_token(loopback: LoopbackDiscord) -> None:
    """A wrong token gets Discord's 401, which discord.py calls a LoginFailure."""
    async with Echo() as client:
        with pytest.raises(discord.LoginFailure):
            await client.login("MTEw.wrong.token")
    assert loopback.unauthorized == 1


@pytest.mark.parametrize("intent", ["message_content", "members", "presences"])
async def test_refuses_privileged_intents(loopback: LoopbackDiscord, intent: str) -> None:
    """Identifying with a privileged intent is closed with 4014 and recorded."""
    intents = discord.Intents(guilds=True, messages=True, **{intent: True})
    async with Echo(intents) as client:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await client.start(loopback.token)
    assert "privileged intents" in loopback.violations[0].what


async def test_discordpy_sees_a_refusal(loopback: LoopbackDiscord) -> None:
    """The error has the shape that discord.py reads: HTTPException with code 50035."""
    client = Echo()
    async with _running(client, loopback):
        channel = client.get_partial_messageable(payloads.TEXT_ID)
        with pytest.raises(discord.HTTPException) as refused:
            await channel.send("x" * 2001)
    assert refused.value.code == 50035
    assert len(loopback.violations) == 1


async def test_resumes_after_a_dropped_connection(loopback: LoopbackDiscord) -> None:
    """What was said while the TCP connection was down is replayed by the resume."""
    client = Echo()
    async with _running(client, loopback):
        session = await loopback.ready()
        loopback.gateway.drop()
        message = await loopback.send_message("meanwhile", mention=True)
        await loopback.wait_for_reply(message, timeout_s=10)
        await loopback.resumed(session)
    assert len(loopback.gateway.identified) == 1
    assert loopback.violations == []


async def test_reconnects_when_asked(loopback: LoopbackDiscord) -> None:
    """Op 7 is answered by a resume, op 9 by identifying anew."""
    async with _running(Echo(), loopback):
        session = await loopback.ready()
        await loopback.gateway.request_reconnect()
        await loopback.resumed(session)
        await loopback.gateway.invalidate()
        await loopback.ready(identified=2)
    assert loopback.violations == []


async def test_heartbeats_flow(loopback: LoopbackDiscord) -> None:
    """The client beats at the interval that hello named."""
    async with _running(Echo(), loopback):
        await loopback.heartbeats(3, timeout_s=10)


@pytest.mark.parametrize(("how", "status"), [("http", 503), ("reset", None), ("close", 101)])
async def test_refuses_handshakes_when_told(how: Any, status: int | None) -> None:
    """A refused handshake is a 503, a reset, or a close before hello; the next one is served."""
    async with LoopbackDiscord() as server, aiohttp.ClientSession() as session:
        # aiohttp tries a connection that was reset once more before it gives up.
        server.refuse_handshakes(2 if how == "reset" else 1, how)
        url = f"{server.gateway_url}?v=10&encoding=json"
        if status == 101:
            async with session.ws_connect(url) as ws:
                assert (await ws.receive()).type is aiohttp.WSMsgType.CLOSE
        else:
            with pytest.raises(aiohttp.ClientError) as refused:
                await session.ws_connect(url)
            assert getattr(refused.value, "status", None) == status
        async with session.ws_connect(url) as ws:
            assert (await ws.receive_json())["op"] == 10


@pytest.mark.parametrize(
    ("compress", "kind"),
    [("", aiohttp.WSMsgType.TEXT), ("&compress=zlib-stream", aiohttp.WSMsgType.BINARY)],
)
async def test_compresses_as_the_url_asks(compress: str, kind: aiohttp.WSMsgType) -> None:
    """Frames are a zlib stream where the URL asks for one, and text otherwise."""
    async with LoopbackDiscord() as server, aiohttp.ClientSession() as session:
        url = f"{server.gateway_url}?v=10&encoding=json{compress}"
        async with session.ws_connect(url) as ws:
            frame = await ws.receive()
            assert frame.type is kind
            text = zlib.decompressobj().decompress(frame.data) if compress else frame.data
            assert json.loads(text)["op"] == 10


async def test_closes_4004_on_a_wrong_token_at_the_gateway() -> None:
    """Identifying with another token is closed as Discord closes it."""
    identify: dict[str, Any] = {"op": 2, "d": {"token": "x", "intents": 1, "properties": {}}}
    async with (
        LoopbackDiscord() as server,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{server.gateway_url}?v=10&encoding=json") as ws,
    ):
        await ws.receive()
        await ws.send_json(identify)
        await ws.receive()
        assert ws.close_code == 4004
