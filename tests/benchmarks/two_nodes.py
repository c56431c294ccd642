"""One corpus embedded here, and by two Ray nodes of which one is killed: do both say the same?

    python tests/benchmarks/two_nodes.py [--passages 200000] [--questions 200] [--far=--engine=…]
    python tests/benchmarks/two_nodes.py --brief --shared --milvus [--keep DIR]

Short invented news is built into an index by ``rebuild --workers auto`` on a cluster of two nodes
of this machine, 127.0.0.1 and 127.0.0.2, and by this process alone, all in a network and among
processes of their own where the user may make these (``unshare``), for ``ray stop`` ends whatever
it sees. When half of the passages are kept, everything that runs on the second node is killed. Then
``newsquote ask`` gets the same questions of both indexes, one in seven about a place that the
corpus lacks, and the ten best passages of ``newsquote search`` are compared. ``--far`` hands an
option on to the cluster's ``rebuild``, such as another engine; may be repeated.

``--milvus`` has the cluster's index in the real Milvus server, started here, and says what memory
that held: empty, with the index, and when it was killed in the end, started anew, and had loaded
it. ``--brief`` makes an item of one sentence, some 16 word pieces. ``--shared`` embeds
once: the index that is built here gets the vectors that the cluster made, out of the files that
these were kept in. ``--keep`` does so too, and leaves these files, with what was seen while they
came, in a directory: another run with it, and with as many passages, needs no cluster, embeds
nothing, builds both indexes anew and asks. The directory's path has to be short.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from typer.testing import CliRunner

from index import snapshot
from index.benchmarking.news_index import QUESTIONS, SEED
from index.benchmarking.short_index import keep_questions
from index.benchmarking.short_news import BRIEF, SENTENCES, SENTENCES_EACH, ShortNews
from index.cli import app
from index.commands import ask_command, opening, search_command
from index.workers.kept_vectors import DIRECTORY

sys.path.insert(0, str(Path(__file__).parents[1]))  # the server is the tests'
from benchmarks.milvus_memory import steady
from benchmarks.ray_nodes import RAY, kill_the_second, two_nodes

if TYPE_CHECKING:
    from collections.abc import Generator

    from milvus_process import MilvusProcess

ITEMS_IN_A_FILE: Final = 500
VECTORS: Final = "vectors"
SEEN: Final = "seen.json"
LOADS_S: Final = 300.0
_INSIDE: Final = "NEWSQUOTE_INSIDE_A_NETWORK_OF_ITS_OWN"
_URI: Final = "NEWSQUOTE_MILVUS_URI"


@dataclass(slots=True)
class Watched:
    """What was seen while the cluster built."""

    passages: int = 0
    when_killed: int = 0
    at_last_look: int = 0
    killed: list[str] = field(default_factory=list[str])
    embedded_s: float = 0.0
    seconds: float = 0.0


def main() -> None:
    """Build twice, kill in between, ask, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=200_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--far", action="append", default=[])
    parser.add_argument("--processors", type=int, default=1, help="of each node, as it says")
    parser.add_argument("--milvus", action="store_true")
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("--shared", action="store_true")
    parser.add_argument("--keep", type=Path, metavar="DIR")
    options = parser.parse_args()
    if _INSIDE not in os.environ and os.geteuid() == 0 and shutil.which("unshare"):
        os.environ[_INSIDE] = "1"
        inside = 'ip link set lo up && "$0" "$@"; exit $?'  # the shell reaps what loses its parent
        unshare = ["unshare", "--net", "--pid", "--fork", "--mount-proc"]
        command = [*unshare, "sh", "-c", inside, sys.executable, *sys.argv]
        sys.exit(subprocess.run(command, check=False).returncode)
    if options.milvus and _INSIDE not in os.environ:
        sys.exit("--milvus listens on every interface: it needs root, and unshare.")
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    # A socket's path may have 107 characters; files are linked, so both are in one file system.
    home = tempfile.TemporaryDirectory(prefix="nq", dir=options.keep)
    with home as name, milvus(Path(name), options) as server:
        for found in compare(Path(name), options, server):
            print(json.dumps(found, indent=2), flush=True)


def compare(
    home: Path, options: argparse.Namespace, server: MilvusProcess | None
) -> Generator[dict[str, Any]]:
    """Do all of it below a directory, and tell it in parts."""
    corpus = home / "corpus"
    corpus.mkdir()
    forms = (BRIEF, 1) if options.brief else (SENTENCES, SENTENCES_EACH)
    items = list(islice(ShortNews(SEED, *forms).items(), options.passages))
    # What a blank line parts is a story of its own, whose first line is not embedded with the next.
    after = "\n\n" if options.brief else "\n"
    for start in range(0, len(items), ITEMS_IN_A_FILE):
        lines = "".join(f"{each.text}{after}" for each in items[start : start + ITEMS_IN_A_FILE])
        (corpus / f"{start // ITEMS_IN_A_FILE:05}.txt").write_text(lines)
    keep_questions(home / QUESTIONS, items)
    questions = [each["text"] for each in json.loads((home / QUESTIONS).read_text())]
    questions, unasked = questions[: options.questions], questions[options.questions]
    memory_bytes = [steady(server.memory_bytes)] if server else []
    aside = (options.keep or home) / VECTORS
    watched = _far(home, corpus, aside, options)
    if server:
        memory_bytes.append(steady(server.memory_bytes))
    _link(aside, home / "here" / DIRECTORY)
    reused, here_s = kept(home / "here"), time.monotonic()
    newsquote("rebuild", corpus, "--index", home / "here", *(("--workers", "local") * bool(reused)))
    here_s = time.monotonic() - here_s
    here, far = checksums(home / "here"), checksums(home / "far")
    same = sum(far.get(name) == sha for name, sha in here.items())
    asked = _asked(home, questions)
    yield {
        "passages": options.passages,
        "different": len({each.text for each in items}),
        "killed": watched.killed,
        "vectors_when_killed": watched.when_killed,
        "vectors_kept_at_last_look": watched.at_last_look,
        "embedded_s": round(watched.embedded_s, 1),
        "far_s": round(watched.seconds, 1),
        "vectors_reused_here": reused,
        "here_s": round(here_s, 1),
        "engines": [_engine(home / name) for name in ("here", "far")],
        "files_the_same": f"{same} of {len(here)}",
        **asked,
        "milvus_mb": [round(each / 1e6) for each in memory_bytes],
        "load_1min": round(os.getloadavg()[0], 1),
    }
    if server:
        server.kill()
        killed_at = time.monotonic()
        server.start()
        _await_vectors(home / "far", unasked)
        back_s = time.monotonic() - killed_at
        after_a_kill_mb = round(steady(server.memory_bytes) / 1e6)
        yield {"milvus_back_s": round(back_s, 1), "milvus_mb": after_a_kill_mb}


@contextlib.contextmanager
def milvus(home: Path, options: argparse.Namespace) -> Generator[MilvusProcess | None]:
    """Start the server, if it is wanted, and have the cluster's index kept there."""
    if not options.milvus:
        yield None
        return
    import milvus_process

    if reason := milvus_process.why_not():
        sys.exit(f"The Milvus server can't be started here: {reason}.")
    server = milvus_process.MilvusProcess(home / "milvus")
    server.start()
    os.environ[_URI] = server.uri
    options.far.append("--engine=milvus")
    try:
        yield server
    finally:
        server.kill()


def newsquote(*arguments: object) -> str:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "index", *map(str, arguments)],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **RAY},
    )
    if done.returncode:
        sys.exit(f"newsquote {arguments[0]} ended with {done.returncode}")
    return done.stdout


def checksums(index_dir: Path) -> dict[str, str]:
    """The hash of every file of the current snapshot."""
    return snapshot.open_current(index_dir).manifest.checksums


def kept(index_dir: Path) -> int:
    """Count the vectors on the disk."""
    parquet: Any = import_module("pyarrow.parquet")
    return sum(
        parquet.read_metadata(path).num_rows for path in (index_dir / DIRECTORY).glob("*.parquet")
    )


def _far(home: Path, corpus: Path, aside: Path, options: argparse.Namespace) -> Watched:
    """Rebuild on two nodes and kill one; of vectors that an earlier run kept, rebuild alone.

    With ``--shared``, the vectors are taken aside as they come.
    """
    if options.keep and (options.keep / SEEN).exists():
        watched = Watched(**json.loads((options.keep / SEEN).read_text()))
        if watched.passages != options.passages:
            sys.exit(f"{options.keep} has vectors of {watched.passages:,} passages.")
        _link(aside, home / "far" / DIRECTORY)
        newsquote("rebuild", corpus, "--index", home / "far", "--workers", "local", *options.far)
        return watched
    watched = Watched(options.passages)
    with two_nodes(home, options.processors) as environment:
        started = time.monotonic()
        command = ["rebuild", corpus, "--index", home / "far", "--workers", "auto", *options.far]
        building = subprocess.Popen(
            [sys.executable, "-m", "index", *map(str, command)],
            stdout=subprocess.DEVNULL,
            env=environment,
        )
        while building.poll() is None:
            if options.shared or options.keep:
                _link(home / "far" / DIRECTORY, aside)
            with contextlib.suppress(FileNotFoundError):  # published in between
                found = kept(home / "far")
                if found > watched.at_last_look:
                    watched.at_last_look = found
                    watched.embedded_s = time.monotonic() - started
            if not watched.killed and watched.at_last_look >= options.passages / 2:
                watched.when_killed = watched.at_last_look
                watched.killed = kill_the_second()
            time.sleep(0.5)
        if building.returncode or not watched.killed:
            sys.exit(f"The rebuild ended with {building.returncode}; killed: {watched.killed}.")
        watched.seconds = time.monotonic() - started
    if options.keep:
        (options.keep / SEEN).write_text(json.dumps(asdict(watched)))
    return watched


def _link(source: Path, target: Path) -> None:
    """Link the files of vectors, each of which is whole, to where another build looks."""
    target.mkdir(parents=True, exist_ok=True)
    for path in source.glob("*.parquet"):
        with contextlib.suppress(FileExistsError, FileNotFoundError):
            (target / path.name).hardlink_to(path)


def _engine(index_dir: Path) -> str:
    return snapshot.open_current(index_dir).manifest.engine


def _asked(home: Path, questions: list[str]) -> dict[str, Any]:
    """Ask both indexes, and say how much of the answers and of the ten best is the same.

    The commands run in this process, each index opened once for all of them. A score may differ by
    what half precision takes off it, and is compared by itself.
    """
    opened = cache(opening.open_named)
    ask_command.open_named = opened
    search_command.open_named = opened
    overlaps: list[float] = []
    count: Counter[str] = Counter()
    for question in questions:
        here, far = (_said("ask", home / name, question) for name in ("here", "far"))
        count[f"{here['verdict']}_here"] += 1
        count["by_words_here"] += here["by_words"]
        count["by_words_far"] += far["by_words"]
        count["same_verdict"] += here["verdict"] == far["verdict"]
        count["same_quotes"] += _quoted(here) == _quoted(far)
        count["same_scores_too"] += here["quotes"] == far["quotes"]
        if (here["verdict"], _quoted(here)) != (far["verdict"], _quoted(far)):
            sys.stderr.write(f"{question}\n  {_in_short(here)}\n  {_in_short(far)}\n")
        found = [
            {each["passage_id"] for each in _said("search", home / name, question)["hits"][:10]}
            for name in ("here", "far")
        ]
        overlaps.append(len(found[0] & found[1]) / max(len(found[0]), 1))
    return {
        "questions": len(questions),
        **count,
        "overlap_of_the_top_10": round(sum(overlaps) / len(overlaps), 4),
        "least_overlap": min(overlaps),
    }


def _quoted(answer: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(each["text"], each["citation"]) for each in answer["quotes"]]


def _in_short(answer: dict[str, Any]) -> str:
    said = [f"{each['score']:.4f} {each['text'][:60]}" for each in answer["quotes"]]
    return f"{answer['verdict']}{' by words' * answer['by_words']}: {said}"


def _await_vectors(index_dir: Path, question: str) -> None:
    """Wait until a server that was started anew has loaded what it serves."""
    until = time.monotonic() + LOADS_S
    while _said("ask", index_dir, question)["by_words"]:
        if time.monotonic() > until:
            sys.exit(f"After a kill, Milvus did not answer within {LOADS_S:.0f} s.")
        time.sleep(1)


def _said(command: str, index_dir: Path, question: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, [command, "--index", str(index_dir), "--json", question])
    if not done.stdout:
        sys.exit(
            f"newsquote {command} ended with {done.exit_code}: {done.stderr}{done.exception!r}"
        )
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
