"""No regular expression of ours blows up on hostile text.

Each is found by importing every module, and is pumped: of each repeat in it a text is made that
the repeat matches 20,000 times, in front of it what leads there, behind it what nothing matches.
What reads questions and messages is pumped to the 4,000 characters that Discord lets through. A
linear pattern takes milliseconds of processor time for that, a quadratic one seconds.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
from typing import TYPE_CHECKING, Any

import pytest

import bot
import index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, ModuleType

# Private: the parsed form of a pattern.
sre: Any = importlib.import_module("re._constants")
parser: Any = importlib.import_module("re._parser")

REPEATS = 20_000
MOST_ASKED = 4_000
BOUNDED = {
    "index.corpus.charsets._XML": 4_096,  # the head of a file
    "index.corpus.charsets._META": 4_096,
    "index.fetching.state._DRAFT": 255,  # the name of a file
}
_ASKED = ("bot.", "index.questions.", "index.query.", "index.retrieval.narrowing.")
MATCHED = {"index.text.copies._AFTER_OPEN", "index.text.pointing._OPENING"}
"""These are tried at one place of a text alone, and never searched for."""
MOST_S = 0.7
"""Of processor time, for a search and a full match of one text."""
ENDS = ("", "\0!")


def modules() -> Iterator[ModuleType]:
    """Import every module of both wings."""
    for wing in (index, bot):
        for found in pkgutil.walk_packages(wing.__path__, f"{wing.__name__}."):
            if found.name.endswith("__main__") or found.name.startswith("index.fitting"):
                continue
            yield importlib.import_module(found.name)


def patterns() -> dict[str, re.Pattern[Any]]:
    """Return each pattern that a module of ours holds, by module and name."""
    return {
        f"{module.__name__}.{name}": value
        for module in modules()
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    }


def repeats_of(name: str) -> int:
    """Return how long what a pattern is applied to may be."""
    asked = name.startswith(_ASKED)
    return BOUNDED.get(name, MOST_ASKED if asked else REPEATS)


def texts(pattern: re.Pattern[Any], repeats: int = REPEATS) -> Iterator[str]:
    """Yield texts that make each repeat of a pattern go on as long as it can."""
    source = pattern.pattern
    parsed = parser.parse(source if isinstance(source, str) else source.decode("latin-1"))
    for before, repeated in pumps(list(parsed), ""):
        for end in ENDS:
            yield before + repeated * (repeats // max(1, len(repeated))) + end


def pumps(items: list[Any], before: str) -> Iterator[tuple[str, str]]:
    """Yield what leads to each repeat, and what it repeats."""
    for op, argument in items:
        if op in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
            least, most, body = argument
            if most > 20:
                for sample in samples(list(body)):
                    yield before, sample
                    yield "", sample
            yield from pumps(list(body), before)
            before += sample_of(list(body)) * least
        else:
            for inner in branches(op, argument):
                yield from pumps(inner, before)
            before += sample_of([(op, argument)])


def branches(op: Any, argument: Any) -> list[list[Any]]:
    """Return the patterns that stand inside a part of a pattern."""
    if op is sre.SUBPATTERN:
        return [list(argument[-1])]
    if op is sre.BRANCH:
        return [list(each) for each in argument[1]]
    if op in {sre.ASSERT, sre.ASSERT_NOT}:
        return [list(argument[1])]
    if op is sre.ATOMIC_GROUP:
        return [list(argument)]
    return []


def samples(items: list[Any]) -> set[str]:
    """Return several texts that a pattern matches, with letters, digits, blanks and marks."""
    found = {sample_of(items, prefer) for prefer in ("a", "7", " ", ".")}
    return {each for each in found if each}


def sample_of(items: list[Any], prefer: str = "a") -> str:
    """Return a text that a pattern matches, made of a character where that is possible."""
    return "".join(_sample(op, argument, prefer) for op, argument in items)


def _sample(op: Any, argument: Any, prefer: str) -> str:
    if op is sre.LITERAL:
        return chr(argument)
    if op is sre.NOT_LITERAL:
        return prefer if ord(prefer) != argument else "b"
    if op is sre.ANY:
        return prefer
    if op is sre.IN:
        return _one_of(argument, prefer)
    if op in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
        return sample_of(list(argument[2]), prefer) * max(1, argument[0])
    inner = branches(op, argument)
    asserted = op in {sre.ASSERT, sre.ASSERT_NOT}
    return sample_of(inner[0], prefer) if inner and not asserted else ""


def _one_of(items: list[Any], prefer: str) -> str:
    one = re.compile(_written(items), re.DOTALL)
    for each in (prefer, *"aA7 \n.-_'\"“”’é,:;/<>[](){}@#%&*+=?!|\\~^$`\t\r0\u00a0—…"):
        if one.fullmatch(each):
            return each
    return next((chr(code) for code in range(0x3000) if one.fullmatch(chr(code))), "")


_CATEGORIES: dict[Any, str] = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
}


def _written(items: list[Any]) -> str:
    """Write a character class again."""
    parts: list[str] = []
    for op, argument in items:
        if op is sre.NEGATE:
            parts.insert(0, "^")
        elif op is sre.LITERAL:
            parts.append(re.escape(chr(argument)))
        elif op is sre.RANGE:
            parts.append(f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}")
        else:
            parts.append(_CATEGORIES[argument])
    return f"[{''.join(parts)}]"


class TooLongError(Exception):
    """A match took longer than it may."""


def matched(pattern: re.Pattern[Any], text: str, *, searches: bool = True) -> None:
    """Match, and search unless told not to. Raises TooLongError beyond MOST_S of processor time."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooLongError

    subject: Any = text if isinstance(pattern.pattern, str) else text.encode()
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_S)
    try:
        pattern.match(subject)
        pattern.fullmatch(subject)
        if searches:
            pattern.sub(subject[:0], subject)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def blown_up(pattern: re.Pattern[Any], name: str = "") -> list[str]:
    """Return beginnings of the texts that a pattern takes too long for."""
    slow: list[str] = []
    for text in dict.fromkeys(texts(pattern, repeats_of(name))):
        try:
            matched(pattern, text, searches=name not in MATCHED)
        except TooLongError:
            slow.append(f"{text[:20]!r}…{text[-4:]!r}")
    return slow


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer of processor time")
def test_no_pattern_of_ours_blows_up() -> None:
    """Of all that are compiled when modules load."""
    found = patterns()
    assert len(found) > 80
    slow = {name: texts for name, each in found.items() if (texts := blown_up(each, name))}
    assert slow == {}


@pytest.mark.parametrize("written", [r"(a+)+b", r"(\w|\d)*!", r"\s+$", r"(a|aa)+c"])
def test_a_pattern_that_blows_up_is_found(written: str) -> None:
    """Exponential ones and quadratic ones."""
    assert blown_up(re.compile(written))
