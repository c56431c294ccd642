"""``newsquote preview``."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from bot.owner.telling import read_settings, telling_errors

if TYPE_CHECKING:
    from bot.answering import Following
    from bot.settings import Settings


def preview(
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port on 127.0.0.1; 0: any that is free.")
    ] = 0,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the link in the browser as well.")
    ] = False,
) -> None:
    """Try the bot without Discord: a web page on this machine, until Ctrl-C or SIGTERM."""
    from bot import logs
    from bot.preview import room
    from index import snapshot
    from index.encoders.loading import load_encoder
    from index.engines.milvus_server import named
    from index.live import open_live

    with telling_errors(as_json=False):
        room.check_libraries()
        settings = read_settings()
        if "log_level" not in settings.model_fields_set:
            # Who tries it out wants to see the link, and what goes wrong.
            settings = settings.model_copy(update={"log_level": "ERROR"})
        logs.set_up(settings)
        snapshot.current_id(settings.index)  # no model is loaded where there is no index
        live = open_live(
            settings.index, load_encoder(settings.model), milvus=named(settings.milvus_uri)
        )
        with suppress(KeyboardInterrupt):  # where asyncio cannot handle signals (Windows)
            asyncio.run(_serve(settings, live, port, open_browser=open_browser))


async def _serve(settings: Settings, live: Following, port: int, *, open_browser: bool) -> None:
    from bot import runner
    from bot.preview.front import serving
    from bot.preview.room import open_room

    with runner.stopping_by_signal() as stop:
        async with open_room(settings, live) as room, serving(room, port) as front:
            sys.stdout.write(f"Open {front.gate.link}\nThe link works once. Ctrl-C ends it.\n")
            sys.stdout.flush()
            if open_browser:
                typer.launch(front.gate.link)
            await stop
