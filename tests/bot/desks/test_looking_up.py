"""/cite and /verify over a real index: one passage, what stands around it, and its file."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from bot.kept import rules
from index import build
from index.encoders.loading import load_encoder
from index.live import open_live
from index.search import open_searcher
from scripted import buttons, texts

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answering import Following
    from index.encoders.protocol import Encoder
    from newsroom import Newsroom

LINES = (
    "The ferry Alma Dore left Brannock at noon.",
    "Mayor *Ines* Okafor opened the tram line, @everyone says.",
    "Nine people rode it.",
)
RECORDS = (
    {"text": "Bees swarmed in Marl.", "title": "Swarm", "source": "Marl Sheet"},
    {"text": "Eggs are weighed.", "date": "2024-03-04", "url": "https://marl.example/eggs"},
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The packaged model."""
    return load_encoder()


@pytest.fixture
def corpus(tmp_path: Path, encoder: Encoder) -> Path:
    """A text file and one of records, indexed."""
    corpus = tmp_path / "desk"
    corpus.mkdir()
    (corpus / "town.txt").write_text("\n".join(LINES), encoding="utf-8")
    (corpus / "marl.jsonl").write_text("\n".join(map(json.dumps, RECORDS)), encoding="utf-8")
    build.rebuild([corpus], tmp_path / "index", encoder)
    return corpus


@pytest.fixture
def ids(corpus: Path, tmp_path: Path, encoder: Encoder) -> dict[str, str]:
    """The passages' ids by their place."""
    del corpus
    searcher = open_searcher(tmp_path / "index", encoder)
    found = {str(h.passage.place): h.passage.id for h in searcher.search("the", 9).hits}
    searcher.close()
    return found


@pytest.fixture
def following(corpus: Path, tmp_path: Path, encoder: Encoder) -> Following:
    """The real searcher."""
    del corpus
    return open_live(tmp_path / "index", encoder)


async def test_cite_shows_a_passage_between_its_neighbours(
    newsroom: Newsroom, ids: dict[str, str]
) -> None:
    """Id, what stands before, the passage with its source, what stands after, as of when."""
    wanted = ids["town.txt:2"]
    result = await newsroom.alice.slash(newsroom.channel, "cite", id=f" `{wanted.upper()}` ")
    assert result.response is not None
    assert not result.ephemeral
    *shown, foot = texts(result.response)
    assert shown == [
        f"**Passage** `{wanted}`",
        "-# Before it · `town.txt:1`",
        f"> {LINES[0]}",
        "> Mayor \\*Ines\\* Okafor opened the tram line, \\@everyone says.",
        "-# `town.txt:2`",
        "-# After it · `town.txt:3`",
        f"> {LINES[2]}",
    ]
    assert foot.startswith("-# As of ")
    assert buttons(result.response) == {}
    assert not result.response.message.mention_everyone


async def test_cite_shows_what_the_source_says_of_it(
    newsroom: Newsroom, ids: dict[str, str]
) -> None:
    """Title, outlet, date and link; an item that is whole has nothing around it."""
    swarm = await newsroom.alice.slash(newsroom.channel, "cite", id=ids["marl.jsonl:1"])
    assert texts(swarm.response)[1:4] == [
        "> Bees swarmed in Marl.",
        "-# Swarm · Marl Sheet · `marl.jsonl:1`",
        "-# Nothing stands before or after it.",
    ]
    eggs = await newsroom.alice.slash(newsroom.channel, "cite", id=ids["marl.jsonl:2"])
    assert texts(eggs.response)[2] == (
        "-# 4 Mar 2024 · `marl.jsonl:2` · [source](https://marl.example/eggs)"
    )


@pytest.mark.parametrize("command", ["cite", "verify"])
async def test_an_unknown_id_says_so(newsroom: Newsroom, command: str) -> None:
    """With the id, which takes no effect, and why it may be unknown."""
    result = await newsroom.alice.slash(newsroom.channel, command, id="<@1> nothing")
    (told,) = texts(result.response)
    assert told == (
        "No passage has the id \\<\\@1\\> nothing. An id lasts as long as the text of its passage:"
        " that may have been changed or removed."
    )


async def test_cite_does_not_show_what_no_longer_stands(
    newsroom: Newsroom, ids: dict[str, str], corpus: Path
) -> None:
    """It says where it stood, and nothing of what it said."""
    file = corpus / "town.txt"
    file.write_bytes(file.read_bytes().replace(b"Okafor", b"Okator"))
    result = await newsroom.alice.slash(newsroom.channel, "cite", id=ids["town.txt:2"])
    (told,) = texts(result.response)
    assert told == (
        f"The passage `{ids['town.txt:2']}` no longer stands: `town.txt:2` has changed since it was"
        " indexed. What it said is not shown."
    )


async def test_verify_shows_place_and_hashes(
    newsroom: Newsroom, ids: dict[str, str], corpus: Path
) -> None:
    """The verdict in words, then path, line, bytes, and one hash that is the same."""
    wanted = ids["town.txt:2"]
    result = await newsroom.alice.slash(newsroom.channel, "verify", id=wanted)
    assert not result.ephemeral
    *shown, foot = texts(result.response)
    sha256 = hashlib.sha256((corpus / "town.txt").read_bytes()).hexdigest()
    start = len(LINES[0]) + 1
    assert shown == [
        f"**Passage** `{wanted}`",
        "**It stands.** The file is, byte for byte, the one that was indexed.",
        (
            "- File: `town.txt`\n- Line: 2\n"
            f"- Bytes: {start} to {start + len(LINES[1])}\n"
            f"- SHA-256 of the file as indexed: `{sha256}`\n"
            "- SHA-256 of the file now: the same"
        ),
    ]
    assert foot.startswith("-# As of ")


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ((b"Nine", b"Five"), "**It stands,** word for word, though the file has changed elsewhere"),
        ((b"tram", b"team"), "**It no longer stands as it is cited:** the text changed since"),
    ],
)
async def test_verify_tells_a_change(
    newsroom: Newsroom, ids: dict[str, str], corpus: Path, change: tuple[bytes, bytes], verdict: str
) -> None:
    """Elsewhere in the file or in the passage; both hashes are shown."""
    file = corpus / "town.txt"
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    file.write_bytes(file.read_bytes().replace(*change))
    now = hashlib.sha256(file.read_bytes()).hexdigest()
    result = await newsroom.alice.slash(newsroom.channel, "verify", id=ids["town.txt:2"])
    _, said, rows, _ = texts(result.response)
    assert said.startswith(verdict)
    assert f"as indexed: `{before}`" in rows
    assert f"now: `{now}`" in rows


async def test_verify_tells_of_a_file_that_is_gone(
    newsroom: Newsroom, ids: dict[str, str], corpus: Path
) -> None:
    """There is no hash to show."""
    (corpus / "town.txt").unlink()
    result = await newsroom.alice.slash(newsroom.channel, "verify", id=ids["town.txt:2"])
    _, said, rows, _ = texts(result.response)
    assert "the file cannot be read" in said
    assert rows.endswith("SHA-256 of the file now: the file cannot be read")


@pytest.mark.parametrize("command", ["cite", "verify"])
async def test_an_id_outlives_a_rebuild(
    newsroom: Newsroom, ids: dict[str, str], corpus: Path, encoder: Encoder, command: str
) -> None:
    """The passage moved a line down, and its id still finds it in the new snapshot."""
    file = corpus / "town.txt"
    file.write_text("\n".join(("A new line came first.", *LINES)), encoding="utf-8")
    build.rebuild([corpus], corpus.parent / "index", encoder)
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    result = await newsroom.alice.slash(newsroom.channel, command, id=ids["town.txt:2"])
    told = "\n".join(texts(result.response))
    assert "`town.txt:3`" in told or "- Line: 3\n" in told


@pytest.mark.parametrize("command", ["cite", "verify"])
async def test_a_snapshot_that_is_gone_names_an_incident(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Whatever else goes wrong is one sentence."""

    def broken(_passage_id: str) -> None:
        raise OSError

    monkeypatch.setattr(newsroom.bot.answering, command, broken)
    result = await newsroom.alice.slash(newsroom.channel, command, id="0" * 20)
    (told,) = texts(result.response)
    assert told.startswith("Something went wrong \\(incident ")


LIMITED = "This server limits me to Marl; that passage is of another outlet."


@pytest.mark.parametrize("command", ["cite", "verify"])
@pytest.mark.parametrize("place", ["town.txt:2", "marl.jsonl:2"])
async def test_what_a_server_leaves_out_is_not_shown_by_its_id(
    newsroom: Newsroom, ids: dict[str, str], command: str, place: str
) -> None:
    """What no outlet is named for is of none that was chosen."""
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Marl"])
    result = await newsroom.alice.slash(newsroom.channel, command, id=ids[place])
    (told,) = texts(result.response)
    assert told.startswith(LIMITED)
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, [])
    result = await newsroom.alice.slash(newsroom.channel, command, id=ids[place])
    assert len(texts(result.response)) > 2


@pytest.mark.parametrize("command", ["cite", "verify"])
async def test_what_a_server_leaves_in_is_shown_by_its_id(
    newsroom: Newsroom, ids: dict[str, str], command: str
) -> None:
    """An outlet is chosen by how its name begins; filters bind no passage that is named."""
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Marl"])
    await rules.set_filters(newsroom.bot.store, newsroom.guild.id, "-bees after:2030")
    result = await newsroom.alice.slash(newsroom.channel, command, id=ids["marl.jsonl:1"])
    assert len(texts(result.response)) > 2
