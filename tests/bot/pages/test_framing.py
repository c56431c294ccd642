"""What stands above and below the quotes of a reply."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot import rendering
from bot.kept.replies import Kind, Reply
from bot.pages import citing, framing
from index.questions.units import Unit
from index.records import ReadAs
from index.retrieval.recency import Sort
from made_replies import (
    NOON,
    quote,
    reply_of,
)
from scripted import SNAPSHOT


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (reply_of(Kind.ANSWER, quote()), "**The corpus says:**"),
        (reply_of(Kind.ANSWER, stale=1), "**The passages that answer have changed.**"),
        (reply_of(Kind.CLOSE, quote()), "**This may not answer.** What comes closest:"),
        (
            reply_of(Kind.CLOSE, quote(), missing=("Vermont",)),
            "**This may not answer.** Nothing here mentions **Vermont**. What comes closest:",
        ),
        (reply_of(Kind.SEARCH, quote()), "**Found, best first:**"),
        (
            replace(reply_of(Kind.SEARCH, quote()), order=Sort.NEWEST),
            "**Found, newest first:**",
        ),
        (
            replace(reply_of(Kind.SEARCH, quote()), order=Sort.OLDEST),
            "**Found, oldest first:**",
        ),
        (replace(reply_of(Kind.SEARCH, quote()), order=None), "**Found:**"),
        (reply_of(Kind.SEARCH), "**Nothing found.**"),
        (
            replace(reply_of(Kind.SEARCH, quote(published=NOON)), unit=Unit.YEAR),
            "**A quote a year, oldest first:**",
        ),
        (replace(reply_of(Kind.SEARCH), unit=Unit.DAY), "**Nothing found that has a date.**"),
        (reply_of(Kind.REFUSAL), "**The corpus doesn't say.**"),
        (replace(reply_of(Kind.REFUSAL), by_words=True), "**Nothing was found by words alone.**"),
        (reply_of(Kind.REFUSAL, quote()), "**The corpus doesn't say.** What comes closest:"),
        (
            reply_of(Kind.REFUSAL, missing=("Vermont", "2022", "Ohio")),
            "**The corpus doesn't say.** Nothing here mentions **Vermont**, **2022** or **Ohio**.",
        ),
    ],
)
def test_verdict(reply: Reply, verdict: str) -> None:
    """The verdict stands before any quote and right below the question."""
    (page,) = rendering.pages(reply)
    assert page.texts[:2] == ("**Q** Kim?", verdict)


@pytest.mark.parametrize(
    ("read_as", "line"),
    [
        (
            (ReadAs("Zelenski", ("Zelensky",)),),
            "-# Searched for **Zelensky** (you wrote “Zelenski”).",
        ),
        (
            (ReadAs("tusnami", ("tsunami",)), ReadAs("Burma", ("Myanmar", "<@1>"))),
            (
                "-# Searched for **tsunami** (you wrote “tusnami”), "
                "**Myanmar** or **\\<\\@1\\>** (you wrote “Burma”)."
            ),
        ),
        (
            (ReadAs("a" * 999, ("b" * 999,)), ReadAs("c" * 999, ("d" * 999,))),
            f"-# Searched for **{'b' * 59}…** (you wrote “{'a' * 59}…”).",
        ),
        ((ReadAs("\u202e", ("x",)), ReadAs("x", ("\u202e",))), "**The corpus says:**"),
    ],
)
def test_what_was_searched_for_instead(read_as: tuple[ReadAs, ...], line: str) -> None:
    """It stands between question and verdict: short, escaped, and as much of it as fits."""
    (page,) = rendering.pages(replace(reply_of(Kind.ANSWER, quote()), read_as=read_as))
    assert page.texts[1] == line
    assert "**The corpus says:**" in page.texts[1:3]


@pytest.mark.parametrize(
    ("published", "line"),
    [
        (NOON, "The newest relevant item is of 24 Nov 2026, of today."),
        (NOON - timedelta(days=1), "The newest relevant item is of 23 Nov 2026, a day old."),
        (NOON - timedelta(days=12), "The newest relevant item is of 12 Nov 2026, 12 days old."),
    ],
)
def test_how_old_the_newest_is_comes_first(published: datetime, line: str) -> None:
    """It stands right below the question, and is as old as it was when that was asked."""
    reply = replace(
        reply_of(Kind.ANSWER, quote()),
        newest_relevant=published,
        asked_at=NOON,
        read_as=(ReadAs("Zelenski", ("Zelensky",)),),
    )
    (page,) = rendering.pages(reply)
    assert page.texts[1] == line


@pytest.mark.parametrize(
    ("searched", "line"),
    [
        ({"searched_range": (NOON, NOON + timedelta(hours=1))}, "-# Searched 24 Nov 2026."),
        (
            {"searched_range": (NOON - timedelta(days=7), NOON - timedelta(hours=12))},
            "-# Searched 17 to 23 Nov 2026.",
        ),
        ({"any_date": True}, "-# Searched all dates."),
    ],
)
def test_which_time_was_searched(searched: dict[str, object], line: str) -> None:
    """It stands right above the verdict."""
    (page,) = rendering.pages(replace(reply_of(Kind.ANSWER, quote()), **searched))  # pyright: ignore[reportArgumentType]  # fields of Reply
    assert page.texts[1:3] == (line, "**The corpus says:**")


def test_notes_are_told_as_far_as_there_is_room() -> None:
    """Each is a line of its own, escaped and cut; what is left out is counted."""
    short = ("No outlet here has a name that begins with “<@1>”.", "  \u202e ", "Nothing else.")
    (page,) = rendering.pages(replace(reply_of(Kind.SEARCH), notes=short))
    assert page.texts[1] == (
        "-# No outlet here has a name that begins with “\\<\\@1\\>”.\n-# Nothing else."
    )
    (page,) = rendering.pages(replace(reply_of(Kind.SEARCH), notes=("x" * 999,) * 4))
    assert page.texts[1] == f"-# {'x' * 199}…\n-# and 3 more"
    for more, last in ((0, f"-# {'y' * 196}"), (1, "-# and 1 more")):
        both = ("x" * 196, "y" * (196 + more))
        (page,) = rendering.pages(replace(reply_of(Kind.SEARCH), notes=both))
        assert page.texts[1] == f"-# {'x' * 196}\n{last}"


def test_what_has_no_answer_is_named() -> None:
    """Below the quotes of each page, before what is stale; a reply that is no answer has none."""
    parts = ("when was *it* held?", "why " * 99)
    reply = replace(reply_of(Kind.ANSWER, quote(), stale=1), unanswered=parts)
    (page,) = rendering.pages(reply)
    said, gone, _ = page.groups[-1]
    why = ("why " * 30)[:119] + "…"
    assert said == f"Nothing in the corpus on: “when was \\*it\\* held?” or “{why}”"
    assert "changed on disk" in gone
    long = replace(quote(), text="word " * 1000)
    several = rendering.pages(replace(reply, quotes=(long,)))
    assert len(several) > 1
    assert all(said in page.texts for page in several)
    (refusal,) = rendering.pages(replace(reply, kind=Kind.REFUSAL))
    assert said not in refusal.texts


@pytest.mark.parametrize(
    ("told", "searched"),
    [
        ((ReadAs("\u202e", ("x",)), ReadAs("Burma", ("Myanmar",))), ("Myanmar",)),
        ((ReadAs("a" * 60, ("b" * 60,)), ReadAs("c" * 33, ("d" * 30,))), ("b" * 60, "d" * 30)),
        ((ReadAs("a" * 60, ("b" * 60,)), ReadAs("c" * 33, ("d" * 31,))), ("b" * 60,)),
        ((ReadAs("a" * 60, ("b" * 60,)), ReadAs("c" * 40, ("d" * 40,)), ReadAs("e", ("f",))), None),
    ],
)
def test_of_what_was_searched_for_as_much_is_told_as_fits(
    told: tuple[ReadAs, ...], searched: tuple[str, ...] | None
) -> None:
    """In 240 characters with the full stop; what has no room leaves room for what comes behind."""
    reply = replace(reply_of(Kind.ANSWER, quote()), read_as=told)
    line = framing.head(reply)[1]
    assert len(line) <= 240
    assert line.endswith(".")
    assert re.findall(r"\*\*(.+?)\*\*", line) == list(searched or ("b" * 60, "f"))


@pytest.mark.parametrize(
    ("found", "line"),
    [(True, "**What stands around the quotes:**"), (False, "**The quotes have changed.**")],
)
def test_above_what_stands_around(found: bool, line: str) -> None:
    """The question, where it is shown, and what follows, or that nothing can."""
    reply = reply_of(Kind.ANSWER, quote())
    assert framing.context(reply, found=found) == ("**Q** Kim?", line)
    assert framing.context(replace(reply, show_question=False), found=found) == (line,)


def test_who_shared_it_stands_below_the_question() -> None:
    """Where the question isn't shown, alone; a name that shows nothing is nobody's."""
    reply = replace(reply_of(Kind.ANSWER, quote()), shared_by="Kim *the* first")
    told = "-# Shared by Kim \\*the\\* first"
    assert framing.head(reply)[0] == f"**Q** Kim?\n{told}"
    assert framing.head(replace(reply, show_question=False))[0] == told
    assert framing.shared("\u202e") == "-# Shared by someone"


def test_the_foot_says_as_of_when() -> None:
    """Also where nothing is dated; a name that is no snapshot's doesn't fill the line."""
    told = framing.foot(SNAPSHOT)
    assert told.endswith(f" · snapshot `{SNAPSHOT.id}`")
    assert f" · newest item {citing.day(SNAPSHOT.newest_published or NOON)} · " in told
    undated = replace(SNAPSHOT, id="x" * 200, newest_published=None)
    built = citing.moment(SNAPSHOT.built_at)
    assert framing.foot(undated) == f"As of {built} · snapshot `…{'x' * 24}`"
