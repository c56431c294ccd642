"""``newsquote search``, with ``--explain`` too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from index.commands import contract
from index.commands.exits import Exit, print_json, telling_errors
from index.commands.opening import open_named
from index.commands.options import (
    DEFAULT_INDEX,
    AnyDateOption,
    DeviceOption,
    HalfLifeOption,
    IndexOption,
    JsonOption,
    MilvusOption,
    ModelOption,
    RuntimeOption,
    SortOption,
)
from index.encoders.loading import Runtime
from index.retrieval.recency import Sort

if TYPE_CHECKING:
    from index.search import Searcher


def search(
    query: Annotated[list[str], typer.Argument(help="What to look for.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many passages at most.")] = 10,
    *,
    index_dir: IndexOption = DEFAULT_INDEX,
    model: ModelOption = "",
    runtime: RuntimeOption = Runtime.AUTO,
    device: DeviceOption = None,
    milvus_uri: MilvusOption = "",
    sort: SortOption = Sort.RELEVANCE,
    half_life: HalfLifeOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell how each passage came to its place.")
    ] = False,
    any_date: AnyDateOption = False,
    as_json: JsonOption = False,
) -> None:
    """List the passages nearest to a query, best first, or explain what `ask` answers."""
    from index.commands import terminal

    if explain and (half_life is not None or sort is not Sort.RELEVANCE):
        raise typer.BadParameter("what --explain tells of is neither sorted nor aged")
    if any_date and not explain:
        raise typer.BadParameter("a search takes in all dates; --any-date is for --explain and ask")
    with telling_errors(as_json=as_json):
        searcher = open_named(index_dir, model, runtime, device, milvus_uri)
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


def _explain(
    searcher: Searcher, question: str, limit: int, *, any_date: bool, as_json: bool
) -> None:
    """Print how a question is answered. Raises QuestionError."""
    from index.commands import explain_contract, explain_terminal, terminal

    explanation = searcher.explain(question, limit, any_date=any_date)
    if as_json:
        print_json(explain_contract.document(explanation))
    else:
        explain_terminal.show_explanation(explanation, terminal.output())
    if not any(each.hits for each in explanation.questions):
        raise typer.Exit(Exit.NOTHING_FOUND)
