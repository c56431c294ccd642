"""`newsquote preview` over HTTP: who is let in, and that the real bot answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from bot.errors import PreviewError
from bot.preview import gate
from bot.preview.front import Front, serving
from bot.preview.room import Room, open_room
from visitor import Visitor, inside, outside

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.answering import Following
    from bot.settings import Settings

pytest.importorskip("linkify_it", reason="needs newsquote[preview]")


@pytest.fixture
async def opened(settings: Settings, following: Following) -> AsyncGenerator[Room]:
    """A room with the bot over the scripted searcher."""
    async with open_room(settings, following) as made:
        yield made


@pytest.fixture
async def front(opened: Room) -> AsyncGenerator[Front]:
    """A server before the room."""
    async with serving(opened) as server:
        yield server


@pytest.fixture
async def visitor(front: Front) -> AsyncGenerator[Visitor]:
    """Whoever opened the link, and the conversation."""
    async with inside(front) as someone:
        await someone.open()
        yield someone


async def got(visitor: Visitor, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    """Return status, text and headers of a page."""
    async with visitor.session.get(f"{visitor.base}{path}", headers=headers) as response:
        return response.status, await response.text(), dict(response.headers)


async def test_the_link_lets_in_once(front: Front) -> None:
    """It becomes a cookie that no script and no other site gets; a second time it opens nothing."""
    link = front.gate.link
    assert link.startswith(f"http://127.0.0.1:{front.port}/?token=")
    async with inside(front) as visitor:
        (cookie,) = visitor.session.cookie_jar
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
        assert cookie.value not in link
        status, text, _ = await got(visitor, "/")
        assert (status, "<title>newsquote preview</title>" in text) == (200, True)
    assert front.gate.link == ""
    async with outside(front) as other, other.session.get(link) as response:
        assert response.status == 401
        assert "used before" in await response.text()


async def test_only_a_get_takes_the_token(front: Front) -> None:
    """What looks at a link before a person opens it does not use it up."""
    link = front.gate.link
    async with outside(front) as other, other.session.head(link) as response:
        assert response.status == 401
    assert front.gate.link == link


@pytest.mark.parametrize("path", ["/", "/app.js", "/newsquote.css", "/api/state", "/api/commands"])
async def test_without_the_link_there_is_nothing(front: Front, path: str) -> None:
    """Neither page nor style nor state, and no wrong token helps."""
    async with outside(front) as stranger:
        assert (await got(stranger, path))[0] == 401
        assert (await got(stranger, "/?token=wrong"))[0] == 401
        async with stranger.session.post(f"{stranger.base}/api/action", json={}) as response:
            assert response.status == 401


@pytest.mark.parametrize("path", ["/", "/?token=wrong", "/nothing"])
async def test_every_answer_lets_a_page_load_from_us_alone(front: Front, path: str) -> None:
    """Refusals too: no script of others, no frame around it."""
    async with outside(front) as stranger:
        _, _, headers = await got(stranger, path)
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "frame-ancestors 'none'" in policy


async def test_only_our_address_is_answered(front: Front) -> None:
    """A name that leads here (DNS rebinding), or another port, gets nothing, cookie or not."""
    async with inside(front) as visitor:
        for host in ("evil.example", f"localhost:{front.port}", "127.0.0.1", "127.0.0.1:1", ""):
            assert (await got(visitor, "/", Host=host))[0] in {400, 421}
        assert (await got(visitor, "/", Host=f"127.0.0.1:{front.port}"))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_other_pages_may_not_ask(front: Front, headers: dict[str, str]) -> None:
    """Not even with the cookie, as a page on another port of this machine would send it."""
    async with inside(front) as visitor:
        assert (await got(visitor, "/api/state", **headers))[0] == 403
        url = f"{visitor.base}/api/action"
        async with visitor.session.post(url, json={}, headers=headers) as response:
            assert response.status == 403


async def test_only_this_machine_can_reach_it(opened: Room, front: Front) -> None:
    """Both servers listen on the loopback address alone."""
    assert opened.origin.host == "127.0.0.1"
    assert {address[0] for address in front.addresses} == {"127.0.0.1"}


async def test_every_response_tells_browsers_what_they_may(front: Front) -> None:
    """Page, script, style, refusal, what is missing: all from here alone, and framed by nobody."""
    async with outside(front) as stranger:
        responses = [await got(stranger, "/")]
    async with inside(front) as visitor:
        for path in ("/", "/app.js", "/newsquote.css", "/newsquote.svg", "/nothing", "/api/state"):
            responses.append(await got(visitor, path))  # noqa: PERF401  # each awaits the one before
    assert [status for status, _, _ in responses] == [401, 200, 200, 200, 200, 404, 410]
    for _, _, headers in responses:
        assert gate.HEADERS.items() <= headers.items()
    assert "'unsafe-inline'" not in str(responses)


async def test_simcords_own_key_stays_here(opened: Room, front: Front) -> None:
    """The browser drives the preview without the key that would open simcord's own server."""
    async with inside(front) as visitor:
        await visitor.open()
        for path in ("/", "/app.js", "/transport.js"):
            status, text, headers = await got(visitor, path)
            assert status == 200
            assert opened.capability not in text + str(headers)
        assert opened.capability not in str(visitor.state)


async def test_requests_go_to_simcord_alone(opened: Room, front: Front) -> None:
    """A path that looks like another server's address does not lead there, with our key."""
    seen: list[str] = []

    async def note(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", note)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    other = runner.addresses[0][1]
    async with inside(front) as visitor:
        status, _, _ = await got(visitor, f"//127.0.0.1:{other}/x")
    await runner.cleanup()
    assert (status, seen) == (404, [])
    assert opened.origin.port != other


async def test_what_is_sent_is_bounded(visitor: Visitor) -> None:
    """No files, no broken JSON, nothing large; the preview goes on."""
    url = f"{visitor.base}/api/action"
    sent: list[tuple[int, dict[str, Any]]] = [
        (415, {"data": {"payload": "{}"}}),
        (400, {"data": b"{", "headers": {"Content-Type": "application/json"}}),
        (413, {"json": {"kind": "x" * 300_000}}),
    ]
    for status, body in sent:
        async with visitor.session.post(url, **body) as response:
            assert response.status == status
    assert "The corpus says" in await visitor.say("Where is Kim?")


async def test_a_question_is_answered_as_in_discord(visitor: Visitor, opened: Room) -> None:
    """It is sent as a mention, the bot replies with its own buttons, and they work."""
    assert "mention me and write your question" in visitor.last
    reply = await visitor.say("Where is Kim?")
    assert visitor.questions[-1] == f"{opened.mention} Where is Kim?"
    assert "The corpus says" in reply
    assert "Page 1 of" in reply
    assert "Page 2 of" in await visitor.press("Next")
    assert "Answered" in await visitor.press("Why?")
    assert "Thank you" in await visitor.press("👍")
    await visitor.press("👎")
    assert visitor.state["modal"] is not None
    assert opened.env.errors == []


async def test_who_mentions_the_bot_mentions_it_once(visitor: Visitor, opened: Room) -> None:
    """A mention that was written is not doubled."""
    await visitor.say(f"Where is Kim, {opened.mention}?")
    assert visitor.questions[-1] == f"Where is Kim, {opened.mention}?"


async def test_slash_commands_work(visitor: Visitor) -> None:
    """They are registered in the simulated Discord and run like the others."""
    assert "Kim" in await visitor.run("ask", question="Where is Kim?")
    assert "passages" in (await visitor.run("about")).lower()
    assert "Sentence number 1" in (await visitor.run("cite", id="passage1")).replace("\\", "")
    assert "It stands." in await visitor.run("verify", id="passage1")
    assert "Kim" in await visitor.run("search", query="Kim")
    assert "Kim" in await visitor.run("timeline", topic="Kim")
    assert await visitor.run("sources")


async def test_one_may_ask_as_often_as_one_likes(visitor: Visitor, settings: Settings) -> None:
    """No cool-down counts here, and nothing of it is kept in the bot's data file."""
    for _ in range(7):
        assert "The corpus says" in await visitor.say("Where is Kim?")
    assert not settings.data_file.exists()


async def test_the_clock_is_the_real_one(opened: Room) -> None:
    """Messages say when they were written, not when simcord's time begins."""
    await opened.catch_up()
    assert abs(opened.behind_s()) < 60


async def test_a_port_that_is_taken(opened: Room, front: Front) -> None:
    """It is named; the server before it goes on."""
    with pytest.raises(PreviewError, match=str(front.port)):
        async with serving(opened, front.port):
            pass
    async with outside(front) as stranger:
        assert (await got(stranger, "/"))[0] == 401
