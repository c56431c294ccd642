"""Answers as hostile as a corpus and its readers can make them: the same number, the same answer.

Seeded, not drawn by hypothesis: several thousand have to be made and sent in a test run.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from index.answering.close_reading import Read, Table
from index.answering.explaining import ExplainedHit, ExplainedQuestion, Explanation, Stage
from index.answering.looking import Look
from index.answering.operating_point import OperatingPoint
from index.overviews import coverage
from index.overviews.timeline import Timeline
from index.place import Place, Span
from index.proofs.proof import Proof
from index.proofs.surroundings import Excerpt, Surroundings
from index.questions.phrasing import Kind as Asks
from index.questions.question import Asked, Question
from index.questions.units import Unit
from index.records import (
    Answer,
    Citation,
    Hit,
    Metadata,
    Passage,
    Quote,
    ReadAs,
    SearchResult,
    SnapshotInfo,
    Verdict,
)
from index.text.terms import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.overviews.coverage import Coverage

_T = TypeVar("_T")

WORDS: Final = (
    *("Kim", "said", "Vermont", "2024", "1.", "-", ">", ">>>", "#", "###", "-#", "*", "**", "__"),
    *("||spoiler||", "~~gone~~", "`code`", "```", "```py\nimport os\n```", "\\", "\\\\`", "\\@"),
    *("@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<#1>", "<id:browse>", "</ask:1>", "<a:x:1>"),
    *("<t:0:R>", "discord.gg/x", "https://discord.gg/x", "[free](https://evil.example)"),
    *("[a](<https://evil.example>)", "<https://evil.example>", "http://a.example/b_(c)"),
    *("javascript:alert(1)", "mailto:a@b.example", "-# as of", "**Q**", "[source](https://x.y)"),
    *("\u202egnp.exe", "\u2066a\u2069", "\u202a\u202b\u202c\u202d", "\u200b", "a\u200bb", "\ufeff"),
    *("\u00ad", "\u2060", "\u200e", "می\u200cخواهم", "שלום", "مرحبا", "الأخبار 2024"),
    *("👩\u200d👧", "🙂", "🏴\U000e0067\U000e0062\U000e007f", "é", "e\u0301\u0301\u0301"),
    *("漢字", "ﷺ", "\u3164", "\x00", "\x07", "\x1b[31m", "\x7f", "\ud83d", "\t", "\n", "\r\n"),
    *("\r", "\u2028", "\u2029", "\x85", "\x0b", "\n\n\n", "   ", "\u00a0", "\u3000"),
)
CHARS: Final = ("a", "*", "`", ".", "@", "🙂", "漢", "\u0301", "ا", "\\", "|", "\u200b", "\n", " ")
URLS: Final = (
    *("https://news.example/a_(b)?q=<x>#f", "http://münchen.example/ä", "javascript:alert(1)"),
    *("https://discord.gg/x", "https://discord.com/invite/x", "https://a@b.example/", "ftp://a.b"),
    *(
        "https://a.example/" + "x" * 360,
        "https://a.example/" + "ä" * 900,
        "http://[::1",
        "https://",
    ),
    *("https://a.example/) [free](https://evil.example", "https://a.example/\n> x", "@everyone"),
    *("https://a.example:99999/", "https://a.example/\u202egnp", "https://a.example/<@1>"),
)
MOMENTS: Final = (
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, tzinfo=UTC),
    datetime(9999, 12, 31, tzinfo=UTC),
)


class Hostile(random.Random):
    """Draws hostile texts, and records made of them."""

    many = False
    """Whether answers have thousands of quotes, all alike."""

    def text(self) -> str:
        """Return a text that is not empty."""
        kind = self.random()
        if kind < 0.6:
            return self._words(1, 12)
        if kind < 0.75:
            return self._words(1, 8) * self.randint(1, 30)
        if kind < 0.9:  # one word, however long
            return self.of(CHARS) * self.randint(1, self.of((9, 300, 3000)))
        if kind < 0.98:
            return "".join(map(chr, self.choices(range(0x110000), k=self.randint(1, 40))))
        return " ".join(self.choices(("word", "Kim", "said"), k=self.randint(200, 1500)))

    def maybe(self) -> str | None:
        """Return a text, an empty one, or None."""
        return self.of((None, "", " ", self.text(), self.text()))

    def texts(self, most: int) -> tuple[str, ...]:
        """Return some texts."""
        return tuple(self.text() for _ in range(self.randint(0, most)))

    def moment(self) -> datetime:
        """Return a time."""
        day = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=self.randint(-(10**6), 10**6))
        return self.of((*MOMENTS, day, day, day))

    def place(self) -> Place:
        """Return a place in a file."""
        line = self.of((0, 1, self.randint(1, 10**9)))
        last = line + self.randint(0, 3) if line else 0
        entry, extracted = self.of(("", "", self.text())), self.of(("", "f" * 64))
        record = self.randint(0, 9)
        return Place(self.text(), line, last, 0, 1, "utf-8", entry, record, extracted)

    def citation(self) -> Citation:
        """Return a citation."""
        url = self.of((None, "", self.text(), *URLS))
        published = self.of((None, self.moment()))
        return Citation(
            self.place(), "0" * 64, Metadata(self.maybe(), self.maybe(), published, url)
        )

    def quote(self) -> Quote:
        """Return a quote with some of it marked."""
        text = self.text()
        edges = [sorted(self.choices(range(len(text) + 1), k=2)) for _ in range(self.randint(0, 6))]
        return Quote(
            text,
            f"{self.getrandbits(80):020x}",  # we make it, whatever the corpus has
            self.random(),
            self.citation(),
            tuple(Span(start, end) for start, end in edges),
            self.random() < 0.2,
            tuple(self.citation() for _ in range(self.of((0, 0, 0, 0, 0, 0, 1, 5)))),
        )

    def quotes(self) -> tuple[Quote, ...]:
        """Return up to a search's worth of quotes."""
        if self.many:
            return (self.quote(),) * self.randint(1000, 1500)
        return tuple(
            self.quote() for _ in range(self.of((*(0, 1, 1, 2, 2, 3, 3, 3) * 4, 4, 5, 8, 12, 25)))
        )

    def info(self) -> SnapshotInfo:
        """Return a snapshot's name and dates."""
        name = self.of(("20261124T045000Z-abcdef12", self.text()))
        return SnapshotInfo(name, self.moment(), self.of((None, self.moment())), 12)

    def answer(self, verdict: Verdict) -> Answer:
        """Return an answer of this verdict."""
        refused, quotes = verdict is Verdict.NOT_FOUND, self.quotes()
        day = self.of((*MOMENTS[:2], datetime(2026, 11, 24, tzinfo=UTC)))
        return Answer(
            self.text(),
            verdict,
            self.random(),
            () if refused else quotes,
            quotes if refused else (),
            self.texts(8),
            (self.place(),) * self.of((0, 0, 1, 3)),
            self.info(),
            self._read_as(),
            self.texts(4),
            self.of((None, (day, day + timedelta(minutes=self.randint(1, 10**5))))),
            self.of((None, self.moment())),
            self.texts(6),
        )

    def found(self) -> SearchResult:
        """Return what a search found."""
        notes, read_as = self.texts(6), self._read_as()
        return SearchResult(self.text(), (), self.quotes(), (), self.info(), read_as, notes)

    def timeline(self) -> Timeline:
        """Return a timeline."""
        return Timeline(
            self.text(),
            self.of(tuple(Unit)),
            self.quotes(),
            self.randint(0, 9),
            (self.place(),) * self.of((0, 2)),
            self.info(),
            notes=self.texts(6),
        )

    def explanation(self) -> Explanation:
        """Return how an answer came about, of one question or of several."""
        answer = self.answer(self.of(tuple(Verdict)))
        quotes = (answer.quotes or answer.closest)[:12]
        questions = tuple(
            ExplainedQuestion(self._look(answer), 0.5, tuple(map(self._hit, quotes)))
            for _ in range(self.randint(1, 3))
        )
        return Explanation(answer, OperatingPoint(0.4, 0.1), questions)

    def surroundings(self) -> Surroundings:
        """Return a passage with what stands around it."""
        beside = [self.text().strip()[:600].strip() for _ in range(2)]
        before, after = (Excerpt(text, self.place()) if text else None for text in beside)
        return Surroundings(self.quote(), before, after, self.info())

    def proof(self) -> Proof:
        """Return what a look at a passage's file found."""
        now = self.of(("0" * 64, "1" * 64, ""))
        problem = self.of(("", self.text()))
        return Proof(self.text(), self.place(), "0" * 64, now, problem, self.info())

    def coverage(self) -> Coverage:
        """Return what is indexed, of up to many outlets."""
        count = self.of((0, 1, 3, 60))
        items = [(self.maybe(), self.of((None, self.moment()))) for _ in range(count)]
        return coverage.of(items, self.info())

    def of(self, choices: Sequence[_T]) -> _T:
        """Choose one."""
        return choices[int(self.random() * len(choices))]

    def _words(self, least: int, most: int) -> str:
        return self.of((" ", " ", "")).join(self.choices(WORDS, k=self.randint(least, most)))

    def _read_as(self) -> tuple[ReadAs, ...]:
        return tuple(ReadAs(written, (self.text(), *self.texts(3))) for written in self.texts(3))

    def _look(self, answer: Answer) -> Look:
        text = self.text()
        asked = tuple(
            Asked(term, ((term.stem,),), self.random() < 0.5, 1.0, self.random() < 0.5)
            for term in terms(text)[:40]
        )
        cased, kind = self.random() < 0.5, self.of(tuple(Asks))
        question = Question(text, text, cased, asked, (), frozenset(), kind, (text,), None, ())
        none = Table((), np.zeros((0, 0)), np.zeros(0))
        return Look(question, Read((), (), none, none), {}, 0.5, answer)

    def _hit(self, quote: Quote) -> ExplainedHit:
        passage = Passage(quote.passage_id, quote.text, quote.citation.place, ())
        hit = Hit(1, 0, passage, quote.citation.sha256, 0.5, self.of((None, 3)), 0.5, None, 0.0)
        words, lacking = self.texts(3), self.texts(3)
        return ExplainedHit(hit, quote, Stage.QUOTED, (1,), 1, 0.5, {}, (), words, lacking, None)
