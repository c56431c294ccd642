"""Votes as a data set in BEIR format, which ``newsquote eval`` and ``newsquote calibrate`` read.

::

    DIR/corpus.jsonl      every item that is indexed now
    DIR/queries.jsonl     the questions whose text was kept, as the votes judge them
    DIR/qrels/test.tsv    which items answer them

A 👍 says that the quotes answer: the items that they are of are relevant, and so are their near
copies. A 👍 on a refusal, and a 👎 because it should have been one, say that there is no answer.
What other votes say is not known, so they are left out and counted.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from bot.errors import ExportError
from bot.kept import votes
from bot.kept.votes import Reason
from bot.store import open_store
from index import snapshot
from index.errors import UnknownPassageError
from index.evaluation import beir
from index.records import Verdict
from index.snapshots import durable
from index.snapshots.passage_file import FILES
from index.snapshots.passage_store import PassageStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from bot.kept.votes import Vote
    from index.records import Passage

    ItemsOf = Callable[[str], tuple[str, ...]]

_TEST: Final = "test.tsv"


class LeftOut(StrEnum):
    """Why a vote is not in the data set."""

    NOT_KEPT = "question_not_kept"
    NOT_JUDGED = "answer_not_known"
    GONE = "passages_gone"
    CONTRADICTED = "contradicted"


@dataclass(slots=True)
class Judgement:
    """What votes say of one question; ``votes`` counts them.

    ``documents`` and ``answers`` are those of an answerable one, ``kind`` is why another is not.
    """

    id: str
    text: str
    answerable: bool
    documents: set[str] = field(default_factory=set[str])
    answers: dict[str, None] = field(default_factory=dict[str, None])
    kind: str = ""
    votes: int = 0


@dataclass(frozen=True, slots=True)
class Export:
    """What was written; nothing where there is no question."""

    questions: tuple[Judgement, ...]
    documents: int
    left_out: dict[LeftOut, int]


def read_votes(kept: Path | str, since: float = 0) -> list[Vote]:
    """Read the votes cast from ``since`` on; none where the bot has no file yet.

    ``kept`` is as in :func:`bot.store.open_store`. Raises StoreError.
    """
    there = isinstance(kept, str) or kept.is_file()
    return asyncio.run(_votes(kept, since)) if there else []


def export(cast: Iterable[Vote], index_dir: Path, directory: Path) -> Export:
    """Write what the votes say into a directory. Raises ExportError, SnapshotError."""
    _check(directory)
    opened = snapshot.read(index_dir, snapshot.current_id(index_dir))
    snapshot.check(opened, FILES)
    store = PassageStore(opened.directory)
    try:
        questions, left_out = judge(cast, lambda passage_id: _items(store, passage_id))
        documents = list(_documents(store.all())) if questions else []
    finally:
        store.close()
    if questions:
        _write(directory, documents, questions)
    return Export(tuple(questions), len(documents), dict(left_out))


def judge(cast: Iterable[Vote], items_of: ItemsOf) -> tuple[list[Judgement], Counter[LeftOut]]:
    """Put the votes on each question together. ``items_of`` finds a passage's items, if any."""
    left_out: Counter[LeftOut] = Counter()
    by_question: defaultdict[str, dict[bool, Judgement]] = defaultdict(dict)
    for vote in cast:
        answerable = _says(vote)
        if vote.kept is None or answerable is None:
            left_out[LeftOut.NOT_KEPT if vote.kept is None else LeftOut.NOT_JUDGED] += 1
            continue
        documents = {item for each in vote.passage_ids for item in items_of(each)}
        if answerable and not documents:
            left_out[LeftOut.GONE] += 1
            continue
        key = vote.question_sha256
        said = by_question[key].setdefault(
            answerable, Judgement(key[:16], vote.kept.question, answerable)
        )
        said.votes += 1
        if answerable:
            said.documents |= documents
            said.answers |= dict.fromkeys(vote.kept.quotes)
        else:
            said.kind = "refused" if vote.good else Reason.SHOULD_REFUSE
    agreed: list[Judgement] = []
    for both in by_question.values():
        if len(both) == 1:
            agreed += both.values()
        else:
            left_out[LeftOut.CONTRADICTED] += sum(each.votes for each in both.values())
    return agreed, left_out


async def _votes(kept: Path | str, since: float) -> list[Vote]:
    store = await open_store(kept)
    try:
        return await votes.since(store, since)
    finally:
        await store.close()


def _says(vote: Vote) -> bool | None:
    """Whether a vote says that the question has an answer here; None where that is not known."""
    if vote.good:
        return vote.verdict is not Verdict.NOT_FOUND
    return False if vote.reason is Reason.SHOULD_REFUSE else None


def _items(store: PassageStore, passage_id: str) -> tuple[str, ...]:
    try:
        passage = store.by_id(passage_id)
    except UnknownPassageError:  # its text is no longer in the corpus
        return ()
    copies = store.copies(passage.copies) if passage.copies else ()
    return tuple({passage.item, *(each.item for each in copies)})


def _documents(passages: Iterable[Passage]) -> Iterator[dict[str, Any]]:
    """Put the passages of each item together again."""
    items: defaultdict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        items[passage.item].append(passage)
    for item, parts in items.items():
        metadata = parts[0].metadata
        published = metadata.published
        yield {
            "_id": item,
            "title": metadata.title or "",
            "text": _text(parts),
            "metadata": {
                "source": metadata.outlet or "",
                "date": published.isoformat() if published else "",
                "url": metadata.url or "",
            },
        }


def _text(parts: Sequence[Passage]) -> str:
    """Join passages of one item, whose windows leave out the white space between them."""
    text = parts[0].text
    for before, part in pairwise(parts):
        if before.place.byte_end != part.place.byte_start:
            same_line = 0 < before.place.last_line == part.place.first_line
            text += " " if same_line else "\n"
        text += part.text
    return text


def _check(directory: Path) -> None:
    others = sorted(path.name for path in (directory / beir.QRELS).glob("*.tsv"))
    if others not in ([], [_TEST]):
        raise ExportError(
            f"{directory} holds another data set.", remedy="Name a directory of its own."
        )


def _write(
    directory: Path, documents: Iterable[dict[str, Any]], questions: Sequence[Judgement]
) -> None:
    rows = [
        f"{question.id}\t{document}\t1"
        for question in questions
        for document in sorted(question.documents)
    ]
    try:
        (directory / beir.QRELS).mkdir(parents=True, exist_ok=True)
        durable.replace_text(directory / beir.CORPUS, _lines(documents))
        durable.replace_text(directory / beir.QUERIES, _lines(map(_query, questions)))
        header = "query-id\tcorpus-id\tscore"
        durable.replace_text(directory / beir.QRELS / _TEST, "\n".join((header, *rows, "")))
    except OSError as error:
        raise ExportError(
            f"The data set cannot be written into {directory}: {error.strerror or error}.",
            remedy="Make room or give permission, or name another directory.",
        ) from error


def _query(question: Judgement) -> dict[str, Any]:
    said = {
        "answerable": question.answerable,
        "answers": list(question.answers),
        "kind": question.kind,
    }
    return {"_id": question.id, "text": question.text, "metadata": said}


def _lines(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
