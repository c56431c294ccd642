"""How long one question takes in process, and which stage of it how long.

    python tests/benchmarks/question.py [--passages 50000] [--questions 200] [--scorer DIR]
        [--work DIR] [--json]

Builds an index of invented news once, which takes some minutes for 50,000 passages, give or take a
few in a hundred (``--work`` keeps it; delete the directory to build it again). Then asks one
question after the other, each with the sentence scorer and without. Vectors of passages and
sentences are random unit vectors, the same for the same text: what they are makes no difference to
how long it takes, and embedding them all would take ten minutes more. The question itself is
embedded by the packaged model.

Times depend on the machine and on what else it does, so the load is printed with them; the
processor time of all threads ("cpu") is nearly the same under load. Compare within one run.
"""

from __future__ import annotations

import argparse
import copy
import json
import multiprocessing
import os
import resource
import sys
import tempfile
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

import index.questions.question
from index import quoting, ranking, snapshot
from index.answering import evidence, features, ranking_models, scorer, scorer_input
from index.answering.close_reading import Reader
from index.answering.kept_answers import KeptAnswers
from index.answering.learned import Evaluator
from index.benchmarking.news_index import QUESTIONS, build_index
from index.benchmarking.stopwatch import CLOCKS, Stopwatch, now
from index.encoders import packaged
from index.encoders.fast import FastEncoder
from index.encoders.loading import load_encoder
from index.engines.faiss_engine import FaissEngine
from index.lexical.searching import LexicalIndex
from index.search import Searcher
from index.snapshots.passage_store import PassageStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.benchmarking.stopwatch import Seconds

    Taken = dict[str, Seconds]
    """What each stage of one question took, by each of CLOCKS."""

WARM_UP: Final = 20

WHOLE: Final = "whole question"
REST: Final = "the rest"
WALL, CPU = CLOCKS.index("wall"), CLOCKS.index("cpu")
STAGES: Final = (
    ("reading the question", index.questions.question, "read"),
    ("embedding the question", FastEncoder, "encode_queries"),
    ("dense search", FaissEngine, "search"),
    ("lexical search", LexicalIndex, "best"),
    ("lexical search", LexicalIndex, "scores_of"),
    ("fusion", ranking, "rank"),
    ("passages from disk", PassageStore, "by_rows"),
    ("evidence", Reader, "readings"),
    ("features", features, "of_passages"),
    ("features", features, "of_sentences"),
    ("features", features, "with_scores"),
    ("features", features, "best_by_passage"),
    ("trees", Evaluator, "scores"),
    ("sentence scorer", scorer.SentenceScorer, "score"),
    ("quotes, verified", quoting, "widened"),
    ("quotes, verified", quoting, "select"),
    ("quotes, verified", quoting, "cut"),
    ("quotes, verified", quoting, "standing"),
)


class Heard:
    """A scorer that remembers what it is asked, to tell how much that is."""

    def __init__(self, asked: scorer.SentenceScorer) -> None:
        self._scorer = asked
        self.asked: list[tuple[str, Sequence[str], Sequence[str]]] = []

    def score(
        self, question: str, sentences: Sequence[str], titles: Sequence[str]
    ) -> NDArray[np.float32]:
        """Remember, and score."""
        self.asked.append((question, sentences, titles))
        return self._scorer.score(question, sentences, titles)

    def told(self, questions: int) -> dict[str, float]:
        """Tell how many sentences a question has read, and how many word pieces they have."""
        tokenizer = packaged.tokenizer()
        pieces = [
            len(each.ids) for asked in self.asked for each in scorer_input.read(tokenizer, *asked)
        ]
        return {"sentences": len(pieces) / questions, "pieces": float(np.mean(pieces))}


def measure(home: Path, count: int, scorer_dir: Path | None) -> dict[str, Any]:
    """Ask ``count`` questions and return what they took, in milliseconds."""
    questions: list[dict[str, str]] = json.loads((home / QUESTIONS).read_text("utf-8"))
    read_scorer = scorer.packaged_scorer() if not scorer_dir else scorer.open_scorer(scorer_dir)
    load_before = os.getloadavg()[0]
    opened = snapshot.open_current(home / "index")
    with closing(Searcher(opened, load_encoder(), scored=False)) as plain:
        asking = {"without the scorer": plain}
        heard = None if read_scorer is None else Heard(read_scorer)
        if heard is not None:
            scored = copy.copy(plain)
            scored.opened = copy.copy(plain.opened)
            scored.kept = KeptAnswers()
            scored.opened.reader = Reader(
                plain.opened.sentences.cosines,
                ranking_models.packaged_models(),
                heard,
            )
            asking = {"with the scorer": scored, **asking}
        for each in questions[-WARM_UP:]:
            for searcher in asking.values():
                searcher.ask(each["text"])
        if heard is not None:
            heard.asked.clear()
        times: dict[str, list[Taken]] = {name: [] for name in asking}
        forms = [each["form"] for each in questions[:count]]
        watch = Stopwatch()
        with watch.watching(STAGES):
            for number, each in enumerate(questions[:count]):
                # Whoever asks second finds the pages of the files read: they take turns.
                for name in sorted(asking, reverse=bool(number % 2)):
                    evidence.analyse.cache_clear()  # whoever asks first fills it
                    started = now()
                    asking[name].ask(each["text"])
                    whole = now() - started
                    taken = watch.taken()
                    rest = whole - sum(taken.values())
                    times[name].append({WHOLE: whole, **taken, REST: rest})
    return {
        "passages": opened.manifest.passages,
        "files": opened.manifest.files,
        "questions": len(forms),
        "cores": os.cpu_count(),
        "load_1min": [load_before, os.getloadavg()[0]],
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "torch_imported": "torch" in sys.modules,
        "scored_a_question": heard and heard.told(len(forms)),
        "ms": {name: _stages(taken) for name, taken in times.items()},
        "ms_by_form": {name: _by_form(taken, forms) for name, taken in times.items()},
    }


def main() -> None:
    """Build the index where there is none yet, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=50_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--scorer", type=Path, help="the sentence scorer's directory")
    parser.add_argument("--work", type=Path, help="where to keep the corpus and its index")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = (options.work or Path(temporary)) / f"passages-{options.passages}"
        if not (home / QUESTIONS).is_file():
            print(f"building an index of {options.passages:,} passages", file=sys.stderr)
            home.mkdir(parents=True, exist_ok=True)
            # In a process of its own: what building takes must not count as peak memory.
            building = multiprocessing.get_context("spawn").Process(
                target=build_index, args=(home, options.passages)
            )
            building.start()
            building.join()
            if building.exitcode:
                sys.exit(building.exitcode)
        report = measure(home, options.questions, options.scorer)
    print(json.dumps(report, indent=2) if options.json else _table(report))


def _stages(times: Sequence[Taken]) -> dict[str, dict[str, float]]:
    """Return each stage's p50 and p95 by the clock, p50 of the processor, and share of that."""
    names = dict.fromkeys((WHOLE, *(stage for stage, _, _ in STAGES), REST))
    found: dict[str, dict[str, float]] = {}
    total = sum(float(each[WHOLE][CPU]) for each in times)
    for name in names:
        taken = np.array([each.get(name, np.zeros(len(CLOCKS))) for each in times])
        p50, p95 = np.percentile(taken, [50, 95], axis=0) * 1_000
        found[name] = {
            "p50": round(float(p50[WALL]), 2),
            "p95": round(float(p95[WALL]), 2),
            "cpu_p50": round(float(p50[CPU]), 2),
            "cpu_share": round(float(taken[:, CPU].sum() / total), 3),
        }
    return found


def _by_form(times: Sequence[Taken], forms: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return the whole question's p50, by the clock and of the processor, by form of question."""
    found: dict[str, list[Seconds]] = defaultdict(list)
    for form, each in zip(forms, times, strict=True):
        found[form].append(each[WHOLE] * 1_000)
    medians = {form: np.median(taken, axis=0) for form, taken in found.items()}
    return {
        form: {"p50": round(float(p50[WALL]), 2), "cpu_p50": round(float(p50[CPU]), 2)}
        for form, p50 in medians.items()
    }


def _table(report: dict[str, Any]) -> str:
    """Lay the report out for reading."""
    ways = list(report["ms"])
    scored = report["scored_a_question"] or {"sentences": 0.0, "pieces": 0.0}
    lines = [
        (
            f"{report['passages']:,} passages in {report['files']:,} files,"
            f" {report['questions']} questions, {report['cores']} cores,"
            f" load {' to '.join(f'{load:.1f}' for load in report['load_1min'])},"
            f" peak {report['peak_rss_mb']:,.0f} MB,"
            f" torch {'IMPORTED' if report['torch_imported'] else 'not imported'},"
            f" {scored['sentences']:.1f} sentences of {scored['pieces']:.0f} word pieces scored"
            " a question"
        ),
        "",
        f"{'milliseconds':24}" + "".join(f"{way:>34}" for way in ways),
        f"{'':24}" + f"{'p50':>10}{'p95':>8}{'cpu p50':>9}{'cpu':>7}" * len(ways),
    ]
    for stage in report["ms"][ways[0]]:
        cells = [report["ms"][way][stage] for way in ways]
        lines.append(
            f"{stage:24}"
            + "".join(
                f"{c['p50']:10.1f}{c['p95']:8.1f}{c['cpu_p50']:9.1f}{c['cpu_share']:7.1%}"
                for c in cells
            )
        )
    lines.append("")
    for form in report["ms_by_form"][ways[0]]:
        cells = [report["ms_by_form"][way][form] for way in ways]
        lines.append(
            f"{'as ' + form:24}"
            + "".join(f"{c['p50']:10.1f}{'':8}{c['cpu_p50']:9.1f}{'':7}" for c in cells)
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
