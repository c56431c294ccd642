"""The bot over a real index of the project's own seeds."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index import build
from index.encoders.loading import load_encoder
from index.live import open_live
from scripted import texts

if TYPE_CHECKING:
    from bot.answering import Following
    from index.encoders.protocol import Encoder
    from newsroom import Newsroom

SEEDS = Path(__file__).parents[2] / "seeds"
HOSTILE = "Officials said @everyone should visit [this site](https://evil.example) *today*."


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The packaged model."""
    return load_encoder()


@pytest.fixture(scope="module")
def seeds_index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """A directory with a copy of the seeds and their index."""
    root = tmp_path_factory.mktemp("seeds")
    shutil.copytree(SEEDS, root / "corpus")
    build.rebuild([root / "corpus"], root / "index", encoder)
    return root


@pytest.fixture
def desk(seeds_index: Path, tmp_path: Path) -> Path:
    """Copies of both that the test may change."""
    shutil.copytree(seeds_index, tmp_path / "desk")
    return tmp_path / "desk"


@pytest.fixture
def following(seeds_index: Path, encoder: Encoder) -> Following:
    """The real searcher."""
    return open_live(seeds_index / "index", encoder)


def plain(message: object) -> str:
    """Return a message's text without escapes and bold."""
    return "\n".join(texts(message)).replace("\\", "").replace("**", "")


async def test_answer_is_a_line_of_the_seeds(newsroom: Newsroom) -> None:
    """The first quote is the line that answers, whole, with its file and line."""
    reply = plain(await newsroom.ask("Where will Kim meet Putin?"))
    (file,) = SEEDS.iterdir()
    line = file.read_text(encoding="utf-8").split("\n")[1]
    assert f"> {line}\n-# `{file.name}:2`" in reply


async def test_a_correction_is_told(newsroom: Newsroom) -> None:
    """What was searched for instead of a mistyped word stands above the answer."""
    reply = plain(await newsroom.ask("Will Kim travel to Vladivotsok?"))
    first, second, *_ = reply.split("\n")
    assert first == "-# Searched for Vladivostok (you wrote “Vladivotsok”)."
    assert second == "The corpus says:"


async def test_half_an_answer_names_the_other_half(newsroom: Newsroom) -> None:
    """Of two questions one may be answered; the reply says which is not."""
    asked = "Where will Kim meet Putin? How many people died in the Vermont bus crash?"
    reply = plain(await newsroom.ask(asked))
    assert reply.startswith("The corpus says:")
    assert "to Vladivostok, on the Pacific Coast of Russia" in reply
    said = "Nothing in the corpus on: “How many people died in the Vermont bus crash?”"
    assert reply.split("\n")[-2] == said


async def test_refusal_names_vermont(newsroom: Newsroom) -> None:
    """What the seeds cannot answer is refused, with the name that they never mention."""
    reply = await newsroom.ask("How many people died in the Vermont bus crash?")
    assert plain(reply).startswith("The corpus doesn't say. Nothing here mentions Vermont.")
    pressed = await newsroom.alice.click(reply, label="Why?")
    assert plain(pressed.response).startswith("Refused.")
    assert "Not there: died, Vermont, crash." in plain(pressed.response)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("🙂🙂", "The question has no word in it."),
        ("x" * 1900, "The question is 1,900 characters long."),
    ],
)
async def test_bad_questions_are_told(newsroom: Newsroom, question: str, said: str) -> None:
    """Emoji alone and a text that is no question get the error's own sentence."""
    assert plain(await newsroom.ask(question)).startswith(said)


@pytest.mark.parametrize(
    "question", ["Où Kim rencontrera-t-il Poutine ?", "金正恩去哪里？", "'; DROP"]
)
async def test_any_language_gets_a_reply(newsroom: Newsroom, question: str) -> None:
    """A question in another language or in none is answered or refused, never an error."""
    reply = plain(await newsroom.ask(question))
    assert reply.startswith(("The corpus says:", "The corpus doesn't say."))


async def test_search_lists_passages(newsroom: Newsroom) -> None:
    """/search shows ranked passages with their sources."""
    result = await newsroom.alice.slash(newsroom.channel, "search", query="heat in Portugal")
    assert texts(result.response)[3].startswith("-# 1 · `")
    assert "Portugal" in plain(result.response)


class TestRebuild:
    """The index is rebuilt while the bot runs."""

    @pytest.fixture
    def following(self, desk: Path, encoder: Encoder) -> Following:
        """The real searcher over the copies."""
        return open_live(desk / "index", encoder)

    async def test_new_snapshot_is_served(
        self, newsroom: Newsroom, desk: Path, encoder: Encoder
    ) -> None:
        """New text is found after the next look; hostile text in it stays text."""
        (desk / "corpus" / "new.txt").write_text(HOSTILE + "\n", encoding="utf-8")
        build.rebuild([desk / "corpus"], desk / "index", encoder)
        await newsroom.env.advance_time(newsroom.settings.reload_s)
        result = await newsroom.alice.slash(
            newsroom.channel, "search", query="officials visit this site today"
        )
        assert HOSTILE.replace("*", "") in plain(result.response).replace("*", "")
        assert result.response is not None
        assert not result.response.message.mention_everyone

    async def test_changed_file_is_not_quoted(self, newsroom: Newsroom, desk: Path) -> None:
        """A line that changed on disk is left out, and the reply says so."""
        (file,) = (desk / "corpus").iterdir()
        file.write_bytes(file.read_bytes().replace(b"Kim would travel", b"Kim could travel"))
        reply = plain(await newsroom.ask("Where will Kim meet Putin?"))
        assert "Kim would travel" not in reply
        assert "changed on disk" in reply

    async def test_broken_snapshot_is_refused(
        self, newsroom: Newsroom, desk: Path, encoder: Encoder
    ) -> None:
        """A snapshot that is damaged before we open it never serves; the old one does."""
        before = newsroom.bot.answering.info.id
        (desk / "corpus" / "new.txt").write_text("Something new.\n", encoding="utf-8")
        report = build.rebuild([desk / "corpus"], desk / "index", encoder)
        damaged = desk / "index" / report.snapshot.id
        largest = max(damaged.iterdir(), key=lambda file: file.stat().st_size)
        largest.write_bytes(largest.read_bytes()[:-1])
        await newsroom.env.advance_time(newsroom.settings.reload_s)
        assert newsroom.bot.answering.info.id == before
        assert "Vladivostok" in plain(await newsroom.ask("Where will Kim meet Putin?"))
