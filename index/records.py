"""The records that flow through the library: frozen, slotted, and nothing but data.

Where each stands is told in :mod:`index.place`, what a snapshot is made of in
:mod:`index.manifest`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from index.errors import StaleQuoteError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from index.place import Place, Span


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a source says about an item besides its text; None where it says nothing.

    ``published`` is aware. Where the source gives a day and no time, or a time without its zone,
    ``date_only`` is set and it is midnight UTC of that day. ``language`` is a BCP 47 tag in lower
    case; ``source_id`` the item's identifier in its source.
    """

    title: str | None = None
    outlet: str | None = None
    published: datetime | None = None
    url: str | None = None
    author: str | None = None
    date_only: bool = False
    language: str | None = None
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class Snippet:
    """One item of the corpus as its file gives it.

    ``block`` numbers the runs of neighbouring snippets within a file: only snippets of the same
    block may belong to one story. ``spoken`` is the language found in the text, or None.
    """

    text: str
    place: Place
    metadata: Metadata = Metadata()
    block: int = 0
    spoken: str | None = None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the corpus as it was read: its path from the corpus root, hash and size.

    ``snippets`` counts what it gave. ``supersedes`` is the path of an older version of the same
    item, which is not indexed.
    """

    path: str
    sha256: str
    size_bytes: int
    snippets: int = 0
    supersedes: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded and found: a window of whole sentences of one snippet.

    ``id`` is content-addressed and survives a rebuild. ``sentences`` are spans of ``text``.
    ``context`` is the lead of the story that the passage belongs to, where it is not the lead
    itself: it is embedded and indexed with the passage and never quoted. ``fragment`` marks a
    piece of a sentence that is longer than the model's window. ``item`` names the snippet that
    the passage is of, ``copies`` the set of near copies that the item belongs to, if any, and
    ``spoken`` the language found in the item.
    """

    id: str
    text: str
    place: Place
    sentences: tuple[Span, ...]
    metadata: Metadata = Metadata()
    context: str = ""
    fragment: bool = False
    item: str = ""
    copies: str = ""
    spoken: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its rank and what put it there.

    ``row`` is its number in the snapshot. ``score`` is the fused score in 0..1; ``dense_score``
    a cosine, ``lexical_score`` a BM25 score. A ``*_rank`` is None where that retriever did not
    return the passage among its candidates. ``recency`` is what its date added to the fused score.
    """

    rank: int
    row: int
    passage: Passage
    sha256: str
    score: float
    dense_rank: int | None
    dense_score: float
    lexical_rank: int | None
    lexical_score: float
    recency: float = 0.0

    def placed(self, rank: int, score: float) -> Hit:
        """Return it in another place: as dataclasses.replace would, in half of the time."""
        return Hit(
            rank,
            self.row,
            self.passage,
            self.sha256,
            score,
            self.dense_rank,
            self.dense_score,
            self.lexical_rank,
            self.lexical_score,
            self.recency,
        )


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands: its place, the SHA-256 of the whole file, what the source says."""

    place: Place
    sha256: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim text with its citation.

    ``text`` is exactly the bytes ``byte_start:byte_end`` of the cited file, or of what was
    extracted from it, decoded. ``matches`` are the spans of ``text`` that matched the question;
    ``fragment`` as in Passage. ``also_in`` cites near copies in which the very words stand, too.
    """

    text: str
    passage_id: str
    score: float
    citation: Citation
    matches: tuple[Span, ...] = ()
    fragment: bool = False
    also_in: tuple[Citation, ...] = ()

    def verify(self, root: Path) -> None:
        """Cut a quote out of the file below ``root`` again and compare.

        One out of an extracted text is for :class:`index.proofs.checking.Checker` to check. Raises
        StaleQuoteError, naming file and line, where the file is gone or the bytes differ.
        """
        place = self.citation.place
        try:
            with (root / place.path).open("rb") as file:
                file.seek(place.byte_start)
                stands = file.read(place.byte_end - place.byte_start) == self.text.encode(
                    place.encoding
                )
        except OSError:
            stands = False
        if not stands:
            raise StaleQuoteError(
                f"{place} no longer holds the text that was indexed.",
                remedy="Run `newsquote rebuild`.",
                path=place.path,
                line=place.first_line,
            )


BY_WORDS: Final = (
    "The vectors can't be asked just now: this was searched by words alone, and may lack what is"
    " said in other words."
)
"""The note of what was found while the server that has the vectors did not answer."""


class Verdict(StrEnum):
    """Whether the corpus answers; ``CLOSE``: the closest passages, which may not answer."""

    ANSWERED = "answered"
    CLOSE = "close"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """Which snapshot spoke, and as of when. ``newest_published`` is None where no file dates."""

    id: str
    built_at: datetime
    newest_published: datetime | None
    passages: int


@dataclass(frozen=True, slots=True)
class ReadAs:
    """What was searched for instead of what was written, which no passage has.

    ``searched`` has one word where ``written`` looks mistyped, else the thing's other names.
    """

    written: str
    searched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the corpus says to a question.

    ``quotes`` are best first: the answer, or where the verdict is close what would be the answer.
    Where nothing was found there are none, and ``closest`` are the nearest passages' openings.
    ``missing_terms`` are the question's names and numbers that nothing in the corpus mentions.
    ``stale`` names the places whose text changed since it was indexed. ``read_as`` says where
    something else was searched for than what was written. ``unanswered`` are the parts of the
    question, as written, that the corpus doesn't answer where it answers another: the quotes are
    of the others, the best of each first. ``searched_range`` is the time, its end excluded, of
    which alone passages were searched because the question asks about it; None where all were.
    ``newest_relevant``, where the question asks for what is new, is the date of the newest passage
    among the first. ``notes`` are sentences about the search, to be told with the answer.
    ``by_words`` says that the vectors could not be asked, and passages were found by words alone;
    ``in_haste``, that the sentence scorer was left out since whoever asked wanted it so.
    """

    question: str
    verdict: Verdict
    confidence: float
    quotes: tuple[Quote, ...]
    closest: tuple[Quote, ...]
    missing_terms: tuple[str, ...]
    stale: tuple[Place, ...]
    snapshot: SnapshotInfo
    read_as: tuple[ReadAs, ...] = ()
    unanswered: tuple[str, ...] = ()
    searched_range: tuple[datetime, datetime] | None = None
    newest_relevant: datetime | None = None
    notes: tuple[str, ...] = ()
    by_words: bool = False
    in_haste: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The passages found for a query, best first. ``quotes[i]`` is ``hits[i]``, ready to show.

    ``read_as`` and ``notes`` are as in an answer.
    """

    query: str
    hits: tuple[Hit, ...]
    quotes: tuple[Quote, ...]
    stale: tuple[Place, ...]
    snapshot: SnapshotInfo
    read_as: tuple[ReadAs, ...] = ()
    notes: tuple[str, ...] = ()
