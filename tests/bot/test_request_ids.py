"""Each request has an id of its own, and every line of the log about it carries that."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from typing import TYPE_CHECKING

import pytest

from bot import logs, request_ids

if TYPE_CHECKING:
    from collections.abc import Generator

    from bot.settings import Settings
    from newsroom import Newsroom


@pytest.fixture
def stream(settings: Settings) -> Generator[io.StringIO]:
    """What the log writes, as JSON."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    logs.set_up(settings.model_copy(update={"log": "json"}), written)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


async def test_a_request_keeps_its_id_to_the_end(newsroom: Newsroom, stream: io.StringIO) -> None:
    """What the desk, the threads and the sending log of one question has one id; another's not."""
    await newsroom.ask("Where is Kim?")
    await newsroom.alice.slash(newsroom.channel, "ask", question="Where is Putin?")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    about = [line for line in lines if re.match(r"ask:|asked|answered", line["message"])]
    first, second = [line["request"] for line in about[:3]], [x["request"] for x in about[3:]]
    assert len(about) == 6
    assert len({*first}) == len({*second}) == 1
    assert first[0] != second[0]
    assert re.fullmatch(r"[0-9a-f]{8}", first[0])
    assert "Putin" not in stream.getvalue()


async def test_a_block_keeps_the_id_that_there_is() -> None:
    """A request inside of a request is the same one; outside there is none."""
    assert request_ids.current() == ""
    with request_ids.request():
        outer = request_ids.current()
        with request_ids.request():
            assert request_ids.current() == outer
        request_ids.begin()
        assert request_ids.current() == outer != ""
    assert request_ids.current() == ""


async def test_tasks_have_ids_of_their_own() -> None:
    """What begins in one task is not seen by its neighbour."""

    async def task() -> str:
        request_ids.begin()
        await asyncio.sleep(0)
        return request_ids.current()

    assert len(set(await asyncio.gather(task(), task()))) == 2
    assert request_ids.current() == ""
