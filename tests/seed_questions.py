"""The hundred questions on seeds/, asked: what came of each, and which went wrong.

    python tests/seed_questions.py                 ask them all, list the wrong ones
    python tests/seed_questions.py --all           list every one
    python tests/seed_questions.py --write FOLDER  make the data set for `newsquote eval FOLDER`

The questions stand in ``data_sets/seed_questions``. Their corpus stands in seeds/ alone: a
document is a line of it, ``line-01`` the first. An unanswerable question says in ``why`` what the
news lacks.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from index import build
from index.encoders.loading import load_encoder
from index.evaluation.gold import stands_in
from index.records import Verdict
from index.search import open_searcher
from loopback.seeds import SEED_NAME, SEEDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.records import Answer

QUESTIONS: Final = Path(__file__).parent / "data_sets" / "seed_questions"
MOST_ANSWERED: Final = 0.95
"""Which share of the answerable questions must be answered right."""
MOST_REFUSED: Final = 0.90
"""Which share of the others must not be answered."""


class Known(msgspec.Struct):
    """What is known about a question's answer, as in any data set, and two things besides.

    ``parts`` has the gold strings of each half where two things are asked; ``answers`` those of
    both. ``why`` is why the news does not answer.
    """

    answerable: bool
    kind: str
    answers: list[str] = []
    parts: list[list[str]] = []
    why: str = ""


class SeedQuestion(msgspec.Struct):
    """One line of queries.jsonl."""

    id: str = msgspec.field(name="_id")
    text: str
    metadata: Known

    @property
    def parts(self) -> list[list[str]]:
        """The gold strings, any of which will do, of each thing that is asked."""
        return self.metadata.parts or [self.metadata.answers]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question and what the index answered."""

    question: SeedQuestion
    answer: Answer

    @property
    def right(self) -> bool:
        """Whether gold stands in the quotes shown; or, without an answer, whether none was given.

        Where the verdict is not that the corpus answers, nothing was answered.
        """
        answered = self.answer.verdict is Verdict.ANSWERED
        if not self.question.metadata.answerable:
            return not answered
        return answered and all(
            any(stands_in(quote.text, golds) for quote in self.answer.quotes)
            for golds in self.question.parts
        )


def read() -> list[SeedQuestion]:
    """Read the questions."""
    lines = (QUESTIONS / "queries.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(line, type=SeedQuestion) for line in lines]


def documents() -> dict[str, str]:
    """Return every line of the seeds by its document id."""
    lines = (SEEDS / SEED_NAME).read_text(encoding="utf-8").splitlines()
    return {f"line-{number:02}": text for number, text in enumerate(lines, start=1)}


def write_data_set(folder: Path) -> None:
    """Write the questions with their corpus as a data set in BEIR format."""
    shutil.copytree(QUESTIONS, folder, dirs_exist_ok=True)
    rows = ({"_id": each, "text": text} for each, text in documents().items())
    (folder / "corpus.jsonl").write_bytes(
        b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    )


def ask_all(index_dir: Path) -> list[Outcome]:
    """Index the seeds and ask every question."""
    encoder = load_encoder()
    build.rebuild([SEEDS], index_dir, encoder)
    searcher = open_searcher(index_dir, encoder)
    try:
        return [Outcome(question, searcher.ask(question.text)) for question in read()]
    finally:
        searcher.close()


def share_right(outcomes: Sequence[Outcome]) -> float:
    """Which share of the outcomes is right."""
    return sum(each.right for each in outcomes) / len(outcomes)


def of(outcomes: Sequence[Outcome], *, answerable: bool) -> list[Outcome]:
    """Choose the outcomes of the questions that the news answers, or of the others."""
    return [each for each in outcomes if each.question.metadata.answerable is answerable]


def listing(outcomes: Sequence[Outcome]) -> str:
    """List questions, two lines each: the second is the first quote, or the closest sentence."""
    return "\n".join(_listed(each) for each in outcomes)


def summary(outcomes: Sequence[Outcome]) -> str:
    """Say how many were right of either half, and list the wrong ones."""
    halves = ((True, "answered right"), (False, "rightly not answered"))
    counts = [
        f"{sum(each.right for each in half)} of {len(half)} {what}"
        for half, what in ((of(outcomes, answerable=there), what) for there, what in halves)
        if half
    ]
    wrong = [each for each in outcomes if not each.right]
    return "\n".join([*counts, *([f"wrong ({len(wrong)}):", listing(wrong)] if wrong else [])])


def _listed(outcome: Outcome) -> str:
    question, answer = outcome.question, outcome.answer
    known = question.metadata
    shown = answer.quotes or answer.closest
    said = f"line {shown[0].citation.place.first_line}: {shown[0].text}" if shown else "(nothing)"
    wanted = "; ".join(" | ".join(golds) for golds in question.parts) or known.why
    return (
        f"{question.id} {question.text}  [{known.kind}; {wanted}]\n"
        f"    {answer.verdict} {answer.confidence:.2f}, {said[:110]}"
    )


def main() -> None:
    """Ask, or write the data set."""
    parser = argparse.ArgumentParser(description="Ask the hundred questions on seeds/.")
    parser.add_argument("--all", action="store_true", help="list the right ones too")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="only write the data set here")
    arguments = parser.parse_args()
    if arguments.write is not None:
        write_data_set(arguments.write)
        return
    with tempfile.TemporaryDirectory() as scratch:
        outcomes = ask_all(Path(scratch) / "index")
    if arguments.all:
        print(listing(outcomes), end="\n\n")
    print(summary(outcomes))


if __name__ == "__main__":
    main()
