"""Snippet → Passage: windows of whole sentences that fit the model."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from index.place import Span
from index.records import Passage, Snippet
from index.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    CountPieces = Callable[[Sequence[str]], Sequence[int]]

WINDOW_PIECES: Final = 190
CONTEXT_PIECES: Final = 64


@dataclass(frozen=True, slots=True)
class PassagePolicy:
    """How snippets are cut; part of the manifest, since another policy makes other passages.

    ``window_pieces`` is the most word pieces of a passage's own text; ``context_pieces`` the
    most that title and lead may add. Together with the model's two markers they stay within its
    limit. A paragraph of news, about 200 words, measured best.
    """

    window_pieces: int = WINDOW_PIECES
    context_pieces: int = CONTEXT_PIECES

    @classmethod
    def fitting(cls, max_pieces: int) -> PassagePolicy:
        """Return the policy for a model that reads ``max_pieces``, its two markers included."""
        context = min(CONTEXT_PIECES, max_pieces // 4)
        return cls(min(WINDOW_PIECES, max_pieces - context - 2), context)


def split(
    snippets: Sequence[Snippet],
    leads: Sequence[str],
    count_pieces: CountPieces,
    policy: PassagePolicy,
) -> list[Passage]:
    """Cut snippets into passages, in order; ``leads[i]`` is the story lead of ``snippets[i]``."""
    seen: Counter[str] = Counter()
    passages: list[Passage] = []
    for snippet, lead, item in zip(snippets, leads, items_of(snippets), strict=True):
        spans = _fitting(snippet.text, sentences(snippet.text), count_pieces, policy)
        opening = snippet.text[spans[0].span.start : spans[0].span.end] if spans else ""
        for window in _windows(spans, policy.window_pieces):
            first, last = window[0].span.start, window[-1].span.end
            text = snippet.text[first:last]
            key = _key(snippet, text)
            context = lead or (opening if first > 0 else "")
            passages.append(
                Passage(
                    id=_numbered(key, seen[key]),
                    text=text,
                    place=snippet.place.part(snippet.text, Span(first, last)),
                    sentences=tuple(
                        Span(piece.span.start - first, piece.span.end - first) for piece in window
                    ),
                    metadata=snippet.metadata,
                    context=context,
                    fragment=any(piece.fragment for piece in window),
                    item=item,
                    spoken=snippet.spoken,
                )
            )
            seen[key] += 1
    return passages


def items_of(snippets: Sequence[Snippet]) -> list[str]:
    """Name the snippets of a file; a name lasts as long as the text, whatever stands around it."""
    seen: Counter[str] = Counter()
    items: list[str] = []
    for snippet in snippets:
        key = _key(snippet, snippet.text)
        items.append(_numbered(key, seen[key]))
        seen[key] += 1
    return items


def embedded_text(passage: Passage, count_pieces: CountPieces, policy: PassagePolicy) -> str:
    """The text that is embedded: title and lead, as far as they fit, then the passage."""
    kept: list[str] = []
    left = policy.context_pieces
    for part in (passage.metadata.title or "", passage.context):
        words = part.split()
        while words and (pieces := count_pieces([" ".join(words)])[0]) > left:
            words = words[: max(len(words) * left // pieces, 0)] if left else []
        if words:
            kept.append(" ".join(words))
            left -= count_pieces([kept[-1]])[0]
    return "\n".join((*kept, passage.text))


@dataclass(frozen=True, slots=True)
class _Piece:
    span: Span
    pieces: int
    fragment: bool = False


def _fitting(
    text: str, spans: Sequence[Span], count_pieces: CountPieces, policy: PassagePolicy
) -> list[_Piece]:
    """Count each sentence's word pieces, and break those that no window can hold at words."""
    counts = count_pieces([span.of(text) for span in spans])
    fitting: list[_Piece] = []
    for span, pieces in zip(spans, counts, strict=True):
        if pieces <= policy.window_pieces:
            fitting.append(_Piece(span, pieces))
            continue
        fitting.extend(_broken(text, span, count_pieces, policy.window_pieces))
    return fitting


def _broken(text: str, span: Span, count_pieces: CountPieces, limit: int) -> Iterator[_Piece]:
    """Break a sentence between words, and inside a word only where the word alone is too long."""
    words = [
        part
        for match in re.finditer(r"\S{1,200}", span.of(text))
        for part in _halved(
            text,
            Span(span.start + match.start(), span.start + match.end()),
            count_pieces,
            limit,
        )
    ]
    start, total = 0, 0
    for i, (word, pieces) in enumerate(words):
        # Counts of words add up; those of two parts of one word need not.
        cut_inside = i > start and words[i - 1][0].end == word.start
        if i > start and (total + pieces > limit or cut_inside):
            yield _Piece(Span(words[start][0].start, words[i - 1][0].end), total, fragment=True)
            start, total = i, 0
        total += pieces
    yield _Piece(Span(words[start][0].start, words[-1][0].end), total, fragment=True)


def _halved(
    text: str, span: Span, count_pieces: CountPieces, limit: int
) -> Iterator[tuple[Span, int]]:
    pieces = count_pieces([span.of(text)])[0]
    if pieces <= limit or span.end - span.start == 1:
        yield span, pieces
        return
    middle = (span.start + span.end) // 2
    yield from _halved(text, Span(span.start, middle), count_pieces, limit)
    yield from _halved(text, Span(middle, span.end), count_pieces, limit)


def _windows(pieces: Sequence[_Piece], limit: int) -> Iterator[list[_Piece]]:
    """Group sentences into windows of about equal size, none above ``limit``."""
    total = sum(piece.pieces for piece in pieces)
    target = total / max(1, -(-total // limit))
    window: list[_Piece] = []
    size = 0
    for piece in pieces:
        full = size + piece.pieces > limit or size >= target
        if window and (full or piece.fragment or window[-1].fragment):
            yield window
            window, size = [], 0
        window.append(piece)
        size += piece.pieces
    if window:
        yield window


def _key(snippet: Snippet, text: str) -> str:
    normalised = " ".join(unicodedata.normalize("NFKC", text).split())
    return f"{snippet.place.path}\0{normalised}"


def _numbered(key: str, before: int) -> str:
    """Return an id for a key that stood ``before`` times already."""
    key = f"{key}\0{before}" if before else key
    return hashlib.sha256(key.encode()).hexdigest()[:20]
