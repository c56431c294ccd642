"""``newsquote eval``."""

from __future__ import annotations

import time
from pathlib import Path  # noqa: TC003  Typer reads the annotations
from typing import Annotated

import typer

from index.commands.exits import print_json, telling_errors


def evaluate(
    folder: Annotated[
        Path,
        typer.Argument(help="A data set in BEIR format: corpus, queries, qrels.", metavar="DIR"),
    ],
    *,
    run: Annotated[
        Path | None,
        typer.Option("--run", help="Write the rankings here, as a TREC run.", metavar="FILE"),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--answers", help="Write the answers here, a JSON line a question.", metavar="FILE"
        ),
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option(
            "--compare", help="Test the rankings against those of this TREC run.", metavar="RUN"
        ),
    ] = None,
    taken_out: Annotated[
        bool,
        typer.Option(
            "--taken-out",
            help="Ask what has an answer once more, of the corpus without what answers it.",
        ),
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="Ask so many questions only, drawn from a fixed seed."),
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option(
            "--index",
            help="Keep the data set's own index here and reuse it while nothing changed.",
            metavar="DIR",
            show_default=".newsquote-eval/NAME",
        ),
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            "--model",
            envvar="NEWSQUOTE_MODEL",
            help="Another sentence-transformers model: a directory, or a name in its cache.",
            show_default="all-MiniLM-L6-v2, packaged",
        ),
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document on stdout.")
    ] = False,
) -> None:
    """Measure the quality of rankings, quotes and refusals on a data set with known answers."""
    from index.commands import terminal
    from index.commands.progress import telling_progress
    from index.encoders.loading import load_encoder
    from index.evaluation import asking, beir, indexing, measures, outputs, quality, report
    from index.evaluation import compare as comparing
    from index.evaluation.intervals import SEED

    started = time.monotonic()
    with telling_errors(as_json=as_json):
        measures.check_tools()
        outputs.check_writable([run, answers])
        data = beir.read(folder)
        if run is not None:
            outputs.check_run_ids(data)
        questions = asking.sample(data.questions, limit, SEED)
        ids = {question.id for question in questions}
        other = comparing.read_run(compare, ids) if compare is not None else None
        encoder = load_encoder(model)
        with telling_progress() as tell:
            kept_in = home or indexing.DEFAULT_HOME / data.name
            indexed = indexing.ensure(data, kept_in, encoder, tell)
            asked = asking.ask_all(questions, indexed, encoder, tell)
            without = (
                asking.ask_taken_out(questions, data, indexed, encoder, tell) if taken_out else []
            )
            tell("measuring", 0, 1)
            measured = quality.measure(asked, data.relevance, without)
            compared = (
                comparing.compare(
                    measures.run_of(asked), other, measures.judged(data.relevance, ids)
                )
                if other is not None
                else {}
            )
            tell("measuring", 1, 1)
        if run is not None:
            outputs.write(run, outputs.trec_run(asked))
        if answers is not None:
            outputs.write(answers, outputs.answers(asked))
    made = report.Evaluation(
        data, indexed, tuple(asked), measured, compared, time.monotonic() - started
    )
    if as_json:
        print_json(report.document(made))
    else:
        report.show(made, terminal.output())
