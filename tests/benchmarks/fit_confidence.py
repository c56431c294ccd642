"""Fit the coefficients of ``index/confidence.json`` on BEIR-format folders.

    python tests/benchmarks/fit_confidence.py FOLDER... [--write] [--questions 800]

Each folder has ``corpus.jsonl``, ``queries.jsonl`` (with ``metadata.answerable`` and
``metadata.answers``) and ``qrels/*.tsv``. Prints, for every folder, Success@1, how often an
answer stands in the first quote and in the three, and how well the confidence separates the
answerable from the rest: fitted on the other folders, and fitted on all. The rest are the
folder's unanswerable questions, and its answerable ones asked again with the passages that
answer them taken out.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

# scikit-learn is typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
import index.confidence
from index import build, quoting, snapshot
from index.corpus.reading import Corpus
from index.encoders.loading import load_encoder
from index.records import Metadata, Place, Snippet, SourceFile
from index.search import Searcher, check_question
from index.terms import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.encoders.protocol import Encoder

SEED = 20261124


@dataclass(frozen=True)
class Measured:
    """One folder's questions: features, their kind (in, out, taken out), and what was quoted."""

    name: str
    features: NDArray[np.float64]
    kinds: NDArray[np.str_]
    success_at_1: float
    in_first: float
    in_three: float


def read_folder(folder: Path, scratch: Path) -> tuple[Corpus, dict[tuple[str, int], str]]:
    """Write the folder's documents one a line, and return them with their ids by place."""
    snippets: list[Snippet] = []
    ids: dict[tuple[str, int], str] = {}
    offset = 0
    name = f"{folder.name}.txt"
    with (scratch / name).open("w", encoding="utf-8", newline="\n") as file:
        for number, row in enumerate(_rows(folder / "corpus.jsonl"), start=1):
            text = " ".join(row["text"].split())
            file.write(f"{text}\n")
            end = offset + len(text.encode())
            place = Place(name, number, number, offset, end)
            metadata = Metadata(row["title"] or None, row["metadata"].get("source"))
            # A block of its own: neighbouring documents of a data set are no story.
            snippets.append(Snippet(text, place, metadata, number))
            ids[name, number] = row["_id"]
            offset = end + 1
    return Corpus(scratch, (SourceFile(name, "", offset),), tuple(snippets), ()), ids


def measure(folder: Path, encoder: Encoder, questions: int) -> Measured:
    """Ask a sample of a folder's questions."""
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        corpus, ids = read_folder(folder, scratch)
        index_dir = scratch / "index"
        with snapshot.lock(index_dir):
            build.publish(corpus, index_dir, encoder, _silent, time.monotonic())
        searcher = Searcher(snapshot.open_current(index_dir), encoder)
        relevant = _relevant(folder)
        queries = [row for row in _rows(folder / "queries.jsonl") if row["text"].strip()]
        random.Random(SEED).shuffle(queries)
        rows: list[list[float]] = []
        kinds: list[str] = []
        first: list[bool] = []
        three: list[bool] = []
        success: list[bool] = []
        for query in queries[:questions]:
            text = check_question(query["text"])
            read = searcher.read(text)
            hits, found = read.hits, read.candidates
            got = index.confidence.features(text, hits, found, searcher.lexical)
            rows.append(list(asdict(got).values()))
            kinds.append("in" if query["metadata"]["answerable"] else "out")
            if kinds[-1] == "out":
                continue
            documents = [ids[hit.passage.place.path, hit.passage.place.first_line] for hit in hits]
            gold = relevant.get(query["_id"], set())
            success.append(documents[0] in gold)
            answering = {
                hit.row for hit, document in zip(hits, documents, strict=True) if document in gold
            }
            without = searcher.read(text, leaving_out=answering)
            got = index.confidence.features(
                text, without.hits, without.candidates, searcher.lexical
            )
            rows.append(list(asdict(got).values()))
            kinds.append("taken out")
            golds = [_normal(gold) for gold in query["metadata"]["answers"]]
            said = [
                _normal(quoting.widened(each).of(each.hit.passage.text))
                for each in quoting.select(found)
            ]
            first.append(any(gold in said[0] for gold in golds))
            three.append(any(gold in text for gold in golds for text in said))
        searcher.close()
    return Measured(
        folder.name,
        np.array(rows),
        np.array(kinds),
        float(np.mean(success)),
        float(np.mean(first)),
        float(np.mean(three)),
    )


@dataclass(frozen=True)
class Fitted:
    """A logistic model: one coefficient a feature, and the intercept."""

    coefficients: NDArray[np.float64]
    intercept: float

    def decision(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log-odds that the answer is one."""
        return features @ self.coefficients + self.intercept


def fit(sets: list[Measured]) -> Fitted:
    """Fit on several sets, each counting the same, answerable and not in equal parts.

    Every set gets an intercept of its own while the coefficients are fitted, so that they tell
    answers from the rest within a set, not one set's style of question from another's; the
    intercept is the mean of theirs.
    """
    shares = {"in": 0.5, "out": 0.25, "taken out": 0.25}
    weights = np.concatenate(
        [[shares[kind] / (s.kinds == kind).sum() for kind in s.kinds] for s in sets]
    )
    weights *= len(weights) / len(sets)
    features = np.concatenate([s.features for s in sets])
    membership = np.repeat(np.eye(len(sets)), [len(s.kinds) for s in sets], axis=0)
    answerable = np.concatenate([s.kinds == "in" for s in sets])
    within = LogisticRegression(C=1.0, max_iter=5000, fit_intercept=False)
    within.fit(np.hstack([features, 3 * membership]), answerable, sample_weight=weights)
    coefficients = np.asarray(within.coef_[0][: features.shape[1]])
    intercepts = 3 * np.asarray(within.coef_[0][features.shape[1] :])
    return Fitted(coefficients, float(intercepts.mean()))


def threshold(model: Fitted, sets: list[Measured]) -> float:
    """Return the confidence that best parts answers from the rest: highest balanced accuracy,
    the mean of the sets.
    """
    points = np.arange(0.02, 0.98, 0.01)
    return float(max(points, key=lambda point: _balanced_accuracy(model, sets, point)))


def _balanced_accuracy(model: Fitted, sets: list[Measured], point: float) -> float:
    shares = [answered_shares(model, measured, point) for measured in sets]
    return float(np.mean([s["in"] - (s["out"] + s["taken out"]) / 2 for s in shares]))


def answered_shares(model: Fitted, measured: Measured, point: float) -> dict[str, float]:
    """Return the share of each kind of question that is answered at a threshold."""
    sure = 1 / (1 + np.exp(-model.decision(measured.features)))
    return {
        kind: round(float((sure[measured.kinds == kind] >= point).mean()), 3)
        for kind in ("in", "out", "taken out")
    }


def main() -> None:
    """Measure, fit, print, and write the file if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--questions", type=int, default=800)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    encoder = load_encoder()
    sets = [measure(folder, encoder, options.questions) for folder in options.folders]
    metrics: dict[str, dict[str, float]] = {}
    everything = fit(sets)
    for left_out in sets:
        others = [s for s in sets if s is not left_out] or sets
        metrics[left_out.name] = {
            "questions": len(left_out.features),
            "success_at_1": round(left_out.success_at_1, 3),
            "in_first_quote": round(left_out.in_first, 3),
            "in_three_quotes": round(left_out.in_three, 3),
            **{
                f"auroc_{name}{kind}": _auroc(model, left_out, kind)
                for name, model in (("left_out_", fit(others)), ("", everything))
                for kind in ("out", "taken out")
            },
        }
        shares = answered_shares(everything, left_out, threshold(everything, sets))
        metrics[left_out.name] |= {f"answered_{kind}": share for kind, share in shares.items()}
        print(left_out.name, json.dumps(metrics[left_out.name]))
    names = list(index.confidence.Features.__dataclass_fields__)
    fitted: dict[str, Any] = {
        "coefficients": dict(zip(names, everything.coefficients.round(3).tolist(), strict=True)),
        "intercept": round(everything.intercept, 3),
        "answer_at": round(threshold(everything, sets), 3),
        "close_at": round(threshold(everything, sets) / 3, 3),
        "fitted": {"on": metrics, "seed": SEED, "date": f"{datetime.now(UTC):%Y-%m-%d}"},
    }
    print(json.dumps(fitted, indent=2))
    if options.write:
        path = Path(index.confidence.__file__).with_name("confidence.json")
        path.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Tell no one how the build gets on."""


def _auroc(model: Fitted, measured: Measured, kind: str) -> float:
    """How well confidence separates the answerable from one kind of the rest."""
    these = (measured.kinds == "in") | (measured.kinds == kind)
    scores = model.decision(measured.features[these])
    return round(float(roc_auc_score(measured.kinds[these] == "in", scores)), 3)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _relevant(folder: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in sorted((folder / "qrels").glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines()[1:]:
            query, document, score = line.split("\t")
            if float(score) > 0:
                found.setdefault(query, set()).add(document)
    return found


def _normal(text: str) -> str:
    return " ".join(fold(word) for word in text.split())


if __name__ == "__main__":
    main()
