"""``newsquote ask``, and the prompt that takes one question after the other."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from index.commands import contract
from index.commands.exits import Exit, print_json, telling_errors, told
from index.commands.opening import open_named
from index.commands.options import (
    DEFAULT_INDEX,
    AnyDateOption,
    DeviceOption,
    IndexOption,
    JsonOption,
    MilvusOption,
    ModelOption,
    RuntimeOption,
)
from index.encoders.loading import Runtime
from index.errors import QuestionError
from index.records import Verdict
from index.text.controls import visible

if TYPE_CHECKING:
    from index.search import Searcher


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
    milvus_uri: MilvusOption = "",
    any_date: AnyDateOption = False,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with quotes, show what is close, or say that the corpus doesn't."""
    from index.commands import terminal

    with telling_errors(as_json=as_json):
        if question is None and sys.stdin.isatty() and not as_json:
            prompt(open_named(index_dir, model, runtime, device, milvus_uri), any_date=any_date)
            return
        text = " ".join(question) if question is not None else sys.stdin.read()
        searcher = open_named(index_dir, model, runtime, device, milvus_uri)
        answer = searcher.ask(text, any_date=any_date)
    if as_json:
        print_json(contract.answer(answer))
    else:
        terminal.show_answer(answer, terminal.output())
    if answer.verdict is not Verdict.ANSWERED:
        raise typer.Exit(Exit.NOTHING_FOUND)


def prompt(searcher: Searcher, *, any_date: bool = False) -> None:
    """Take questions until an empty line, end of input, or Ctrl-C; one may lean on the last."""
    from index.commands import terminal
    from index.questions import following

    console = terminal.output()
    console.print("\nAsk what you like; an empty line ends.")
    before: following.Before | None = None
    while True:
        try:
            question = input("ask> ").strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if not question:
            return
        searched = following.followed(question, before)
        try:
            answer = searcher.ask(searched, any_date=any_date)
            before = following.after(answer)
            notes = (*following.note(question, searched), *answer.notes)
            terminal.show_answer(replace(answer, question=question, notes=notes), console)
        except QuestionError as error:
            console.print(visible(told(error)), markup=False)
