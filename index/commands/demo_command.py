"""``newsquote demo``."""

from __future__ import annotations

import sys
from typing import Final

from index.commands import contract
from index.commands.ask_command import prompt
from index.commands.exits import print_json, telling_errors
from index.commands.options import (
    DEFAULT_CORPUS,
    DEFAULT_INDEX,
    CorpusArgument,
    IndexOption,
    JsonOption,
)
from index.encoders.loading import load_encoder

QUESTIONS: Final = (
    "Where will Kim meet Putin?",
    "How many excess deaths did the heat cause in Portugal?",
    "How many people died in the Vermont bus crash?",
)
"""Three questions about the packaged seeds; they hold no answer to the last."""


def demo(
    corpus: CorpusArgument = None,
    *,
    index_dir: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> None:
    """Index the corpus, answer three sample questions, then take yours."""
    from index import build
    from index.commands import terminal
    from index.commands.progress import telling_progress
    from index.search import open_searcher

    with telling_errors(as_json=as_json):
        encoder = load_encoder()
        with telling_progress() as progress:
            report = build.rebuild(
                corpus or [DEFAULT_CORPUS], index_dir, encoder, progress=progress
            )
        searcher = open_searcher(index_dir, encoder)
        answers = [searcher.ask(question) for question in QUESTIONS]
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
        prompt(searcher)
