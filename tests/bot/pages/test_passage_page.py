"""The pages of /cite and /verify: inside Discord's limits, and nothing of a text takes effect."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simcord.components import walk_components

from bot.escaping import shown, size
from bot.pages import passage_page
from bot.pages.layouts import plain
from bot.rendering import MESSAGE_CHARS, Page
from discord_markdown import read
from index.errors import StaleQuoteError
from index.place import Place
from index.proofs.proof import Proof
from index.proofs.surroundings import CHARS, Excerpt, Surroundings
from index.records import Citation, Metadata, Quote
from scripted import BUILT, SNAPSHOT

WORDS = ("Kim", "*", "1.", "https://a.example/x", "\n", "\r\n", "<@1>", "> ", "\u202e", "🙂", "# x")
SOURCE_LINK = re.compile(r"(?<= )\[source\]\(https?://[^\s()\\]+\)")
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join).filter(str.strip)
one_word = st.tuples(st.sampled_from(["a", "*", ".", "🙂"]), st.integers(1, 9000)).map(
    lambda pair: pair[0] * pair[1]
)
anything = (
    words | one_word | st.tuples(words, st.integers(1, 60)).map(lambda pair: pair[0] * pair[1])
)
beside = anything.map(lambda text: text[:CHARS].strip()).filter(bool)
slow = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)

places = st.builds(
    Place,
    path=anything,
    first_line=st.integers(0, 10**6),
    last_line=st.integers(0, 10**6),
    byte_start=st.integers(0, 10**9),
    byte_end=st.integers(0, 10**9),
    entry=st.just("") | anything,
    record=st.integers(0, 10**6),
    extracted=st.sampled_from(["", "f" * 64]),
)
citations = st.builds(
    Citation,
    places,
    st.just("0" * 64),
    st.builds(
        Metadata,
        title=st.none() | anything,
        outlet=st.none() | anything,
        published=st.none() | st.just(BUILT),
        url=st.sampled_from([None, "https://news.example/a_(b)", "javascript:alert(1)"]),
    ),
)
excerpts = st.none() | st.builds(Excerpt, beside, places, st.booleans())
surroundings = st.builds(
    Surroundings,
    st.builds(Quote, anything, anything, st.just(1.0), citations, fragment=st.booleans()),
    excerpts,
    excerpts,
    st.just(SNAPSHOT),
)
proofs = st.builds(
    Proof,
    anything,
    places,
    st.just("a" * 64),
    st.sampled_from(["", "a" * 64, "b" * 64]),
    st.just("") | anything,
    st.just(SNAPSHOT),
)


def fits(page: Page) -> None:
    """Check a page against Discord's limits, and that nothing in it takes effect but our own."""
    parts = list(walk_components(plain(page).to_components()))
    assert len(parts) <= 40
    assert sum(size(part.get("content", "")) for part in parts) <= MESSAGE_CHARS
    assert all(part["content"] for part in parts if part["type"] == 10)
    for block in page.texts:
        for line in block.split("\n"):
            own = line.removeprefix("> ").removeprefix("-# ").removeprefix("- ")
            assert set(read(SOURCE_LINK.sub("", own)).effects) <= {"`"}, line


def quoted(text: str) -> str:
    """Return what a reader sees of a block quote, without white space."""
    lines = [line.removeprefix("> ").removeprefix(">") for line in text.split("\n")]
    return "".join(read("\n".join(lines)).visible.split())


@slow
@given(surroundings)
def test_any_passage_fits_one_message(around: Surroundings) -> None:
    """However long and hostile the passage, its source and what stands around it."""
    fits(passage_page.cited(around))


@slow
@given(surroundings)
def test_a_passage_is_shown_whole_or_says_how_much_of_it(around: Surroundings) -> None:
    """What is shown is its beginning, and it is all of it unless the page says otherwise."""
    texts = passage_page.cited(around).texts
    whole = "".join(shown(around.quote.text).split())
    (source,) = [i for i, text in enumerate(texts) if text in {*_sources(around)}]
    part = texts[source - 1].startswith("-# These are the first")
    told = quoted(texts[source - 1 - part])
    assert whole.startswith(told)
    assert part == (told != whole)


def _sources(around: Surroundings) -> tuple[str, ...]:
    from bot.pages.citing import source_line

    return (source_line(around.quote),)


@slow
@given(surroundings)
def test_what_stands_around_is_next_to_the_passage(around: Surroundings) -> None:
    """Of what stands before, the end is shown, of what stands after, the beginning."""
    texts = passage_page.cited(around).texts
    for i, text in enumerate(texts):
        if text.startswith("-# Before it · "):
            assert around.before is not None
            assert "".join(shown(around.before.text).split()).endswith(quoted(texts[i + 1]))
        if text.startswith("-# After it · "):
            assert around.after is not None
            assert "".join(shown(around.after.text).split()).startswith(quoted(texts[i + 1]))


@slow
@given(proofs)
def test_any_proof_fits_one_message(proof: Proof) -> None:
    """However long the path, the entry and the problem."""
    fits(passage_page.verified(proof))


@given(anything)
def test_notices_fit(typed: str) -> None:
    """Whatever was typed as an id, and wherever the passage stood."""
    wanted = passage_page.passage_id(typed)
    fits(passage_page.unknown(wanted))
    fits(passage_page.gone(wanted, StaleQuoteError("", remedy="", path=typed, line=3)))


def test_an_id_is_found_as_it_was_copied() -> None:
    """Space, code marks and capitals around it do no harm."""
    assert passage_page.passage_id(" `AB12` ") == "ab12"


PLACE = Place("wire.zip", 12, 13, 1024, 1300, entry="may/news.csv", record=4)
STANDS = Proof("ab12", PLACE, "a" * 64, "a" * 64, "", SNAPSHOT)


def test_a_proof_names_everything() -> None:
    """Verdict, file, entry, record, lines, bytes, hash; then as of when."""
    texts = passage_page.verified(STANDS).texts
    assert texts[:2] == (
        "**Passage** `ab12`",
        "**It stands.** The file is, byte for byte, the one that was indexed.",
    )
    assert texts[2].split("\n") == [
        "- File: `wire.zip`",
        "- Entry in it: `may/news.csv`",
        "- Record: 4",
        "- Lines: 12 to 13",
        "- Bytes: 1,024 to 1,300",
        f"- SHA-256 of the file as indexed: `{'a' * 64}`",
        "- SHA-256 of the file now: the same",
    ]
    assert texts[3].startswith("-# As of 24 Nov 2026, 04:50 UTC")


@pytest.mark.parametrize(
    ("proof", "verdict", "last"),
    [
        (
            replace(STANDS, sha256_now="b" * 64),
            "**It stands,** word for word, though the file has changed elsewhere since.",
            f"- SHA-256 of the file now: `{'b' * 64}`",
        ),
        (
            replace(STANDS, sha256_now="b" * 64, problem="the text now begins on line 3"),
            "**It no longer stands as it is cited:** the text now begins on line 3.",
            f"- SHA-256 of the file now: `{'b' * 64}`",
        ),
        (
            replace(STANDS, sha256_now="", problem="the file cannot be read (gone)"),
            "**It no longer stands as it is cited:** the file cannot be read \\(gone\\).",
            "- SHA-256 of the file now: the file cannot be read",
        ),
    ],
)
def test_verdicts(proof: Proof, verdict: str, last: str) -> None:
    """Changed elsewhere, moved, or gone: each is said in words."""
    _, said, rows, _ = passage_page.verified(proof).texts
    assert (said, rows.split("\n")[-1]) == (verdict, last)


def test_a_line_without_record_and_a_text_that_was_extracted() -> None:
    """What there isn't has no row; of an extracted text, the bytes are its own."""
    place = Place("a.html", 0, 0, 5, 9, extracted="e" * 64)
    rows = passage_page.verified(replace(STANDS, place=place)).texts[2].split("\n")
    assert rows[:3] == [
        "- File: `a.html`",
        "- Bytes: 5 to 9 of the text as it was extracted",
        f"- SHA-256 of that text: `{'e' * 64}`",
    ]
    one = passage_page.verified(replace(STANDS, place=Place("a.txt", 3, 3, 0, 1))).texts[2]
    assert "- Line: 3\n" in one
