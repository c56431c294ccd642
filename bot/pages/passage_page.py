"""The pages of /cite and /verify: one passage by its permanent id. Pure.

Each is one message, however long the passage: what has no room is said to be left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.escaping import code, cut, escape, inline, size
from bot.pages import citing, framing
from bot.rendering import MESSAGE_CHARS, Page

if TYPE_CHECKING:
    from index.errors import StaleQuoteError
    from index.proofs.proof import Proof
    from index.proofs.surroundings import Excerpt, Surroundings

_ID_CHARS: Final = 60
_PATH_CHARS: Final = 240
_PROBLEM_CHARS: Final = 300
_BESIDE_CHARS: Final = 700
_SIDE_CHARS: Final = 970  # with its label
_BEFORE: Final = "Before it"
_AFTER: Final = "After it"
_SPARE_CHARS: Final = 120
_ALONE: Final = "-# Nothing stands before or after it."
_NO_ROOM: Final = "-# What stands around it has no room here."


def passage_id(typed: str) -> str:
    """Return an id without what may be copied along with it."""
    return typed.strip().strip("`").strip().lower()


def cited(around: Surroundings) -> Page:
    """Return the passage, what stands before and after it, and where all of that stands.

    The passage goes first: where it has no room beside what stands around it, it is alone.
    """
    quote = around.quote
    head = f"**Passage** {code(quote.passage_id, _ID_CHARS)}"
    source = citing.source_line(quote)
    foot = f"-# {framing.foot(around.snapshot)}"
    before_it, after_it = before(around.before), after(around.after)
    note = () if before_it or after_it else (_ALONE,)
    room = MESSAGE_CHARS - _SPARE_CHARS - sum(map(size, (head, source, foot)))
    beside = sum(map(size, (*before_it, *after_it, *note)))
    written = _quoted(quote.text, room - beside)
    if len(written) > 1 and (before_it or after_it):
        before_it, after_it, note = (), (), (_NO_ROOM,)
        written = _quoted(quote.text, room - size(_NO_ROOM))
    groups = ((head,), before_it, (*written, source), after_it, (*note, foot))
    return Page(tuple(group for group in groups if group))


def before(excerpt: Excerpt | None, limit: int = _SIDE_CHARS) -> tuple[str, ...]:
    """Write the end of what stands before a passage, below where that is."""
    if excerpt is None:
        return ()
    room = _room(excerpt, _BEFORE, limit)
    words = re.finditer(r"(?<!\S)\S|\Z", excerpt.text)
    starts = [0, *(match.start() for match in words)]
    start = next(start for start in starts if size(block(excerpt.text[start:])) <= room)
    written = excerpt.text[start:]
    label = _label(_BEFORE, excerpt, fragment=excerpt.fragment or start > 0)
    return (label, block(written)) if written else ()


def after(excerpt: Excerpt | None, limit: int = _SIDE_CHARS) -> tuple[str, ...]:
    """Write the beginning of what stands after a passage, below where that is."""
    if excerpt is None:
        return ()
    first = cut(excerpt.text, _room(excerpt, _AFTER, limit))[0]
    fragment = excerpt.fragment or first.end < len(excerpt.text)
    return (_label(_AFTER, excerpt, fragment=fragment), block(first.of(excerpt.text)))


def block(text: str) -> str:
    """Write a text of the corpus as a block quote."""
    return "\n".join(f"> {line}" for line in escape(text).strip("\n").split("\n"))


def verified(proof: Proof) -> Page:
    """Return what a look at the passage's file found, the verdict first."""
    place = proof.place
    rows = [f"File: {code(place.path, _PATH_CHARS)}"]
    if place.entry:
        rows.append(f"Entry in it: {code(place.entry, _PATH_CHARS)}")
    if place.record:
        rows.append(f"Record: {place.record:,}")
    if place.first_line:
        one = place.first_line == place.last_line
        lines = f"{place.first_line}" if one else f"{place.first_line} to {place.last_line}"
        rows.append(f"{'Line' if one else 'Lines'}: {lines}")
    whose = " of the text as it was extracted" if place.extracted else ""
    rows.append(f"Bytes: {place.byte_start:,} to {place.byte_end:,}{whose}")
    if place.extracted:
        rows.append(f"SHA-256 of that text: `{place.extracted}`")
    rows.append(f"SHA-256 of the file as indexed: `{proof.sha256}`")
    now = f"`{proof.sha256_now}`" if proof.sha256_now else "the file cannot be read"
    rows.append(f"SHA-256 of the file now: {'the same' if proof.unchanged else now}")
    head = (f"**Passage** {code(proof.passage_id, _ID_CHARS)}", _verdict(proof))
    listed = "\n".join(f"- {row}" for row in rows)
    return Page((head, (listed,), (f"-# {framing.foot(proof.snapshot)}",)))


def unknown(wanted: str) -> Page:
    """Say that there is no such passage."""
    called = code(wanted, _ID_CHARS) or "that you gave"
    return _notice(
        f"No passage has the id {called}. An id lasts as long as the text of its passage: that may"
        " have been changed or removed."
    )


def gone(wanted: str, error: StaleQuoteError) -> Page:
    """Say that a passage no longer stands, and where it stood."""
    where = f"{error.path}:{error.line}" if error.line else error.path
    return _notice(
        f"The passage {code(wanted, _ID_CHARS)} no longer stands: {code(where, _PATH_CHARS)} has"
        " changed since it was indexed. What it said is not shown."
    )


def _verdict(proof: Proof) -> str:
    if proof.problem:
        return f"**It no longer stands as it is cited:** {inline(proof.problem, _PROBLEM_CHARS)}."
    if proof.unchanged:
        return "**It stands.** The file is, byte for byte, the one that was indexed."
    return "**It stands,** word for word, though the file has changed elsewhere since."


def _room(excerpt: Excerpt, label: str, limit: int) -> int:
    """Return what the label of a side leaves of its room."""
    return min(limit - size(_label(label, excerpt, fragment=True)), _BESIDE_CHARS)


def _label(label: str, excerpt: Excerpt, *, fragment: bool) -> str:
    part = " (in part)" if fragment else ""
    return f"-# {label} · {code(str(excerpt.place), _PATH_CHARS)}{part}"


def _quoted(text: str, room: int) -> tuple[str, ...]:
    """Write a passage; where it is too long, its beginning and how much that is."""
    first = cut(text, room)[0]
    written = block(first.of(text))
    if first.end == len(text):
        return (written,)
    return (written, f"-# These are the first {first.end:,} of {len(text):,} characters.")


def _notice(text: str) -> Page:
    return Page(((text,),))
