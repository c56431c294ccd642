"""The query language, one for the command line, the slash commands and messages.

::

    "exact phrase"          only passages that have these words, one after the other
    -word  -"phrase"        none that have these
    source:reuters          only outlets whose name begins so; repeated: any of them
    title:word              only items whose title has it; repeated: all of them
    lang:de                 only items in this language; repeated: any of them
    after:D  since:D        published at the start of D or later: 2024-05-01, 2024-05, yesterday, 7d
    before:D  on:D          published before D began; in D

Everything else is what to search for, the words of phrases included. What only looks like an
operator is text as well: a name without its value, a mark without its fellow, ``-20``, ``5:30``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn

from index.errors import QueryError, QuestionError
from index.questions import query_dates, query_grammar
from index.questions.query_grammar import NAMES, Kind
from index.text import terms

if TYPE_CHECKING:
    from datetime import datetime

    from index.questions.query_grammar import Part

MAX_QUESTION_CHARS: Final = 1_000
"""The model reads about as much; what is longer is a text, not a question."""
MAX_FILTERS_CHARS: Final = 3_000
"""So much more may stand in filters, which no model reads: a server can name many outlets."""

_WORD = re.compile(r"\w")
_OPERATOR = re.compile(r'["“]|\w:|(?<!\S)-[^\W\d_"]')
"""What a text without has no operator."""
_QUOTATION_MARKS: Final = '"“”'
_CLOSING: Final = "?!,;.…)]}’'"
_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.ASCII)
_NAMED = re.compile(rf"-(?:{'|'.join(NAMES)}):\S", re.IGNORECASE)
_LABEL = re.compile(r"(?P<name>[^\W\d_]+):(?P<rest>\S*)")
_LEAST_LIKE: Final = 4
"""Names of fewer letters are near many words."""
_DATES: Final = f"Write a date as in {query_dates.EXAMPLES}."
_REMEDIES: Final = {
    "source": 'Write a name as in source:reuters or source:"New York Times".',
    "title": 'Write a word or a phrase, as in title:"peace talks".',
    "lang": "Write a language tag, as in lang:de or lang:pt-br.",
}


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, and of which passages.

    ``text`` is what to search for. Those of ``phrases``, ``titles`` and ``without`` are words that
    follow each other. Published at ``after`` or later, and earlier than ``before``; both are aware.
    ``notes`` say what looks like an operator and was taken as text.
    """

    text: str
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    notes: tuple[str, ...] = ()

    @property
    def dated(self) -> bool:
        """Whether it says when the passages were published."""
        return self.after is not None or self.before is not None

    @property
    def filtered(self) -> bool:
        """Whether some passages may not pass."""
        return self.dated or any(
            (self.phrases, self.without, self.sources, self.titles, self.languages)
        )


def check(text: str) -> str:
    """Return a query without the white space around it. Raises QuestionError."""
    # A terminal or a JSON document can carry half a character, which no encoder takes.
    text = " ".join(text.encode("utf-8", "replace").decode().split())
    if not text:
        raise QuestionError("The question is empty.", remedy="Ask something.")
    chars = len(text)
    if MAX_QUESTION_CHARS < chars <= MAX_QUESTION_CHARS + MAX_FILTERS_CHARS:
        chars -= sum(
            len(part.written) + 1
            for part in query_grammar.parts(text)
            if part.kind in {Kind.FIELD, Kind.WITHOUT}
        )
    if chars > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"The question is {chars:,} characters long.",
            remedy=f"Ask it in at most {MAX_QUESTION_CHARS:,}.",
        )
    if not _WORD.search(text):
        raise QuestionError("The question has no word in it.", remedy="Ask in words.")
    return text


def parse(text: str, now: datetime) -> Query:
    """Read a query as of ``now``, an aware time. Raises QueryError where an operator is wrong."""
    if not _OPERATOR.search(text):
        return Query(text)
    reading = _Reading(text, now)
    for part in query_grammar.parts(text):
        reading.take(part)
    return reading.query()


@dataclass(slots=True)
class _Reading:
    """What was read of a query so far."""

    text: str
    now: datetime
    left: list[str] = field(default_factory=list[str])
    phrases: list[str] = field(default_factory=list[str])
    without: list[str] = field(default_factory=list[str])
    sources: list[str] = field(default_factory=list[str])
    titles: list[str] = field(default_factory=list[str])
    languages: list[str] = field(default_factory=list[str])
    after: datetime | None = None
    before: datetime | None = None
    notes: list[str] = field(default_factory=list[str])
    operates: bool = False
    closing: bool = False

    def take(self, part: Part) -> None:
        """Read one part. Raises QueryError."""
        match part.kind:
            case Kind.PHRASE if terms.folded_words(part.value):
                self.operates = True
                self.phrases.append(part.value)
                self.left.append(part.value)
            case Kind.WITHOUT:
                self._leave_out(part)
            case Kind.FIELD:
                self._restrict(part)
            case _:
                self._keep(part)

    def query(self) -> Query:
        """Return the whole."""
        text = self.text
        if self.operates:
            text = " ".join("".join(self.left).split())
            text = text if _WORD.search(text) else ""
        return Query(
            text,
            tuple(self.phrases),
            tuple(self.without),
            tuple(self.sources),
            tuple(self.titles),
            tuple(self.languages),
            self.after,
            self.before,
            tuple(self.notes),
        )

    def _keep(self, part: Part) -> None:
        """Take a part as text."""
        if self.closing and part.written[0] in _CLOSING:
            self._end_sentence(part.written)
        else:
            self.left.append(part.written)
        self.closing = False
        label = _LABEL.fullmatch(part.written)
        if label and (part.start == 0 or self.text[part.start - 1].isspace()):
            self._doubt(label["name"].lower(), label["rest"])

    def _doubt(self, name: str, rest: str) -> None:
        """Note a name that stands without its value, or is written a little otherwise."""
        if len(name) < _LEAST_LIKE:
            return
        if name in NAMES and not rest:
            self.notes.append(
                f"“{name}:” was taken as a word: its value has to follow without a space."
            )
        elif rest and not rest.startswith("//"):
            from rapidfuzz.distance import DamerauLevenshtein

            near = [each for each in NAMES if len(each) >= _LEAST_LIKE]
            meant = [each for each in near if DamerauLevenshtein.distance(name, each) == 1]
            if meant:
                self.notes.append(f"“{name}:” was taken as a word. Did you mean {meant[0]}:?")

    def _leave_out(self, part: Part) -> None:
        if _NAMED.match(part.written):
            remedy = "Name those that you want, as in source:reuters."
            self._wrong(part, "only words and phrases can be left out", remedy, whole=True)
        value = part.value if part.quoted else part.value.rstrip(_CLOSING)
        if part.quoted:
            meant = bool(terms.folded_words(value))
        else:  # "the war -which began then- is over": a word that says nothing is no operator
            letters = sum(map(str.isalpha, value))
            meant = value[:1].isalpha() and letters >= 2 and bool(terms.words(value))
        if not meant:
            self._keep(part)
            return
        self.without.append(value)
        self._taken(part, value)

    def _restrict(self, part: Part) -> None:
        value = part.value if part.quoted else part.value.rstrip(_CLOSING)
        if not terms.folded_words(value):
            if part.quoted:
                self._wrong(part, "there is no word in it")
            self._keep(part)
            return
        if not part.quoted and value[0] in _QUOTATION_MARKS:
            self._wrong(part, "the quotation mark is not closed")
        match part.name:
            case "source":
                self.sources.append(value.strip())
            case "title":
                self.titles.append(value)
            case "lang":
                self.languages.append(self._tag(part, value))
            case _:
                self._date(part, value)
        self._taken(part, value)

    def _taken(self, part: Part, value: str) -> None:
        """Note that there is an operator. Marks that close a sentence behind it stay text."""
        self.operates = True
        self.closing = part.quoted
        if not part.quoted and len(value) < len(part.value):
            self._end_sentence(part.value[len(value) :])

    def _end_sentence(self, marks: str) -> None:
        """Put marks behind the last word that is left; behind none, they close nothing."""
        while self.left and self.left[-1].isspace():
            self.left.pop()
        if self.left:
            self.left.append(marks)

    def _tag(self, part: Part, value: str) -> str:
        tag = value.lower().replace("_", "-")
        if not _TAG.fullmatch(tag):
            self._wrong(part, "that is no language tag")
        return tag

    def _date(self, part: Part, value: str) -> None:
        try:
            period = query_dates.period_of(value.strip(), self.now)
        except ValueError as error:
            self._wrong(part, str(error))
        if part.name != "before":
            self.after = max(self.after or period.start, period.start)
        if part.name in {"before", "on"}:
            end = period.start if part.name == "before" else period.end
            self.before = min(self.before or end, end)
        if self.after and self.before and self.after >= self.before:
            self._wrong(part, "with the dates before it, no time is left")

    def _wrong(self, part: Part, what: str, remedy: str = "", *, whole: bool = False) -> NoReturn:
        start = part.start if whole else part.value_start
        raise QueryError(
            what,
            remedy=remedy or _REMEDIES.get(part.name, _DATES),
            query=self.text,
            column=start + 1,
            width=len(part.written) if whole else len(part.value),
        )
