"""The index commands: rebuild, ask, search, status, verify, demo and those mounted at the end.

``python -m index`` runs them alone; ``newsquote`` mounts them beside the bot's. This is the edge
of the library: it alone reads the environment, through Typer's options (:mod:`index.options`).
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Final

import typer

from index import contract, operating_point, snapshot
from index.calibrate_command import calibrate
from index.controls import visible
from index.doctor_command import doctor
from index.encoders.loading import Runtime, load_encoder
from index.evaluation.command import evaluate
from index.exits import Exit, print_json, telling_errors, told
from index.fetching.command import fetch
from index.fitting.command import fit
from index.history_command import diff, gc, rollback, snapshots
from index.options import (
    DEFAULT_CORPUS,
    DEFAULT_INDEX,
    AnyDateOption,
    CorpusArgument,
    DeviceOption,
    EncodingOption,
    HalfLifeOption,
    IndexOption,
    JsonOption,
    MapOption,
    ModelOption,
    RuntimeOption,
    SortOption,
    StrictOption,
    WatchOption,
)
from index.recency import Sort
from index.records import Verdict
from index.timeline_command import timeline

if TYPE_CHECKING:
    from pathlib import Path

    from index.build import BuildReport, Progress
    from index.search import Searcher

DEMO_QUESTIONS: Final = (
    "Where will Kim meet Putin?",
    "How many excess deaths did the heat cause in Portugal?",
    "How many people died in the Vermont bus crash?",
)
"""Three questions about the packaged seeds; they hold no answer to the last."""

app = typer.Typer(
    name="newsquote",
    help="Ask a news corpus; get verbatim quotes with their source.",
    epilog="Exit codes: 0 done, 1 nothing found, 2 wrong use, 3 index problem, 4 corpus problem.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def version_callback(value: bool) -> None:
    """Print the version and end, where ``--version`` was given."""
    if value:
        sys.stdout.write(f"newsquote {version('newsquote')}\n")
        raise typer.Exit(Exit.DONE)


VersionOption = Annotated[
    bool,
    typer.Option(
        "--version", callback=version_callback, is_eager=True, help="Print the version and exit."
    ),
]


@app.callback()
def _root(*, version: VersionOption = False) -> None:  # pyright: ignore[reportUnusedFunction]  Typer registers it
    """Ask a news corpus; get verbatim quotes with their source."""
    del version


@app.command()
def rebuild(
    corpus: CorpusArgument = None,
    *,
    index_dir: IndexOption = DEFAULT_INDEX,
    model: ModelOption = "",
    runtime: RuntimeOption = Runtime.AUTO,
    device: DeviceOption = None,
    encoding: EncodingOption = "utf-8",
    fields: MapOption = None,
    strict: StrictOption = False,
    watch: WatchOption = False,
    as_json: JsonOption = False,
) -> None:
    """Read the corpus and publish a new index; only what changed is read and embedded."""
    from index import build, terminal, watch_command
    from index.corpus.fields import FieldNames
    from index.corpus.reading import ReadOptions
    from index.progress import telling_progress

    paths = corpus or [DEFAULT_CORPUS]

    def once(progress: Progress) -> BuildReport:
        return build.rebuild(paths, index_dir, encoder, options=options, progress=progress)

    with telling_errors(as_json=as_json):
        options = ReadOptions(encoding, FieldNames.parse(fields or ()), strict=strict)
        encoder = load_encoder(model, runtime, device)
        if watch:
            watch_command.watch(paths, index_dir, once, as_json=as_json)
            return
        with telling_progress() as progress:
            report = once(progress)
    if as_json:
        print_json(contract.report(report))
    else:
        terminal.show_report(report, terminal.output())


@app.command()
def ask(
    question: Annotated[
        list[str] | None,
        typer.Argument(help="The question; without one, a prompt.", show_default=False),
    ] = None,
    *,
    index_dir: IndexOption = DEFAULT_INDEX,
    model: ModelOption = "",
    runtime: RuntimeOption = Runtime.AUTO,
    device: DeviceOption = None,
    any_date: AnyDateOption = False,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with quotes, show what is close, or say that the corpus doesn't."""
    from index import terminal

    with telling_errors(as_json=as_json):
        if question is None and sys.stdin.isatty() and not as_json:
            _prompt(_open(index_dir, model, runtime, device), any_date=any_date)
            return
        text = " ".join(question) if question is not None else sys.stdin.read()
        answer = _open(index_dir, model, runtime, device).ask(text, any_date=any_date)
    if as_json:
        print_json(contract.answer(answer))
    else:
        terminal.show_answer(answer, terminal.output())
    if answer.verdict is not Verdict.ANSWERED:
        raise typer.Exit(Exit.NOTHING_FOUND)


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(help="What to look for.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many passages at most.")] = 10,
    *,
    index_dir: IndexOption = DEFAULT_INDEX,
    model: ModelOption = "",
    runtime: RuntimeOption = Runtime.AUTO,
    device: DeviceOption = None,
    sort: SortOption = Sort.RELEVANCE,
    half_life: HalfLifeOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell how each passage came to its place.")
    ] = False,
    any_date: AnyDateOption = False,
    as_json: JsonOption = False,
) -> None:
    """List the passages nearest to a query, best first, or explain what `ask` answers."""
    from index import terminal

    if explain and (half_life is not None or sort is not Sort.RELEVANCE):
        raise typer.BadParameter("what --explain tells of is neither sorted nor aged")
    if any_date and not explain:
        raise typer.BadParameter("a search takes in all dates; --any-date is for --explain and ask")
    with telling_errors(as_json=as_json):
        searcher = _open(index_dir, model, runtime, device)
        if explain:
            _explain(searcher, " ".join(query), limit, any_date=any_date, as_json=as_json)
            return
        result = searcher.search(" ".join(query), limit, sort=sort, half_life=half_life)
    if as_json:
        print_json(contract.search_result(result))
    else:
        terminal.show_search(result, terminal.output())
    if not result.hits:
        raise typer.Exit(Exit.NOTHING_FOUND)


@app.command()
def status(*, index_dir: IndexOption = DEFAULT_INDEX, as_json: JsonOption = False) -> None:
    """Say what is indexed, as of when, and whether the index is whole."""
    from index import terminal

    with telling_errors(as_json=as_json):
        opened = snapshot.open_current(index_dir)
        point = operating_point.read(index_dir)
    if as_json:
        print_json(contract.status(opened, point))
    else:
        terminal.show_status(opened, point, terminal.output())


@app.command()
def verify(
    passage_id: Annotated[
        str | None,
        typer.Argument(help="One passage; without it, all.", show_default=False),
    ] = None,
    *,
    index_dir: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> None:
    """Cut every passage out of its file again; compare bytes, lines and hashes."""
    from index import gathering, terminal, verification
    from index.passage_store import PassageStore

    with telling_errors(as_json=as_json):
        opened = snapshot.open_current(index_dir)
        store = PassageStore(opened.directory)
        passages = store.all() if passage_id is None else [store.by_id(passage_id)]
        options = gathering.options_of(opened.manifest)
        found = verification.verify(passages, store, opened.corpus_root, options)
        store.close()
    if as_json:
        print_json(contract.verification(found))
    else:
        terminal.show_verification(found, terminal.output())
    if found.findings:
        raise typer.Exit(Exit.INDEX_PROBLEM)


@app.command()
def demo(
    corpus: CorpusArgument = None,
    *,
    index_dir: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> None:
    """Index the corpus, answer three sample questions, then take yours."""
    from index import build, terminal
    from index.progress import telling_progress
    from index.search import open_searcher

    with telling_errors(as_json=as_json):
        encoder = load_encoder()
        with telling_progress() as progress:
            report = build.rebuild(
                corpus or [DEFAULT_CORPUS], index_dir, encoder, progress=progress
            )
        searcher = open_searcher(index_dir, encoder)
        answers = [searcher.ask(question) for question in DEMO_QUESTIONS]
    if as_json:
        print_json(
            {
                "rebuild": contract.report(report),
                "answers": [contract.answer(answer) for answer in answers],
            }
        )
        return
    console = terminal.output()
    terminal.show_report(report, console)
    for answer in answers:
        console.print()
        terminal.show_answer(answer, console)
    if sys.stdin.isatty() and sys.stdout.isatty():
        _prompt(searcher)


app.command()(timeline)
app.command()(snapshots)
app.command()(rollback)
app.command()(diff)
app.command()(gc)
app.command("eval")(evaluate)
app.command()(calibrate)
app.command()(doctor)
app.command()(fit)
app.command()(fetch)


def _open(index_dir: Path, model: str, runtime: Runtime, device: str | None) -> Searcher:
    """Open the current snapshot with the model named, by default the packaged one."""
    from index.search import open_searcher

    snapshot.current_id(index_dir)  # no model is loaded where there is no index to ask
    return open_searcher(index_dir, load_encoder(model, runtime, device))


def _explain(
    searcher: Searcher, question: str, limit: int, *, any_date: bool, as_json: bool
) -> None:
    """Print how a question is answered. Raises QuestionError."""
    from index import explain_contract, explain_terminal, terminal

    explanation = searcher.explain(question, limit, any_date=any_date)
    if as_json:
        print_json(explain_contract.document(explanation))
    else:
        explain_terminal.show_explanation(explanation, terminal.output())
    if not any(each.hits for each in explanation.questions):
        raise typer.Exit(Exit.NOTHING_FOUND)


def _prompt(searcher: Searcher, *, any_date: bool = False) -> None:
    """Take questions until an empty line, end of input, or Ctrl-C."""
    from index import terminal
    from index.errors import QuestionError

    console = terminal.output()
    console.print("\nAsk what you like; an empty line ends.")
    while True:
        try:
            question = input("ask> ").strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if not question:
            return
        try:
            terminal.show_answer(searcher.ask(question, any_date=any_date), console)
        except QuestionError as error:
            console.print(visible(told(error)), markup=False)


def main() -> None:
    """Run the index commands alone: ``python -m index``."""
    app(prog_name="python -m index")
