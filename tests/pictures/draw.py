"""Draw the README's picture of a reply: the real bot over the seeds, in a browser.

    python tests/pictures/draw.py [CHROMIUM]

Needs `pip install 'simcord[screenshot]'` and a Chromium (default /usr/bin/chromium). Look at what
it drew before you commit it.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
import tempfile
from pathlib import Path

import simcord

from bot.app import create_bot
from bot.settings import Settings
from index.build import rebuild
from index.encoders.loading import load_encoder
from index.live import open_live

PROJECT = Path(__file__).parents[2]
PICTURE = PROJECT / "tests" / "pictures" / "reply.png"
QUESTION = "Where will Kim meet Putin?"
WIDTH, HEIGHT = 720, 750
BAR, COMPOSER = 112, 76


async def draw(chromium: str) -> None:
    """Ask the question in a simulated channel and take its picture."""
    with tempfile.TemporaryDirectory() as scratch:
        encoder = load_encoder()
        rebuild([PROJECT / "seeds"], Path(scratch), encoder)
        settings = Settings(index=Path(scratch), reload_s=60)
        bot = create_bot(settings, open_live(Path(scratch), encoder))
        async with simcord.run(bot) as env:
            guild = env.create_guild("Newsroom")
            channel = guild.create_text_channel("ask-the-news")
            reader = guild.add_member(env.create_user("reader"))
            env.backend.bot_user.name = "newsquote"
            assert bot.user is not None
            await reader.send(channel, f"{bot.user.mention} {QUESTION}")
            async with env.preview(
                channel, viewers=[reader], layout="channel", width=WIDTH, height=HEIGHT
            ) as preview:
                await _photograph(preview.url, chromium)


async def _photograph(url: str, chromium: str) -> None:
    # Loaded by name: it is in the extra simcord[screenshot], which the tests do without.
    playwright = importlib.import_module("playwright.async_api")
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        await page.goto(url)
        await page.wait_for_load_state("networkidle")
        await page.wait_for_timeout(1_500)
        # Without the preview's own bars above and below the conversation.
        clip = {"x": 0, "y": BAR, "width": WIDTH, "height": HEIGHT - BAR - COMPOSER}
        await page.screenshot(path=PICTURE, clip=clip)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(draw(*(sys.argv[1:] or ["/usr/bin/chromium"])))
