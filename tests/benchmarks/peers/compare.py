"""newsquote and its peers side by side: same passages, same questions, same weights.

    python tests/benchmarks/peers/install.py DIR
    python tests/benchmarks/peers/compare.py DATASET --environments DIR [--limit 300]
        [--only PEER]… [--core N] [--work DIR] [--json]

DATASET is a folder in BEIR format. Each peer builds and answers in a process of its own, one after
the other, in its own environment and offline; ``--core`` keeps each on one core, so that a busy
machine disturbs less. What was measured is kept in ``--work`` and counts again; delete the
directory to begin anew. A peer that fails is named with the reason. ``newsquote ask`` shows at most
three documents, or what is close, hence no nDCG of it.

Needs the extra ``newsquote[eval]``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, Final

from index.evaluation import asking, beir, measures
from index.evaluation.intervals import SEED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.evaluation.beir import DataSet, Question

HERE: Final = Path(__file__).parent
OURS: Final = "newsquote"
PLAIN: Final = "sentence-transformers + FAISS"
ASKING: Final = "newsquote ask"
PEERS: Final = {
    "newsquote search": (OURS, "with_newsquote:Adapter"),
    "newsquote search, no scorer": (OURS, "with_newsquote:Unscored"),
    ASKING: (OURS, "with_newsquote:Asking"),
    PLAIN: ("faiss", "with_faiss"),
    "txtai 9.14.0, hybrid": ("txtai", "with_txtai"),
    "haystack-ai 3.4.1, hybrid": ("haystack", "with_haystack"),
    "llama-index-core 0.14.25": ("llama_index", "with_llama_index"),
    "haiku.rag 0.6.0, hybrid": ("haiku_rag", "with_haiku_rag"),
}
"""Name → the environment it runs in, and its adapter."""
QUIET: Final = {
    "HF_HUB_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
LEFT_OUT: Final = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
QUALITY: Final = ("nDCG@10", "Success@1")


def run(name: str, environments: Path, data: Path, out: Path, core: int | None) -> str:
    """Measure one peer into ``out``; return what went wrong, or nothing."""
    environment, adapter = PEERS[name]
    python = sys.executable if environment == OURS else environments / environment / "bin/python"
    if not Path(python).is_file():
        return f"is not installed: there is no {python}"
    kept = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
    done = subprocess.run(
        [python, HERE / "measure.py", adapter, data, out],
        check=False,
        capture_output=True,
        text=True,
        env={**kept, **QUIET},
        preexec_fn=None if core is None else lambda: os.sched_setaffinity(0, {core}),
    )
    return (done.stderr.strip() or "no reason").splitlines()[-1] if done.returncode else ""


def row(measured: dict[str, Any], data: DataSet, *, ranked: bool) -> dict[str, float | None]:
    """Say what one peer came to."""
    found = {
        question: {document: float(-rank) for rank, document in enumerate(documents)}
        for question, documents in measured["found"].items()
    }
    values = measures.rank_values(found, measures.judged(data.relevance, found))
    quality = {name: sum(values[name].values()) / len(values[name]) for name in QUALITY}
    return {
        "build_s": measured["build_s"],
        "build_cpu_s": measured["build_cpu_s"],
        "p50_ms": median(measured["wall_ms"]),
        "p95_ms": quantiles(measured["wall_ms"], n=20)[-1],
        "cpu_p50_ms": median(measured["cpu_ms"]),
        "peak_mb": measured["peak_mb"],
        "nDCG@10": quality["nDCG@10"] if ranked else None,
        "Success@1": quality["Success@1"],
    }


def answerable(data: DataSet, limit: int) -> list[Question]:
    """Draw questions that have a relevant document."""
    judged = measures.judged(data.relevance, {each.id for each in data.questions})
    return asking.sample([each for each in data.questions if each.id in judged], limit, SEED)


def main() -> None:
    """Measure every peer that was not measured yet, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--environments", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--only", action="append", choices=list(PEERS))
    parser.add_argument("--core", type=int)
    parser.add_argument("--work", type=Path, default=Path(".newsquote-bench/peers"))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    data = beir.read(options.dataset)
    questions = answerable(data, options.limit)
    work = options.work / f"{data.name}-{len(questions)}"
    work.mkdir(parents=True, exist_ok=True)
    shared = work / "data.json"
    passages = [
        {"id": each.id, "title": each.metadata.title or "", "text": each.text}
        for each in data.documents
    ]
    shared.write_text(
        json.dumps({"passages": passages, "questions": {each.id: each.text for each in questions}}),
        "utf-8",
    )
    rows: dict[str, dict[str, float | None]] = {}
    failed: dict[str, str] = {}
    loads: list[float] = []
    for name in options.only or PEERS:
        out = work / f"{name}.json"
        if not out.is_file():
            print(name, file=sys.stderr, flush=True)
            problem = run(name, options.environments, shared, out, options.core)
            if problem:
                failed[name] = problem
                continue
        measured = json.loads(out.read_text("utf-8"))
        loads += measured["load"]
        rows[name] = row(measured, data, ranked=name != ASKING)
    report = {
        "data": data.name,
        "passages": len(passages),
        "questions": len(questions),
        "load": [min(loads, default=0.0), max(loads, default=0.0)],
        "core": options.core,
        "peers": rows,
        "failed": failed,
    }
    print(json.dumps(report, indent=2) if options.json else table(report))


COLUMNS: Final = {
    "build_s": ("build s", 1),
    "build_cpu_s": ("cpu s", 1),
    "p50_ms": ("p50 ms", 1),
    "p95_ms": ("p95 ms", 1),
    "cpu_p50_ms": ("cpu ms", 1),
    "peak_mb": ("peak MB", 0),
    "nDCG@10": ("nDCG@10", 3),
    "Success@1": ("S@1", 3),
}


def table(report: dict[str, Any]) -> str:
    """Lay the report out for reading, and say on which row who is ahead of newsquote."""
    least, most = report["load"]
    where = "all cores" if report["core"] is None else "each on one core"
    lines = [
        (
            f"{report['data']}: {report['passages']:,} passages, {report['questions']:,} questions,"
            f" {where}, load {least:.1f} to {most:.1f}"
        ),
        "",
        f"{'':32}" + "".join(f"{title:>10}" for title, _ in COLUMNS.values()),
    ]
    for name, values in report["peers"].items():
        cells = (
            "-" if values[key] is None else f"{values[key]:,.{digits}f}"
            for key, (_, digits) in COLUMNS.items()
        )
        lines.append(f"{name:32}" + "".join(f"{cell:>10}" for cell in cells))
    lines += [f"{name:32}{problem}" for name, problem in report["failed"].items()]
    return "\n".join([*lines, "", *ahead(report["peers"])])


def ahead(rows: dict[str, dict[str, float | None]]) -> Sequence[str]:
    """Name, for each way of ours and each column, the peers that are ahead of it."""
    told: list[str] = []
    for name, values in rows.items():
        if not name.startswith(OURS):
            continue
        for key, (title, _) in COLUMNS.items():
            sign = -1 if key in QUALITY else 1
            mine = values[key]
            better = [
                other
                for other, theirs in rows.items()
                if not other.startswith(OURS)
                and mine is not None
                and (figure := theirs[key]) is not None
                and sign * figure < sign * mine
            ]
            if better:
                told.append(f"Ahead of {name} in {title}: {', '.join(better)}.")
    both = {name.startswith(OURS) for name in rows} == {True, False}
    return told or (["newsquote is ahead in every column."] if both else [])


if __name__ == "__main__":
    main()
