"""What a reply says around its quotes: above them what was searched and found, below as of when.

Lines of Markdown, each short however long the words in it are. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.escaping import code, inline, size
from bot.kept.replies import Kind
from bot.pages import citing, timeline_lines
from index.questions import dating
from index.retrieval.recency import Sort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.kept.replies import Reply
    from index.records import ReadAs, SnapshotInfo

_QUESTION_CHARS: Final = 400
_TERM_CHARS: Final = 60
_MOST_TERMS: Final = 5
_MOST_NAMES: Final = 2
_READ_AS_CHARS: Final = 240
_NOTE_CHARS: Final = 200
_NOTES_CHARS: Final = 400
_PART_CHARS: Final = 120
_MOST_PARTS: Final = 2
_NAME_CHARS: Final = 60
_REFUSED: Final = "**The corpus doesn't say.**"

_ORDERS: Final = {
    Sort.RELEVANCE: "**Found, best first:**",
    Sort.NEWEST: "**Found, newest first:**",
    Sort.OLDEST: "**Found, oldest first:**",
    None: "**Found:**",
}


def head(reply: Reply) -> tuple[str, ...]:
    """Say what stands above the quotes.

    In order: the question, who shared the reply, how old the newest relevant item is, what was
    searched for instead of a word, notes, of which time passages were searched, the verdict.
    """
    lines = (
        _asked(reply),
        _newest(reply),
        _read_as(reply.read_as),
        _notes(reply.notes),
        _searched(reply),
        _verdict(reply),
    )
    return tuple(line for line in lines if line)


def context(reply: Reply, *, found: bool) -> tuple[str, ...]:
    """Say what stands above the quotes with what stands around them, if any was ``found``."""
    what = "**What stands around the quotes:**" if found else "**The quotes have changed.**"
    return tuple(line for line in (_asked(reply), what) if line)


def shared(by: str) -> str:
    """Say who made a private reply public."""
    return f"-# Shared by {inline(by, _NAME_CHARS) or 'someone'}"


def unanswered(reply: Reply) -> tuple[str, ...]:
    """Name the parts of the question that the quotes don't answer; of what is no answer, none."""
    if reply.kind is not Kind.ANSWER or not reply.unanswered:
        return ()
    parts = [f"“{inline(part, _PART_CHARS)}”" for part in reply.unanswered[:_MOST_PARTS]]
    return (f"Nothing in the corpus on: {_or(parts)}",)


def gone(count: int) -> str:
    """Say how many passages are left out because they changed."""
    if count == 1:
        return "-# 1 passage has changed on disk since it was indexed and is not shown."
    return f"-# {count} passages have changed on disk since they were indexed and are not shown."


def foot(snapshot: SnapshotInfo) -> str:
    """Say as of when the corpus is."""
    newest = snapshot.newest_published
    parts = [f"As of {citing.moment(snapshot.built_at)}"]
    if newest is not None:
        parts.append(f"newest item {citing.day(newest)}")
    parts.append(f"snapshot {code(snapshot.id, 100)}")
    return " · ".join(parts)


def _asked(reply: Reply) -> str:
    """Write the question and who shared the reply, on a line each."""
    lines = [f"**Q** {inline(reply.question, _QUESTION_CHARS)}"] if reply.show_question else []
    lines += [shared(reply.shared_by)] if reply.shared_by else []
    return "\n".join(lines)


def _newest(reply: Reply) -> str:
    if reply.newest_relevant is None or reply.asked_at is None:
        return ""
    return dating.newest(reply.newest_relevant, reply.asked_at)


def _read_as(told: Sequence[ReadAs]) -> str:
    """Say what was searched for instead of what was written, as much of it as has room."""
    said = ""
    for each in told:
        names = _bold(each.searched[:_MOST_NAMES])
        written = inline(each.written, _TERM_CHARS)
        if not names or not written:
            continue
        opening = f"{said}, " if said else "-# Searched for "
        more = f"{opening}{_or(names)} (you wrote “{written}”)"
        if size(more) < _READ_AS_CHARS:
            said = more
    return f"{said}." if said else ""


def _notes(notes: Sequence[str]) -> str:
    """Write each note on its line, as many as have room."""
    written = [f"-# {line}" for note in notes if (line := inline(note, _NOTE_CHARS))]
    kept: list[str] = []
    room = _NOTES_CHARS
    for line in written:
        room -= size(line) + 1
        if room < 0:
            kept.append(f"-# and {len(written) - len(kept)} more")
            break
        kept.append(line)
    return "\n".join(kept)


def _searched(reply: Reply) -> str:
    if reply.searched_range is not None:
        return f"-# Searched {dating.days(*reply.searched_range)}."
    return "-# Searched all dates." if reply.any_date else ""


def _verdict(reply: Reply) -> str:
    found = bool(reply.quotes)
    match reply.kind:
        case Kind.ANSWER:
            return "**The corpus says:**" if found else "**The passages that answer have changed.**"
        case Kind.SEARCH if reply.unit is not None:
            return timeline_lines.title(reply.unit) if found else timeline_lines.NOTHING
        case Kind.SEARCH:
            return _ORDERS[reply.order] if found else "**Nothing found.**"
        case Kind.CLOSE | Kind.REFUSAL:
            refused = reply.kind is Kind.REFUSAL
            parts = [_doubt(refused=refused, by_words=reply.by_words)]
            if terms := _bold(reply.missing_terms[:_MOST_TERMS]):
                parts.append(f"Nothing here mentions {_or(terms)}.")
            if found:
                parts.append("What comes closest:")
            return " ".join(parts)


def _doubt(*, refused: bool, by_words: bool) -> str:
    if not refused:
        return "**This may not answer.**"
    return "**Nothing was found by words alone.**" if by_words else _REFUSED


def _bold(words: Sequence[str]) -> list[str]:
    """Write words in bold, each cut where it is long; one that shows nothing is left out."""
    shown = [inline(word, _TERM_CHARS) for word in words]
    return [f"**{word}**" for word in shown if word]


def _or(terms: list[str]) -> str:
    return terms[0] if len(terms) == 1 else f"{', '.join(terms[:-1])} or {terms[-1]}"
