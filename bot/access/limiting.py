"""A server's filters and scope laid over what somebody asks. Pure, but reading a query takes time.

The filters stand before what was typed, so that no mark in it can reach into them. An operator that
was typed beats the filters of its kind. Nothing beats the scope: each ``source:`` that was typed
becomes what it and the scope have in common.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.escaping import shown
from bot.suggestions.composing import quoted_source, written_source
from index import query as queries
from index.errors import QuestionError
from index.questions import query_grammar
from index.questions.query_grammar import Kind
from index.text import outlet_names
from index.text.terms import folded_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.kept.rules import Rules
    from index.questions.query_grammar import Part

FILTERS_CHARS: Final = 200
MOST_OUTLETS: Final = 25
_ARTICLE: Final = "the "
_DATES: Final = frozenset({"after", "since", "before", "on"})
_MOST_NAMES: Final = 3
_NAME_CHARS: Final = 40
_HOW: Final = "Write filters and nothing else, such as lang:en after:30d source:reuters -sport."


@dataclass(frozen=True, slots=True)
class Limited:
    """What is searched for instead of what was typed; ``notes`` say what limits it."""

    query: str
    notes: tuple[str, ...] = ()


def limited(typed: str, rules: Rules, now: datetime) -> Limited:
    """Return what to search for as of ``now``. Raises QuestionError, as asking would.

    So it does where everything that was asked for lies outside of the scope.
    """
    typed = queries.check(typed)
    asked = queries.parse(typed, now)  # what is wrong is told of what was typed
    if not (rules.filters or rules.scope):
        return Limited(typed)
    parts = tuple(query_grammar.parts(typed))
    kept = _beside(query_grammar.parts(rules.filters), {_kind(each) for each in _fields(parts)})
    if not rules.scope:
        return Limited(" ".join((*_written(kept), typed)), _told((), kept))
    others = [each for each in kept if each.name != "source"]
    if asked.sources:
        common = _common(asked.sources, rules.scope)
        if not common:
            raise QuestionError(
                f"This server limits questions to {outlets(rules.scope)}.",
                remedy="Name one of these, or ask without source:.",
            )
        query = " ".join((*_written(others), _narrowed(parts, asked.sources, common)))
        within = all(each in _common((each,), rules.scope) for each in asked.sources)
        return Limited(query, _told(() if within else rules.scope, others))
    preferred = [each.value for each in kept if each.name == "source"]
    common = _common(preferred, rules.scope) or rules.scope
    sources = map(written_source, common)
    return Limited(" ".join((*sources, *_written(others), typed)), _told(common, others))


def read_filters(typed: str, now: datetime) -> str:
    """Return default filters as they are kept. Raises QuestionError where they cannot be used."""
    filters = " ".join(typed.encode("utf-8", "replace").decode().split())
    if len(filters) > FILTERS_CHARS:
        raise QuestionError(f"That is longer than {FILTERS_CHARS} characters.", remedy=_HOW)
    left = queries.parse(filters, now).text if filters else ""
    for part in query_grammar.parts(filters):
        named = part.kind is Kind.FIELD and folded_words(part.value)
        if not (named or part.kind in {Kind.WITHOUT, Kind.SPACE}):
            left = part.written
    if left:
        raise QuestionError(f"“{left}” is no filter.", remedy=_HOW)
    return filters


def check_outlet(outlet: str | None, rules: Rules) -> None:
    """Raise QuestionError where a server's scope leaves out what is of an outlet."""
    if not allowed(outlet, rules):
        raise QuestionError(
            f"This server limits me to {outlets(rules.scope)}; that passage is of another outlet.",
            remedy="/sources lists what can be asked here.",
        )


def allowed(outlet: str | None, rules: Rules) -> bool:
    """Whether what is of an outlet may be shown where these rules hold."""
    return not rules.scope or outlet_names.is_of(outlet, rules.scope)


def outlets(names: Sequence[str]) -> str:
    """Name outlets, the first few of them: ``Reuters, BBC and 4 more``."""
    told = [_short(name) for name in names[:_MOST_NAMES]]
    if len(names) > len(told):
        told.append(f"{len(names) - len(told)} more")
    return " and ".join(filter(None, (", ".join(told[:-1]), *told[-1:])))


def _beside(filters: Iterable[Part], own: set[str]) -> list[Part]:
    """Return the filters that nothing of their kind that was typed beats."""
    return [
        each
        for each in filters
        if each.kind is Kind.WITHOUT or (each.kind is Kind.FIELD and _kind(each) not in own)
    ]


def _fields(parts: Iterable[Part]) -> list[Part]:
    """Return the parts that the query language takes as operators with a name."""
    return [each for each in parts if each.kind is Kind.FIELD and folded_words(each.value)]


def _kind(part: Part) -> str:
    return "date" if part.name in _DATES else part.name


def _written(parts: Iterable[Part]) -> list[str]:
    return [each.written for each in parts]


def _narrowed(parts: Sequence[Part], sources: Sequence[str], common: Sequence[str]) -> str:
    """Write what was typed with the common sources in place of the first, one for each other.

    In quotation marks, so that what stands behind is read as it was.
    """
    fields = iter(sources)
    left = " ".join(map(quoted_source, common))
    written: list[str] = []
    for part in parts:
        if part.name != "source" or not folded_words(part.value):
            written.append(part.written)
            continue
        source = next(fields)
        # Marks that close a sentence are no part of a name that stands without quotation marks.
        closing = "" if part.quoted else part.value[len(source) :]
        written.append(left + closing)
        left = quoted_source(common[0])
    return "".join(written)


def _common(sources: Iterable[str], scope: Sequence[str]) -> tuple[str, ...]:
    """Return beginnings of names that exactly those have that begin as one of each."""
    found = (both for one in sources for other in scope for both in _both(one, other))
    return tuple(dict.fromkeys(found))


def _both(one: str, other: str) -> tuple[str, ...]:
    """Return how names begin that begin as both do; an article before them does not matter."""
    first, second = outlet_names.folded(one), outlet_names.folded(other)
    if first.startswith((second, f"{_ARTICLE}{second}")):
        return (one,)
    if second.startswith((first, f"{_ARTICLE}{first}")):
        return (other,)
    if f"{_ARTICLE}{second}".startswith(first):  # "the" and "guardian"
        return (f"{_ARTICLE}{other}",)
    return (f"{_ARTICLE}{one}",) if f"{_ARTICLE}{first}".startswith(second) else ()


def _told(scope: Sequence[str], filters: Sequence[Part]) -> tuple[str, ...]:
    told: list[str] = []
    if scope:
        told.append(f"Only {outlets(scope)}, as this server is set.")
    if filters:
        told.append(f"With this server's filters: {' '.join(_written(filters))}.")
    return tuple(told)


def _short(name: str) -> str:
    line = " ".join(shown(name).split())
    return line if len(line) <= _NAME_CHARS else f"{line[: _NAME_CHARS - 1]}…"
