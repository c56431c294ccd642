"""Rebuilding on change: what counts as one, when it is built, and how the watch ends."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.building.corpus_watch import Due, Pace, StoppedError, watch
from index.errors import BuildInProgressError, CorpusError, EmptyCorpusError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from index.errors import SnapshotError

ROOT = Path(__file__).parents[3]
PACE = Pace(quiet_s=0.3, longest_s=1.2, look_s=0.05)
SETTLED_S = 0.6
"""Longer than a change takes to be seen, and quiet to be waited for."""
WAIT_S = 8.0


@dataclass(slots=True)
class Watching:
    """A watch in a thread of its own, with a build that notes when it ran."""

    corpus: list[Path]
    index_dir: Path
    stop: threading.Event = field(default_factory=threading.Event)
    builds: list[float] = field(default_factory=list[float])
    failures: list[str] = field(default_factory=list[str])
    raised: list[BaseException] = field(default_factory=list[BaseException])
    then: Callable[[], None] = lambda: None
    expected: int = 1
    thread: threading.Thread | None = None

    def build(self) -> None:
        self.builds.append(time.monotonic())
        self.index_dir.mkdir(exist_ok=True)
        (self.index_dir / "CURRENT").write_text(f"{len(self.builds)}\n")
        self.then()

    def failed(self, error: CorpusError | SnapshotError) -> None:
        self.failures.append(error.message)

    def run(self) -> None:
        try:
            watch(self.corpus, self.index_dir, self.build, self.failed, self.stop, pace=PACE)
        except BaseException as error:  # noqa: BLE001  told by the test that waits
            self.raised.append(error)

    def start(self) -> Watching:
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self.after(1)

    def after(self, builds: int) -> Watching:
        """Wait for so many builds."""
        end = time.monotonic() + WAIT_S
        while len(self.builds) < builds and time.monotonic() < end and not self.raised:
            time.sleep(0.02)
        assert (len(self.builds), self.raised) == (builds, [])
        self.expected = builds
        return self

    def settled(self) -> None:
        """Nothing more is built."""
        time.sleep(SETTLED_S)
        assert (len(self.builds), self.raised) == (self.expected, [])


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A corpus directory."""
    directory = tmp_path / "news"
    (directory / "may").mkdir(parents=True)
    (directory / "may" / "one.txt").write_text("One.\n")
    return directory


@pytest.fixture
def started(tmp_path: Path) -> Generator[Callable[..., Watching]]:
    """Start watches; they end with the test, and until then nothing more is built."""
    running: list[Watching] = []

    def start(*corpus: Path, index_dir: Path | None = None) -> Watching:
        one = Watching(list(corpus), index_dir or tmp_path / "index")
        running.append(one)
        return one.start()

    yield start
    try:
        for one in running:
            one.settled()
    finally:
        for one in running:
            one.stop.set()
    for one in running:
        assert one.thread is not None
        one.thread.join(WAIT_S)
        assert not one.thread.is_alive()


def test_it_builds_at_once_and_after_any_kind_of_change(
    news: Path, started: Callable[..., Watching]
) -> None:
    """Once for the start; then a file written, made in a new directory, moved or removed."""
    watching = started(news)
    (news / "may" / "one.txt").write_text("One, corrected.\n")
    watching.after(2)
    (news / "june").mkdir()
    (news / "june" / "two.txt").write_text("Two.\n")
    watching.after(3)
    (news / "june" / "two.txt").rename(news / "june" / "three.txt")
    watching.after(4)
    (news / "june" / "three.txt").unlink()
    watching.after(5)


def test_many_changes_are_one_build(news: Path, started: Callable[..., Watching]) -> None:
    """Changes that follow each other within the time of quiet are built together."""
    watching = started(news)
    for number in range(10):
        (news / f"{number}.txt").write_text("News.\n")
        time.sleep(PACE.quiet_s / 6)
    watching.after(2)


def test_a_steady_stream_does_not_put_the_build_off(
    news: Path, started: Callable[..., Watching]
) -> None:
    """Where no time is quiet, it is built all the same, and not for every change."""
    watching = started(news)
    begun = time.monotonic()
    while time.monotonic() - begun < 2.4 * PACE.longest_s:
        (news / "live.txt").write_text(f"{time.monotonic()}\n")
        time.sleep(PACE.quiet_s / 10)
    during = len(watching.builds) - 1
    assert 2 <= during <= 4
    watching.after(during + 2)


@pytest.mark.parametrize("polling", [False, True])
def test_hidden_files_and_the_index_are_no_change(
    news: Path,
    started: Callable[..., Watching],
    monkeypatch: pytest.MonkeyPatch,
    polling: bool,
) -> None:
    """Also where the index is in the corpus, and where the system can't tell of changes."""
    if polling:
        monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1")
        monkeypatch.setenv("WATCHFILES_POLL_DELAY_MS", "50")
    (news / ".git").mkdir()
    (news / "index").mkdir()
    watching = started(news, index_dir=news / "index")
    (news / ".git" / "HEAD").write_text("x\n")
    (news / "may" / ".one.txt.swp").write_text("x\n")
    (news / "index" / "20260101T000000Z-1").mkdir()
    (news / "index" / "20260101T000000Z-1" / "manifest.json").write_text("{}")
    watching.settled()
    (news / "may" / "two.txt").write_text("Two.\n")
    watching.after(2)


def test_noise_does_not_put_the_build_off(news: Path, started: Callable[..., Watching]) -> None:
    """While hidden files change without end, a change of the corpus is built."""
    watching = started(news)
    (news / "may" / "one.txt").write_text("One, corrected.\n")
    end = time.monotonic() + PACE.longest_s
    while time.monotonic() < end:
        (news / ".log").write_text(f"{time.monotonic()}\n")
        time.sleep(0.02)
    watching.after(2)
    assert watching.builds[1] < end - PACE.quiet_s


def test_an_index_that_is_a_link_is_no_change(
    news: Path, tmp_path: Path, started: Callable[..., Watching]
) -> None:
    """What is written through a link inside the corpus is known for the index."""
    (tmp_path / "elsewhere").mkdir()
    (news / "index").symlink_to(tmp_path / "elsewhere")
    watching = started(news, index_dir=news / "index")
    watching.settled()


def test_a_corpus_inside_the_index_directory_is_watched(
    tmp_path: Path, started: Callable[..., Watching]
) -> None:
    """An index directory that holds the corpus too hides none of it."""
    (tmp_path / "all" / "news").mkdir(parents=True)
    watching = started(tmp_path / "all" / "news", index_dir=tmp_path / "all")
    (tmp_path / "all" / "news" / "one.txt").write_text("One.\n")
    watching.after(2)


def test_the_corpus_cannot_be_the_index(news: Path) -> None:
    """Where each build would change the corpus, the watch is refused."""
    with pytest.raises(CorpusError, match=r"both are .*--index"):
        watch([news], news, lambda: None, lambda _: None, threading.Event())


def test_a_named_file_is_watched_where_it_stands(
    news: Path, started: Callable[..., Watching]
) -> None:
    """A file that is rewritten, or replaced as editors do, counts; its neighbours don't."""
    one = news / "may" / "one.txt"
    watching = started(one)
    (news / "may" / "other.txt").write_text("Other.\n")
    (news / "may" / "below").mkdir()
    (news / "may" / "below" / "one.txt").write_text("Other.\n")
    watching.settled()
    one.write_text("One, corrected.\n")
    watching.after(2)
    (news / "may" / "one.new").write_text("One, again.\n")
    (news / "may" / "one.new").replace(one)
    watching.after(3)
    one.write_text("And again.\n")
    watching.after(4)


def test_files_and_directories_together(
    news: Path, tmp_path: Path, started: Callable[..., Watching]
) -> None:
    """A link to a file, and a directory elsewhere, are watched at once."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "wire.txt").write_text("Wire.\n")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "wire.txt").symlink_to(tmp_path / "real" / "wire.txt")
    watching = started(news, tmp_path / "links" / "wire.txt")
    (tmp_path / "real" / "wire.txt").write_text("Wire, corrected.\n")
    watching.after(2)
    (news / "may" / "two.txt").write_text("Two.\n")
    watching.after(3)


@pytest.mark.parametrize("polling", [False, True])
def test_a_directory_that_goes_and_comes_back(
    news: Path,
    started: Callable[..., Watching],
    monkeypatch: pytest.MonkeyPatch,
    polling: bool,
) -> None:
    """The watch outlives its directory: what takes its place is watched, too."""
    if polling:
        monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1")
        monkeypatch.setenv("WATCHFILES_POLL_DELAY_MS", "50")
    watching = started(news)
    shutil.rmtree(news)
    watching.after(2)
    news.mkdir()
    (news / "two.txt").write_text("Two.\n")
    watching.after(3)
    if polling:
        # Polling compares whole seconds; the time of quiet is longer outside of tests.
        time.sleep(1.0)
    (news / "two.txt").write_text("Two, corrected.\n")
    watching.after(4)


def test_a_link_that_is_led_elsewhere(
    news: Path, tmp_path: Path, started: Callable[..., Watching]
) -> None:
    """A release that is switched by its link is built, and its files are watched."""
    shutil.copytree(news, tmp_path / "next")
    (tmp_path / "now").symlink_to(news)
    watching = started(tmp_path / "now")
    (tmp_path / "new").symlink_to(tmp_path / "next")
    (tmp_path / "new").replace(tmp_path / "now")
    watching.after(2)
    (tmp_path / "next" / "two.txt").write_text("Two.\n")
    watching.after(3)


def test_what_changes_during_a_build_is_built_after_it(
    news: Path, started: Callable[..., Watching]
) -> None:
    """A build may have read a file before it changed."""
    watching = started(news)

    def change() -> None:
        if len(watching.builds) == 2:
            (news / "may" / "late.txt").write_text("Late.\n")

    watching.then = change
    (news / "may" / "one.txt").write_text("One, corrected.\n")
    watching.after(3)


def test_a_build_that_fails_is_told_and_the_watch_goes_on(
    news: Path, started: Callable[..., Watching]
) -> None:
    """Where the corpus is at fault the next change is waited for."""
    watching = started(news)

    def fail() -> None:
        raise EmptyCorpusError("Nothing here.", remedy="")

    watching.then = fail
    (news / "may" / "one.txt").unlink()
    watching.after(2)
    assert watching.failures == ["Nothing here."]
    watching.then = lambda: None
    (news / "may" / "one.txt").write_text("One.\n")
    watching.after(3)
    assert watching.failures == ["Nothing here."]


def test_a_build_that_is_refused_is_tried_again(
    news: Path, started: Callable[..., Watching]
) -> None:
    """Where another build is in the way, what changed is built later without another change."""
    watching = started(news)

    def refuse() -> None:
        watching.then = lambda: None
        raise BuildInProgressError("Another process is building.", remedy="")

    watching.then = refuse
    (news / "may" / "one.txt").write_text("One, corrected.\n")
    watching.after(2).after(3)
    assert watching.failures == ["Another process is building."]
    assert watching.builds[2] - watching.builds[1] >= PACE.longest_s


def test_other_errors_end_the_watch(news: Path, tmp_path: Path) -> None:
    """What is neither the corpus's nor the index's fault is not swallowed."""

    def build() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        watch([news], tmp_path / "index", build, lambda _: None, threading.Event(), pace=PACE)


def test_a_build_can_be_given_up(news: Path, tmp_path: Path) -> None:
    """A build that stops itself ends the watch, and is no failure."""

    def build() -> None:
        raise StoppedError

    failures: list[Exception] = []
    watch([news], tmp_path / "index", build, failures.append, threading.Event(), pace=PACE)
    assert failures == []


def test_a_corpus_that_is_not_there_is_awaited(
    tmp_path: Path, started: Callable[..., Watching]
) -> None:
    """Also where the directory above it is not there yet."""
    corpus = tmp_path / "mounted" / "news"
    watching = started(corpus)
    corpus.mkdir(parents=True)
    watching.after(2)
    (corpus / "one.txt").write_text("One.\n")
    watching.after(3)


@given(st.lists(st.integers(1, 32), min_size=1, max_size=60))
def test_when_it_is_due(gaps: list[int]) -> None:
    """Not within the time of quiet after a change, unless the longest time is up; never later.

    Gaps between changes are in eighths of a second.
    """
    pace = Pace(quiet_s=2, longest_s=30)
    due = Due(pace)
    assert due(0.0)
    due.built()
    now, first, last = 0.0, None, 0.0
    for gap in gaps:
        # Looked at four times a second, as the watch does.
        looked = now
        while (looked := looked + 0.25) < now + gap / 8:
            expected = first is not None and (
                looked - last >= pace.quiet_s or looked - first >= pace.longest_s
            )
            assert due(looked) == expected
            if expected:
                due.built()
                first = None
        now += gap / 8
        due.changed(now)
        first, last = (now if first is None else first), now
