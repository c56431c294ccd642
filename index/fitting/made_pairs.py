"""Training pairs around made questions: the sentence that answers, and near ones that don't.

Wrong sentences are hard on purpose: the same sentence without the answer, its neighbours, and the
sentence itself under a question about another name or the opposite deed. A third of the questions
come with wrong sentences only, as questions do that a corpus doesn't answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from index.fitting.augmentation import retyped
from index.fitting.made_questions import made_questions
from index.fitting.pairs import UNTITLED_SHARE, Pair, as_quoted, holds
from index.text.sentences import sentences
from index.text.terms import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from index.evaluation.beir import Document
    from index.fitting.made_questions import MadeQuestion

QUESTIONS_A_DOCUMENT: Final = 3
SENTENCES_A_QUESTION: Final = 6
"""So many sentences are parsed for each question wanted: about one in three gives any."""
NEAR_A_QUESTION: Final = 3
REACH: Final = 15
"""So many sentences before and behind are looked at for wrong ones."""
MOST_SHARED: Final = 0.75
UNANSWERED_SHARE: Final = 1 / 3
OPPOSED_SHARE: Final = 0.5
LONGEST_SENTENCE_CHARACTERS: Final = 500
OPPOSITES: Final = (
    ("win", "lose"),
    ("buy", "sell"),
    ("open", "close"),
    ("start", "end"),
    ("begin", "finish"),
    ("approve", "reject"),
    ("accept", "refuse"),
    ("join", "leave"),
    ("gain", "lose"),
    ("increase", "reduce"),
    ("arrive", "leave"),
    ("support", "oppose"),
    ("launch", "cancel"),
    ("hire", "fire"),
    ("raise", "cut"),
    ("build", "destroy"),
    ("remember", "forget"),
    ("appoint", "dismiss"),
)


@dataclass(frozen=True, slots=True)
class _Source:
    """A sentence with its document, and what else stands under the same title."""

    sentence: str
    document: Document
    beside: tuple[tuple[str, Document], ...]


def made_pairs(documents: Sequence[Document], seed: int, epoch: int, limit: int) -> list[Pair]:
    """Make pairs for up to ``limit`` questions; the same for the same seed and epoch.

    Every epoch draws other sentences and types the questions in other ways. A question's pairs
    stand together.
    """
    # For reproducible draws, nothing secret.
    random = Random(f"{seed} {epoch} made")  # noqa: S311
    sources = _sources(documents, random, limit * SENTENCES_A_QUESTION)
    draws = [Random(random.random()) for _ in sources]  # noqa: S311
    found = [
        (question, source)
        for source, made in zip(
            sources, made_questions([each.sentence for each in sources], draws), strict=True
        )
        for question in made
    ]
    known: dict[str, set[str]] = {}
    for question, _ in found:
        for label, name in question.names:
            known.setdefault(label, set()).add(name)
    others = {label: sorted(names) for label, names in known.items()}
    pairs: list[Pair] = []
    for number, (question, source) in enumerate(_balanced(found, random, limit)):
        pairs += _group(question, source, others, f"made {epoch} {number}", random)
    return pairs


def _sources(documents: Sequence[Document], random: Random, limit: int) -> list[_Source]:
    """Draw sentences to make questions of, document by document."""
    titled: dict[str, list[Document]] = {}
    for document in documents:
        titled.setdefault(document.metadata.title or document.id, []).append(document)
    order = random.sample(list(titled), len(titled))
    sources: list[_Source] = []
    for title in order:
        if len(sources) >= 2 * limit:
            break
        texts = [(s.of(d.text), d) for d in titled[title] for s in sentences(d.text)]
        for i, (text, document) in enumerate(texts):
            if len(text) > LONGEST_SENTENCE_CHARACTERS:
                continue
            around = [j for j in range(max(0, i - REACH), min(len(texts), i + REACH + 1)) if j != i]
            # The neighbours come first.
            beside = tuple(texts[j] for j in sorted(around, key=lambda j, at=i: abs(j - at)))
            sources.append(_Source(text, document, beside))
    return random.sample(sources, min(limit, len(sources)))


def _balanced(
    found: Sequence[tuple[MadeQuestion, _Source]], random: Random, limit: int
) -> list[tuple[MadeQuestion, _Source]]:
    """Take questions kind by kind in turn, a few a document, one a sentence and kind."""
    kinds: dict[str, list[tuple[MadeQuestion, _Source]]] = {}
    for each in random.sample(found, len(found)):
        kinds.setdefault(each[0].kind, []).append(each)
    taken: dict[str, int] = {}
    chosen: list[tuple[MadeQuestion, _Source]] = []
    while kinds and len(chosen) < limit:
        for kind in sorted(kinds):
            while kinds[kind]:
                question, source = kinds[kind].pop()
                if taken.get(source.document.id, 0) < QUESTIONS_A_DOCUMENT:
                    taken[source.document.id] = taken.get(source.document.id, 0) + 1
                    chosen.append((question, source))
                    break
            else:
                del kinds[kind]
    return random.sample(chosen[:limit], min(limit, len(chosen)))


def _group(
    question: MadeQuestion,
    source: _Source,
    others: Mapping[str, Sequence[str]],
    group: str,
    random: Random,
) -> Iterator[Pair]:
    title = source.document.metadata.title or ""
    shown = title if random.random() >= UNTITLED_SHARE else ""
    asked = retyped(question.text, random)
    articles = (title, title)
    answered = random.random() >= UNANSWERED_SHARE
    right = as_quoted(source.sentence, source.document)
    if answered:
        answer = question.answer.of(question.sentence)
        yield Pair(asked, right, shown, 1.0, "made", group, articles, answer)
    if question.without is not None:
        yield Pair(asked, question.without, shown, 0.0, "without", group, articles)
    for text, document in _near(question, source):
        quoted = as_quoted(text, document)
        if source.sentence not in quoted:
            yield Pair(asked, quoted, shown, 0.0, "made neighbour", group, articles)
    if not answered:
        return
    for kind, changed in _changed(question, f"{title} {right}", others, random):
        yield Pair(retyped(changed, random), right, shown, 0.0, kind, f"{group} {kind}", articles)


def _near(question: MadeQuestion, source: _Source) -> Iterable[tuple[str, Document]]:
    """Choose the sentences that look most like an answer and a neighbour; none has the answer."""
    answer = question.answer.of(question.sentence)
    asked = set(stems(question.text))
    # One that has nearly all of the question's words may answer it in another way.
    shared = {text: len(asked.intersection(stems(text))) for text, _ in source.beside}
    wrong = [
        each
        for each in source.beside
        if shared[each[0]] <= MOST_SHARED * len(asked) and not holds(each[0], [answer])
    ]
    alike = sorted(wrong, key=lambda each: -shared[each[0]])
    return list(dict.fromkeys([*alike[: NEAR_A_QUESTION - 1], *wrong[:1], *alike]))[
        :NEAR_A_QUESTION
    ]


def _changed(
    question: MadeQuestion, shown: str, others: Mapping[str, Sequence[str]], random: Random
) -> Iterator[tuple[str, str]]:
    """Ask the same about another name of the same type, or about the opposite deed."""
    opposed = _opposed(question.text)
    if opposed is not None and random.random() < OPPOSED_SHARE:
        yield "made opposed", opposed
        return
    label, name = random.choice(question.names)
    folded = shown.casefold()
    other = [
        each
        for each in random.sample(others[label], min(40, len(others[label])))
        if each.casefold() not in folded and each not in question.text and name not in each
    ]
    if other:
        yield "made swapped", question.text.replace(name, other[0], 1)


def _opposed(text: str) -> str | None:
    """Put a verb's opposite where "do" stands before it, so that its form is the plain one."""
    words = text.split()
    if not {"did", "does", "do"} & set(words):
        return None
    for one, other in (*OPPOSITES, *((b, a) for a, b in OPPOSITES)):
        bare = [word.rstrip("?") for word in words]
        if one in bare:
            words[bare.index(one)] = words[bare.index(one)].replace(one, other)
            return " ".join(words)
    return None
