"""Replies as they are kept: what was written is read, and so is what earlier versions wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from bot import replies
from bot.replies import Kind, Reply
from index.records import ReadAs, SnapshotInfo

REPLY = Reply(
    Kind.REFUSAL,
    "Who met Zelenski, and when?",
    (),
    ("Vermont",),
    1,
    SnapshotInfo("one", datetime(2026, 11, 24, tzinfo=UTC), None, 11),
    show_question=True,
    read_as=(ReadAs("Zelenski", ("Zelensky",)),),
    unanswered=("when?",),
)


def test_a_kept_reply_is_read_again() -> None:
    """Nothing is lost on the way through JSON."""
    assert replies.loads(replies.dumps(REPLY)) == REPLY


def test_a_reply_of_an_earlier_version_is_read() -> None:
    """What it did not know of yet counts as nothing to tell."""
    kept = json.loads(replies.dumps(REPLY))
    del kept["read_as"], kept["unanswered"]
    earlier = replace(REPLY, read_as=(), unanswered=())
    assert replies.loads(json.dumps(kept)) == earlier
