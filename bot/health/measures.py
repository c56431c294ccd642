"""The figures of the bot, as prometheus-client counts them: no label holds a text or an id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

from bot.errors import BusyError, TooSlowError
from index.errors import QuestionError

if TYPE_CHECKING:
    from bot.access.fair_use import Why
    from bot.alerts.watch_queue import State
    from index.observing import Stage
    from index.records import Verdict

_QUICK_S: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_WHOLE_S: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 20, 40)

WAITED: Final = "waited"
"""A question waited until a worker took it."""
RENDERED: Final = "rendered"
"""An answer was laid out as pages, and kept where its buttons need that."""
SENT: Final = "sent"
"""Discord took a message of ours."""


class Measures:
    """Counts; any thread may call. Its ``registry`` is its own, so that each test has another."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=registry)
        self._questions = Counter(
            "newsquote_questions", "Questions by what came of them.", ["verdict"], registry=registry
        )
        self._question_s = Histogram(
            "newsquote_question_seconds",
            "From a question's admission to its answer, waiting included.",
            registry=registry,
            buckets=_WHOLE_S,
        )
        self._hasty = Counter(
            "newsquote_hasty_answers",
            "Answers that the sentence scorer had no part in, since others were waiting.",
            registry=registry,
        )
        self._stage_s = Histogram(
            "newsquote_stage_seconds",
            "How long one stage of a question took.",
            ["stage"],
            registry=registry,
            buckets=_QUICK_S,
        )
        self._reloads = Counter(
            "newsquote_reloads", "Snapshots opened or refused.", ["result"], registry=registry
        )
        self._limits = Counter(
            "newsquote_rate_limits",
            "Requests turned away: by us for a person, a server or a pause, by Discord for us.",
            ["by"],
            registry=registry,
        )
        self._requests = Counter(
            "newsquote_discord_requests",
            "Requests to Discord by the class of the answer.",
            ["result"],
            registry=registry,
        )
        self._posts = Counter(
            "newsquote_watch_posts", "Posts of watches by outcome.", ["result"], registry=registry
        )
        self._errors = Counter(
            "newsquote_errors", "Errors in the log by kind.", ["kind"], registry=registry
        )

    def passed(self, stage: Stage | str, took_s: float) -> None:
        """Count a stage that ended."""
        self._stage_s.labels(str(stage)).observe(took_s)

    def reloaded(self, *, ok: bool) -> None:
        """Count a snapshot that took over or was refused."""
        self._reloads.labels("ok" if ok else "failed").inc()

    def answered(self, verdict: Verdict, took_s: float) -> None:
        """Count a question that was answered or refused for want of sources."""
        self._questions.labels(verdict.value).inc()
        self._question_s.observe(took_s)

    def hastened(self) -> None:
        """Count an answer that was made in haste; :meth:`answered` counts it, too."""
        self._hasty.inc()

    def unanswered(self, error: Exception) -> None:
        """Count a question that came to nothing."""
        known = {QuestionError: "unreadable", BusyError: "busy", TooSlowError: "too slow"}
        told = (verdict for kind, verdict in known.items() if isinstance(error, kind))
        self._questions.labels(next(told, "failed")).inc()

    def turned_away(self, why: Why) -> None:
        """Count somebody who was told to wait."""
        self._limits.labels(why.value).inc()

    def requested(self, status: int | None) -> None:
        """Count a request to Discord by its HTTP status, None where there was no answer."""
        result = "no answer" if status is None else f"{status // 100}xx"
        self._requests.labels(result).inc()
        if status == 429:
            self._limits.labels("discord").inc()

    def posted(self, state: State) -> None:
        """Count a post of a watch that came to an end."""
        self._posts.labels(state.value).inc()

    def failed(self, kind: str) -> None:
        """Count an error; ``kind`` is the name of its class."""
        self._errors.labels(kind).inc()
