"""Votes as a data set: what each vote says, and that `newsquote eval` and `calibrate` read it."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.kept import votes
from bot.kept.votes import Kept, Reason, Vote, question_hash
from bot.owner import feedback_export
from bot.owner.feedback_export import LeftOut
from bot.settings import Settings, variable
from bot.store import open_store
from index import build
from index.encoders.loading import load_encoder
from index.evaluation import beir
from index.records import Verdict
from index.search import open_searcher

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from typer.testing import Result

    from index.encoders.protocol import Encoder
    from index.records import Answer

WIRE = (
    "The ferry Alma Dore sank off Brightwater Quay on Sunday, and all 41 people aboard were"
    " rescued by two trawlers and the coast guard."
)
NEWS = f"""\
{WIRE}

Mayor Ines Okafor opened the new tram line to the university on Monday morning.

A bakery in Sorrel Street won the prize for the best rye bread.
"""
FERRY = "How many people aboard the ferry Alma Dore were rescued?"
CHESS = "Who won the chess championship in Reykjavik?"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The packaged model."""
    return load_encoder()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """A directory with the index of invented news, the wire's report among them twice."""
    root = tmp_path_factory.mktemp("town")
    (root / "corpus").mkdir()
    (root / "corpus" / "town.txt").write_text(NEWS, encoding="utf-8")
    record = {"title": "Ferry", "text": WIRE, "outlet": "Wire", "date": "2026-03-01"}
    (root / "corpus" / "wire.jsonl").write_text(f"{json.dumps(record)}\n", encoding="utf-8")
    build.rebuild([root / "corpus"], root / "index", encoder)
    return root


@pytest.fixture
def desk(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """An empty directory, the index named in the environment, and pytest's log handlers after."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    monkeypatch.setenv("NEWSQUOTE_INDEX", str(town / "index"))
    monkeypatch.setenv("NEWSQUOTE_DATA", str(tmp_path / "bot.sqlite3"))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield tmp_path
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.fixture(scope="module")
def answer(town: Path, encoder: Encoder) -> Answer:
    """What the index says of the ferry."""
    searcher = open_searcher(town / "index", encoder)
    found = searcher.ask(FERRY)
    searcher.close()
    assert found.quotes[0].text == WIRE
    return found


@pytest.fixture
def praise(answer: Answer) -> Vote:
    """A 👍 on that answer, its question kept."""
    first = answer.quotes[0]
    return Vote(
        user_id=1,
        reply_id="a" * 16,
        guild_id=7,
        cast_at=2e9,
        good=True,
        reason=None,
        note="",
        question_sha256=question_hash(FERRY),
        snapshot_id=answer.snapshot.id,
        passage_ids=(first.passage_id,),
        verdict=Verdict.ANSWERED,
        confidence=0.9,
        kept=Kept(5, FERRY, (first.text,)),
    )


def about(vote: Vote, question: str) -> Vote:
    """Return the same vote on another question."""
    assert vote.kept is not None
    kept = replace(vote.kept, question=question)
    return replace(vote, question_sha256=question_hash(question), kept=kept)


def should_refuse(vote: Vote, question: str = CHESS) -> Vote:
    """Return a 👎 that says that a question has no answer here."""
    return replace(about(vote, question), good=False, reason=Reason.SHOULD_REFUSE)


def keep(data_file: Path | str, cast: Sequence[Vote]) -> None:
    """Put votes into the bot's file, one a person."""

    async def save() -> None:
        store = await open_store(data_file, lambda: 2e9)
        for person, vote in enumerate(cast):
            await votes.save(store, replace(vote, user_id=person))
        await store.close()

    asyncio.run(save())


def newsquote(*arguments: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(cli.app, list(arguments))


def test_eval_reads_what_was_exported(desk: Path, praise: Vote) -> None:
    """The 👍's items are relevant, copies included, its quotes answer; refusals have no answer."""
    keep(desk / "bot.sqlite3", [praise, should_refuse(praise)])
    result = newsquote("feedback", "export", "set", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {
        "directory": "set",
        "questions": 2,
        "answerable": 1,
        "documents": 4,
        "votes": 2,
        "left_out": {
            "question_not_kept": 0,
            "answer_not_known": 0,
            "passages_gone": 0,
            "contradicted": 0,
        },
    }
    data = beir.read(Path("set"))
    texts = {document.id: document.text for document in data.documents}
    ferry, chess = data.questions
    assert (ferry.text, ferry.answerable, ferry.answers) == (FERRY, True, (WIRE,))
    assert (chess.text, chess.answerable, chess.kind) == (CHESS, False, "should_refuse")
    assert [texts[item] for item in data.relevance[ferry.id]] == [WIRE, WIRE]
    assert chess.id not in data.relevance
    measured = newsquote("eval", "set", "--json", "--index", "eval")
    assert measured.exit_code == 0, measured.output
    quality = json.loads(measured.stdout)
    assert "ranking" in quality


def test_calibrate_reads_what_was_exported(desk: Path, praise: Vote) -> None:
    """Ten questions without an answer are enough for the usual share."""
    cast = [
        should_refuse(praise, f"Who won the chess championship of {1950 + n}?") for n in range(10)
    ]
    keep(desk / "bot.sqlite3", [praise, *cast])
    assert newsquote("feedback", "export", "set").exit_code == 0
    result = newsquote("calibrate", "set", "--dry-run", "--json")
    assert result.exit_code == 0, result.output
    chosen = json.loads(result.stdout)["operating_point"]["chosen"]
    assert chosen["data"] == "set"


def test_documents_keep_text_and_facts(desk: Path, praise: Vote) -> None:
    """Every item is there once, whole, with its title, outlet and date."""
    keep(desk / "bot.sqlite3", [praise])
    assert newsquote("feedback", "export", "set").exit_code == 0
    documents = beir.read(Path("set")).documents
    lines = [line for line in NEWS.split("\n") if line]
    assert sorted(document.text for document in documents) == sorted([WIRE, *lines])
    (wire,) = [each for each in documents if each.metadata.outlet]
    assert (wire.metadata.title, wire.metadata.outlet) == ("Ferry", "Wire")
    assert f"{wire.metadata.published:%Y-%m-%d}" == "2026-03-01"


def test_votes_that_say_nothing_of_an_answer_are_counted(praise: Vote) -> None:
    """Without the text, for another reason, on passages that are gone: each is told apart."""
    cast = [
        replace(praise, kept=None),
        *(
            replace(about(praise, f"Q {reason}?"), good=False, reason=reason)
            for reason in (Reason.WRONG, Reason.OUTDATED, Reason.MISSED, Reason.OTHER)
        ),
        replace(about(praise, "Gone?"), passage_ids=("gone",)),
    ]
    questions, left_out = feedback_export.judge(
        cast, lambda passage_id: () if passage_id == "gone" else ("item",)
    )
    assert questions == []
    assert left_out == {LeftOut.NOT_KEPT: 1, LeftOut.NOT_JUDGED: 4, LeftOut.GONE: 1}


def test_votes_on_one_question_are_put_together(praise: Vote) -> None:
    """Asked in another case it is the same; items and quotes of all its votes count."""
    other = about(praise, FERRY.upper())
    other = replace(other, passage_ids=("two",), kept=Kept(6, FERRY.upper(), ("A", WIRE)))
    (one,), left_out = feedback_export.judge([praise, other], lambda passage_id: (passage_id,))
    assert (one.text, one.votes) == (FERRY, 2)
    assert one.documents == {*praise.passage_ids, "two"}
    assert list(one.answers) == [WIRE, "A"]
    assert not left_out


def test_votes_that_contradict_each_other_are_left_out(praise: Vote) -> None:
    """Nobody knows then; the others stay."""
    cast = [praise, should_refuse(praise, FERRY), praise, should_refuse(praise)]
    (one,), left_out = feedback_export.judge(cast, lambda passage_id: (passage_id,))
    assert one.text == CHESS
    assert left_out == {LeftOut.CONTRADICTED: 3}


def test_praise_of_a_refusal_says_that_there_is_no_answer(praise: Vote) -> None:
    """What came closest is not relevant then."""
    refusal = replace(praise, verdict=Verdict.NOT_FOUND)
    (one,), _ = feedback_export.judge([refusal], lambda passage_id: (passage_id,))
    assert (one.answerable, one.documents, one.kind) == (False, set(), "refused")


def test_since_leaves_older_votes_out(desk: Path, praise: Vote) -> None:
    """A day, or so long ago; what is no date is wrong use."""
    keep(desk / "bot.sqlite3", [praise, replace(should_refuse(praise), cast_at=2e9 - 86400)])
    result = newsquote("feedback", "export", "set", "--json", "--since", "2033-05-18")
    assert json.loads(result.stdout)["questions"] == 1
    wrong = newsquote("feedback", "export", "set", "--since", "someday")
    assert wrong.exit_code == 2
    assert "2024-05" in wrong.output


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_votes_are_read_from_postgresql(
    desk: Path, praise: Vote, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the bot keeps them there."""
    monkeypatch.setenv("NEWSQUOTE_DATABASE_URL", database)
    keep(database, [praise])
    done = newsquote("feedback", "export", str(desk / "votes"), "--json")
    assert json.loads(done.stdout)["questions"] == 1


def test_nothing_to_export_writes_nothing(desk: Path, praise: Vote) -> None:
    """Neither a file of the bot nor a data set is made; exit code 1 and a reason."""
    result = newsquote("feedback", "export", "set")
    assert (result.exit_code, result.stdout) == (
        1,
        "No vote can be exported; nothing was written.\n",
    )
    assert list(desk.iterdir()) == []
    keep(desk / "bot.sqlite3", [replace(praise, kept=None)])
    result = newsquote("feedback", "export", "set")
    assert "Left out: 1 vote without the question's text" in result.stdout
    assert not (desk / "set").exists()


def test_another_data_set_is_not_mixed_with(desk: Path, praise: Vote) -> None:
    """All TSV files of a data set are read together, so ours does not join another's."""
    keep(desk / "bot.sqlite3", [praise])
    (desk / "set" / "qrels").mkdir(parents=True)
    (desk / "set" / "qrels" / "dev.tsv").write_text("", encoding="utf-8")
    result = newsquote("feedback", "export", "set", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["kind"] == "ExportError"
    assert list((desk / "set").iterdir()) == [desk / "set" / "qrels"]


def test_where_it_cannot_be_written_says_so(desk: Path, praise: Vote) -> None:
    """A file where a directory has to be is named, without a traceback."""
    keep(desk / "bot.sqlite3", [praise])
    (desk / "set").mkdir()
    (desk / "set" / "qrels").write_text("", encoding="utf-8")
    result = newsquote("feedback", "export", "set")
    assert result.exit_code == 2
    assert result.stderr.startswith("newsquote: The data set cannot be written into set: ")


def test_a_second_export_takes_the_place_of_the_first(desk: Path, praise: Vote) -> None:
    """The directory holds what the votes say now."""
    keep(desk / "bot.sqlite3", [praise])
    assert newsquote("feedback", "export", "set").exit_code == 0
    keep(desk / "bot.sqlite3", [should_refuse(praise)])
    assert newsquote("feedback", "export", "set").exit_code == 0
    assert [question.text for question in beir.read_questions(Path("set"))] == [CHESS]


def test_without_an_index_there_is_nothing_to_judge(
    desk: Path, praise: Vote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3, as for every command that needs one."""
    keep(desk / "bot.sqlite3", [praise])
    monkeypatch.setenv("NEWSQUOTE_INDEX", "nowhere")
    assert newsquote("feedback", "export", "set").exit_code == 3


def test_an_item_of_several_passages_is_exported_as_it_reads(
    praise: Vote, tmp_path: Path, encoder: Encoder
) -> None:
    """Its passages are put together again, with a space or a new line where one was between."""
    told = [
        f"Trawler number {n} of the town of Brightwater came home with herring." for n in range(60)
    ]
    same_line, lines = " ".join(told), "\n".join(told)
    (tmp_path / "corpus").mkdir()
    rows = "".join(json.dumps({"text": text}) + "\n" for text in (same_line, lines))
    (tmp_path / "corpus" / "fleet.jsonl").write_text(rows, encoding="utf-8")
    (tmp_path / "corpus" / "long.md").write_text(lines, encoding="utf-8")
    build.rebuild([tmp_path / "corpus"], tmp_path / "index", encoder)
    refused = replace(praise, verdict=Verdict.NOT_FOUND, passage_ids=())
    made = feedback_export.export([refused], tmp_path / "index", tmp_path / "set")
    written = [
        json.loads(line)["text"]
        for line in (tmp_path / "set" / beir.CORPUS).read_text(encoding="utf-8").splitlines()
    ]
    assert made.documents == len(written)
    assert [text.split() for text in written] == [same_line.split()] * len(written)
