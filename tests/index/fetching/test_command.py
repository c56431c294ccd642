"""The command: its feeds, its exit codes, what it prints."""

from __future__ import annotations

import json
import os
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest
import typer
from typer.testing import CliRunner

from feed_server import Reply, item
from index.fetching.command import fetch

if TYPE_CHECKING:
    from typer.testing import Result

    from feed_server import FeedServer
    from fetched import Corpus

MAYOR = item("Mayor resigns", "The mayor resigned.", guid="1")


def run(corpus: Corpus, *arguments: object) -> Result:
    """Run the command into a corpus; loopback addresses are allowed."""
    app = typer.Typer()
    app.command()(fetch)
    given = ["--corpus", corpus.root, "--allow-private", *arguments]
    return CliRunner().invoke(app, [str(each) for each in given])


def document(result: Result) -> dict[str, Any]:
    """The one JSON document on stdout."""
    return json.loads(result.stdout)


def test_feeds_that_are_named(server: FeedServer, corpus: Corpus) -> None:
    """It says what came of each feed and of all."""
    url = server.feed("/feed", MAYOR)
    result = run(corpus, url)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == f"{url}: 1 new, 0 corrected, 0 unchanged"
    assert lines[1].startswith("1 new, 0 corrected, 0 unchanged in ")
    assert (
        server.asked[0].headers["User-Agent"] == f"newsquote/{version('newsquote')} (feed reader)"
    )


def test_feeds_of_the_list(server: FeedServer, corpus: Corpus) -> None:
    """Without an address those in feeds.txt are fetched: a line each, with comments."""
    first, second = server.feed("/a?x=1", MAYOR), server.feed("/b", MAYOR.replace("1<", "2<"))
    (corpus.root / "feeds.txt").write_text(
        f"\ufeff# our feeds\n\n{first}#top  # with a comment\n  {second}\n"
        f"#{server.url('/c')}\n{second}\n"
    )
    result = run(corpus, "--json")
    assert result.exit_code == 0, result.output
    assert [each["url"] for each in document(result)["feeds"]] == [f"{first}#top", second]
    assert sorted(server.paths()) == ["/a?x=1", "/b"]


def test_json(server: FeedServer, corpus: Corpus) -> None:
    """One document, with every feed's outcome and the counts."""
    server.answers |= {
        "/gone": Reply(status=410),
        "/busy": Reply(status=503, headers={"Retry-After": "60"}),
        "/old": Reply(status=301, headers={"Location": "/feed"}),
    }
    server.feed("/feed", MAYOR)
    result = run(corpus, *(server.url(path) for path in ("/gone", "/busy", "/old")), "--json")
    assert result.exit_code == 0, result.output
    told = document(result)
    assert [each["status"] for each in told["feeds"]] == ["gone", "failed", "fetched"]
    assert {name: told[name] for name in ("new", "corrected", "unchanged", "failed")} == {
        "new": 1,
        "corrected": 0,
        "unchanged": 0,
        "failed": 2,
    }
    gone, busy, old = told["feeds"]
    assert "gone for good" in gone["reason"]
    assert busy["retry_at"] is not None
    assert (old["moved_to"], old["reason"], old["notes"]) == (server.url("/feed"), None, [])


def test_every_feed_failed(server: FeedServer, corpus: Corpus) -> None:
    """Exit code 1, and the reasons."""
    result = run(corpus, server.url("/none"), "nonsense")
    assert result.exit_code == 1
    assert "answers 404" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("; 2 failed")


def test_nothing_new_is_no_failure(server: FeedServer, corpus: Corpus) -> None:
    """A feed that waits, or did not change, is exit code 0."""
    server.answers["/feed"] = Reply(status=429, headers={"Retry-After": "60"})
    assert run(corpus, server.url("/feed")).exit_code == 1
    result = run(corpus, server.url("/feed"))
    assert (result.exit_code, "waiting" in result.stdout) == (0, True)


def test_wrong_use(server: FeedServer, corpus: Corpus) -> None:
    """No feeds at all, or a user agent that cannot be sent, is exit code 2 and asks nothing."""
    assert run(corpus).exit_code == 2
    (corpus.root / "feeds.txt").write_text("# none yet\n")
    assert run(corpus).exit_code == 2
    for agent in ("a\nb", "é", " "):
        assert run(corpus, server.url("/feed"), "--user-agent", agent).exit_code == 2
    assert run(corpus, server.url("/feed"), "--corpus", f"one{os.pathsep}two").exit_code == 2
    assert server.asked == []


@pytest.mark.parametrize("as_json", [False, True])
def test_a_corpus_that_cannot_be_used(server: FeedServer, corpus: Corpus, as_json: bool) -> None:
    """Exit code 4, with what to do."""
    (corpus.root / ".fetch").write_text("in the way")
    result = run(corpus, server.feed("/feed", MAYOR), *(["--json"] if as_json else []))
    assert result.exit_code == 4
    if as_json:
        assert document(result)["error"]["kind"] == "CorpusWriteError"
    else:
        assert "cannot be written" in result.stderr


def test_options_reach_the_download(server: FeedServer, corpus: Corpus) -> None:
    """Size, time and user agent are those given; pages come with --articles."""
    server.answers["/slow"] = Reply(bytes(100), drip_s=0.1)
    server.feed("/long", item("T", "x" * 5000), item("P", "x", link="/page"))
    urls = [server.url("/slow"), server.url("/long")]
    result = run(corpus, *urls, "--timeout", 0.3, "--max-size", 0.004, "--user-agent", "me/1")
    assert "took longer than 0.3 s" in result.stdout
    assert "longer than 0.004 MB" in result.stdout
    assert {each.headers["User-Agent"] for each in server.asked} == {"me/1"}
    assert run(corpus, urls[1], "--articles").exit_code == 0
    assert server.paths()[-2:] == ["/robots.txt", "/page"]


def test_hostile_text_does_not_reach_the_terminal(server: FeedServer, corpus: Corpus) -> None:
    """Control characters in what a server says are shown as pictures."""
    server.answers["/feed"] = Reply(status=301, headers={"Location": "/\x1b[31mred"})
    result = run(corpus, server.url("/feed"))
    assert "\x1b" not in result.stdout
