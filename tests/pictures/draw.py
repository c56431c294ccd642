"""Draw the README's pictures: the real bot over real news of our own, in a browser.

    python tests/pictures/draw.py [--chromium PATH] [NAME]…

Needs `pip install 'simcord[screenshot]'` and a Chromium (default /usr/bin/chromium). Draws all
pictures, or those that are named. Look at what it drew before you commit it.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import discord
import simcord
from PIL import Image, ImageChops

from bot.app import create_bot
from bot.owner.sync import sync
from bot.settings import Settings
from index.build import rebuild
from index.encoders.loading import load_encoder
from index.live import open_live

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle
    from simcord.env import Env

    from index.encoders.protocol import Encoder

PICTURES: Final = Path(__file__).parent
SEEDS: Final = PICTURES.parents[1] / "seeds"
NEWS: Final = PICTURES / "news"
WIDTH: Final = 720
TALLEST: Final = 2400
RELOAD_S: Final = 60
BAR, COMPOSER = 112, 76
"""The preview's own bars above and below the conversation."""
SHADED, MARGIN = 16, 24
"""The background differs by so much; what is below the last message is cut off, but a margin."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who runs a server and reads a channel there that the bot is in."""

    env: Env
    actor: MemberActor
    channel: ChannelHandle
    mention: str
    publish: Callable[[], None]

    async def ask(self, question: str) -> None:
        """Mention the bot in a message."""
        await self.actor.send(self.channel, f"{self.mention} {question}")

    async def command(self, name: str, **options: object) -> None:
        """Use a slash command."""
        await self.actor.slash(self.channel, name, **options)

    async def watch(self, query: str) -> None:
        """Have new passages posted, and let some be published."""
        await self.command("watch add", query=query)
        self.publish()
        await self.env.advance_time(RELOAD_S + 1)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is done before a picture is taken, and over which corpus.

    The last ``new`` lines of the corpus are published only when the act asks for it.
    """

    corpus: Path
    act: Callable[[Reader], Awaitable[None]]
    new: int = 0


SCENES: Final = {
    "reply": Scene(SEEDS, lambda reader: reader.ask("Where will Kim meet Putin?")),
    "refusal": Scene(NEWS, lambda reader: reader.ask("Who won the election in Vermont?")),
    "search": Scene(NEWS, lambda reader: reader.command("search", query="Calder", sort="newest")),
    "timeline": Scene(NEWS, lambda reader: reader.command("timeline", topic="Marit Vold")),
    "sources": Scene(NEWS, lambda reader: reader.command("sources")),
    "config": Scene(NEWS, lambda reader: reader.command("config")),
    "watch": Scene(NEWS, lambda reader: reader.watch("Marit Vold"), new=3),
}


async def draw(names: list[str], chromium: str) -> None:
    """Play each scene in a simulated channel and take its picture."""
    encoder = load_encoder()
    # Loaded by name: it is in the extra simcord[screenshot], which the tests do without.
    playwright = importlib.import_module("playwright.async_api")
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for name in names:
            with tempfile.TemporaryDirectory() as scratch:
                await _play(SCENES[name], encoder, Path(scratch), browser, PICTURES / f"{name}.png")
        await browser.close()


async def _play(scene: Scene, encoder: Encoder, home: Path, browser: Any, picture: Path) -> None:
    corpus, index_dir = home / scene.corpus.name, home / "index"
    corpus.mkdir()
    for each in scene.corpus.iterdir():
        lines = each.read_text("utf-8").splitlines(keepends=True)
        (corpus / each.name).write_text("".join(lines[: len(lines) - scene.new]), "utf-8")

    def publish() -> None:
        for each in scene.corpus.iterdir():
            (corpus / each.name).write_bytes(each.read_bytes())
        rebuild([corpus], index_dir, encoder)

    rebuild([corpus], index_dir, encoder)
    bot = create_bot(
        Settings(index=index_dir, reload_s=RELOAD_S, shards=1), open_live(index_dir, encoder)
    )
    async with simcord.run(bot) as env:
        await sync(bot)
        reader = _reader(env, publish)
        await scene.act(reader)
        async with env.preview(
            reader.channel, viewers=[reader.actor], layout="channel", width=WIDTH, height=TALLEST
        ) as preview:
            await _photograph(preview.url, browser, picture)


def _reader(env: Env, publish: Callable[[], None]) -> Reader:
    guild = env.create_guild("Newsroom")
    channel = guild.create_text_channel("ask-the-news")
    env.backend.bot_user.name = "newsquote"
    runs_it = guild.create_role("staff", permissions=discord.Permissions(manage_guild=True))
    actor = guild.add_member(env.create_user("reader"), roles=[runs_it])
    return Reader(env, actor, channel, f"<@{env.backend.bot_user.id}>", publish)


async def _photograph(url: str, browser: Any, picture: Path) -> None:
    page = await browser.new_page(viewport={"width": WIDTH, "height": TALLEST})
    await page.goto(url)
    await page.wait_for_load_state("networkidle")
    await page.wait_for_timeout(1_500)
    clip = {"x": 0, "y": BAR, "width": WIDTH, "height": TALLEST - BAR - COMPOSER}
    taken = await page.screenshot(clip=clip)
    await page.close()
    _cropped(Image.open(io.BytesIO(taken)).convert("RGB")).save(picture, optimize=True)


def _cropped(whole: Image.Image) -> Image.Image:
    """Cut off what is empty at the bottom."""
    grey = whole.convert("L")
    empty = Image.new("L", grey.size, grey.getpixel((grey.width // 2, grey.height - 1)))
    box = ImageChops.difference(grey, empty).point([0] * SHADED + [255] * (256 - SHADED)).getbbox()
    assert box is not None
    return whole.crop((0, 0, whole.width, min(box[3] + MARGIN, whole.height)))


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SCENES))
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    asyncio.run(draw(options.names or list(SCENES), options.chromium))


if __name__ == "__main__":
    main()
