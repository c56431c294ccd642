"""``newsquote fetch``."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path  # noqa: TC003  Typer reads the annotations
from typing import Annotated

import typer

from index.commands.exits import Exit, print_json, telling_errors
from index.commands.options import DEFAULT_CORPUS, JsonOption
from index.commands.progress import telling_progress


def fetch(
    urls: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="URL",
            help="RSS, Atom or JSON feeds; without one, those in feeds.txt in the corpus.",
            show_default=False,
        ),
    ] = None,
    *,
    corpus: Annotated[
        Path,
        typer.Option(envvar="NEWSQUOTE_CORPUS", help="The corpus to store into.", metavar="DIR"),
    ] = DEFAULT_CORPUS,
    articles: Annotated[
        bool,
        typer.Option("--articles", help="Fetch the page that a new item links to as well."),
    ] = False,
    allow_private: Annotated[
        bool,
        typer.Option(
            "--allow-private", help="Also ask addresses of this machine and private networks."
        ),
    ] = False,
    timeout: Annotated[
        float,
        typer.Option(min=0.1, max=600, metavar="SECONDS", help="How long one download may last."),
    ] = 30,
    max_size: Annotated[
        float,
        typer.Option(min=0.001, max=200, metavar="MB", help="How long one may be, unpacked."),
    ] = 10,
    user_agent: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help="What servers are told: put a way to reach you in it.",
            show_default="newsquote/<version> (feed reader)",
        ),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Download feeds into the corpus, an item a dated file; what is there already is kept."""
    from index.commands import terminal
    from index.fetching import feed_list, telling
    from index.fetching.downloading import Limits
    from index.fetching.run import Options
    from index.fetching.run import fetch as run

    agent = user_agent or f"newsquote/{version('newsquote')} (feed reader)"
    if not (agent.isascii() and agent.isprintable() and agent.strip()):
        raise typer.BadParameter("The user agent has to be printable ASCII.")
    if os.pathsep in str(corpus) and not corpus.exists():
        raise typer.BadParameter("Name one directory of the corpus to store into (--corpus).")
    if not urls and not (corpus / feed_list.FILE).exists():
        raise typer.BadParameter(f"Name a feed, or list feeds in {corpus / feed_list.FILE}.")
    with telling_errors(as_json=as_json):
        named = urls or feed_list.read(corpus)
        if not named:
            raise typer.BadParameter(f"There is no feed in {corpus / feed_list.FILE}.")
        limits = Limits(timeout, int(max_size * 1e6), agent, allow_private)
        with telling_progress() as progress:
            report = run(named, corpus, Options(limits, articles), progress=progress)
    if as_json:
        print_json(telling.document(report))
    else:
        telling.show(report, terminal.output())
    if report.all_failed:
        raise typer.Exit(Exit.NOTHING_FOUND)
