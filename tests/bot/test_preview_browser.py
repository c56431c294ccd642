"""`newsquote preview` as people use it: in Chromium, light and dark, on a phone and on a desktop.

Needs a Chromium (Debian's package will do); is skipped without. Each test leaves pictures in its
temporary directory, to be looked at.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.preview.front import serving
from bot.preview.room import open_room
from index.records import Answer, Verdict
from scripted import ScriptedSearcher, write_corpus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from bot.answering import Following
    from bot.settings import Settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
pytest.importorskip("linkify_it", reason="needs newsquote[preview]")
# Any: without playwright installed its types are not there to check against.
playwright: Any = pytest.importorskip("playwright.async_api", reason="needs playwright")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")

LOOKS = [("dark", 1280, 900), ("light", 1280, 900), ("dark", 390, 844), ("light", 390, 844)]
TALK = "#channel-message-list"
FIELD = "#channel-composer-input"
SEND = "#send-message"
BUSY_MS = 60_000
"""How long a page may take on a machine that has other work."""

# Every text in sight that is too faint on what is behind it (WCAG 2.2, 1.4.3).
FAINT = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const over = (top, below) => {
    const alpha = top.length > 3 ? top[3] : 1;
    return [0, 1, 2].map((i) => top[i] * alpha + below[i] * (1 - alpha));
  };
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    const color = parse(getComputedStyle(element).backgroundColor);
    return color.length > 3 && color[3] === 0
      ? behind(element.parentElement) : over(color, behind(element.parentElement));
  };
  const light = (color) => {
    const [r, g, b] = color.map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll("#preview-app *")].flatMap((element) => {
    const text = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => node.textContent.trim()).join("");
    // Emoji have colours of their own; what cannot be pressed is faint on purpose.
    const read = /[a-z]/i.test(text) && element.checkVisibility() && !element.closest(":disabled");
    if (!read) return [];
    const below = behind(element);
    const [x, y] = [light(below), light(over(parse(getComputedStyle(element).color), below))];
    const contrast = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    return contrast < 4.5 ? [`${contrast.toFixed(1)}: ${text.slice(0, 40)}`] : [];
  });
}"""

# Whether the newest message is in sight.
AT_END = """() => {
  const shown = document.getElementById("channel-timeline");
  return shown.scrollHeight - shown.scrollTop - shown.clientHeight <= 1;
}"""


class Screen:
    """The page in one look; ``wrong`` holds what the browser complained of."""

    def __init__(self, page: Any, pictures: Path) -> None:
        self.page = page
        self.pictures = pictures
        self.wrong: list[str] = []
        page.on("pageerror", self._failed)
        page.on("console", self._told)

    async def ask(self, text: str) -> None:
        """Write a message and send it with Enter, which does nothing while Send is disabled."""
        await self.page.fill(FIELD, text)
        await self.page.locator(f"{SEND}:enabled").wait_for()
        await self.page.press(FIELD, "Enter")

    async def press(self, label: str) -> None:
        """Press the last button of that name."""
        await self.page.get_by_role("button", name=label, exact=True).last.click()

    async def sees(self, text: str) -> None:
        """Wait until a text stands in the conversation."""
        await self.page.locator(f"{TALK} >> text={text}").last.wait_for()

    async def looked_at(self, name: str) -> None:
        """Take a picture; nothing is too faint to read and nothing sticks out sideways."""
        await self.page.wait_for_timeout(400)
        await self.page.screenshot(path=self.pictures / f"{name}.png")
        assert await self.page.evaluate(FAINT) == []
        wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await self.page.evaluate(wide) <= 0

    def _failed(self, error: object) -> None:
        self.wrong.append(str(error))

    def _told(self, told: Any) -> None:
        if told.type == "error":
            self.wrong.append(f"{told.text} {told.location}")


class Choosy(ScriptedSearcher):
    """Refuses what is asked about a cup."""

    def ask(self, question: str, *, any_date: bool = False, in_haste: bool = False) -> Answer:
        answer = super().ask(question, any_date=any_date, in_haste=in_haste)
        if "cup" not in question:
            return answer
        refused = {"verdict": Verdict.NOT_FOUND, "quotes": (), "closest": answer.quotes[:3]}
        return replace(answer, **refused)


@pytest.fixture
def searcher(tmp_path: Path) -> ScriptedSearcher:
    """Answers with twelve quotes, which makes several pages, or refuses."""
    root = tmp_path / "corpus"
    lines = [f"Sentence number {n} speaks of Kim and of Putin." for n in range(1, 13)]
    return Choosy(root, write_corpus(root, lines))


@pytest.fixture
async def link(settings: Settings, following: Following) -> AsyncGenerator[str]:
    """The link to a preview of the bot over the scripted searcher."""
    async with open_room(settings, following) as room, serving(room) as front:
        yield front.gate.link


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
async def screen(
    request: pytest.FixtureRequest, link: str, tmp_path: Path
) -> AsyncGenerator[Screen]:
    """The page, opened by the link, in a browser without a past."""
    scheme, width, height = request.param
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        size = {"width": width, "height": height}
        page = await browser.new_page(viewport=size, color_scheme=scheme)
        page.set_default_timeout(BUSY_MS)
        shown = Screen(page, tmp_path)
        await page.goto(link)
        await shown.sees("mention me and write your question")
        yield shown
        await browser.close()


async def test_a_visitor_tries_the_bot(screen: Screen) -> None:
    """Ask, turn the page, ask why, praise, criticise, be refused, run a command."""
    assert "token" not in screen.page.url
    await screen.ask("Where is Kim?")
    await screen.sees("The corpus says")
    await screen.looked_at("1-answer")
    await screen.press("Next")
    await screen.sees("Page 2 of")
    await screen.press("Why?")
    await screen.sees("Only you can see this")
    await screen.looked_at("2-why")
    await screen.press("👍")
    await screen.sees("Thank you, that is noted.")

    await screen.press("👎")
    await screen.page.get_by_role("radio", name="It is outdated").check()
    await screen.looked_at("3-form")
    await screen.page.get_by_role("button", name="Submit").click()
    await screen.sees("It replaces your earlier vote.")

    await screen.ask("Who won the cup?")
    await screen.sees("The corpus doesn't say.")
    await screen.looked_at("4-refusal")

    await screen.page.click(FIELD)
    await screen.page.keyboard.type("/")
    await screen.page.get_by_text("Show one passage with what stands").wait_for()
    await screen.looked_at("5-commands")
    await screen.page.keyboard.type("cite")
    await screen.page.keyboard.press("Enter")
    await screen.page.keyboard.type("passage1")
    await screen.looked_at("6-option")
    await screen.page.keyboard.press("Enter")
    await screen.page.get_by_text("you used /cite").wait_for()
    await screen.looked_at("7-cited")
    assert await screen.page.evaluate(AT_END)
    assert screen.wrong == []
