"""Why a question is answered or refused, over a real index of a small invented corpus."""

from __future__ import annotations

import copy
import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from typer.testing import CliRunner

from index import build
from index.answering import evidence
from index.answering.close_reading import PASSAGES_QUOTED, PASSAGES_READ, Reader, Scorer
from index.answering.explaining import Stage, told
from index.answering.features import PASSAGE_FEATURES
from index.answering.operating_point import Correction, OperatingPoint
from index.answering.ranking_models import packaged_models
from index.cli import app
from index.commands import contract, explain_contract
from index.errors import QuestionError
from index.records import Verdict
from index.search import open_searcher

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from typer.testing import Result

    from index.encoders.protocol import Encoder
    from index.search import Searcher

NEWS = """\
The ferry Alma Dore sank off Brightwater Quay on Sunday, and all 41 people aboard were rescued.
Brightwater's harbour master Piet Lund said that the ferry had been inspected in March.

Mayor Ines Okafor opened the new tram line to the university on Monday morning.
The tram carries 9,000 people a day.

A bakery in Sorrel Street won the prize for the best rye bread.
"""
VILLAGES = "".join(f"The village of Upper {name}ton held its {name} fair.\n\n" for name in (
    "Ash", "Beech", "Birch", "Cedar", "Elder", "Elm", "Hazel", "Holly", "Larch", "Lime", "Maple",
    "Oak", "Pine", "Plum", "Rowan", "Sloe", "Thorn", "Willow", "Yew", "Alder", "Apple", "Box",
    "Cherry", "Cypress", "Fir", "Hornbeam", "Juniper", "Laurel", "Linden", "Medlar", "Mulberry",
    "Olive", "Pear", "Poplar", "Quince", "Spruce", "Sycamore", "Tulip", "Walnut", "Whitebeam",
    "Bramble", "Clover", "Fern", "Ivy", "Sedge",
))  # fmt: skip
QUESTION = "How many people aboard the ferry Alma Dore were rescued?"
UNANSWERABLE = "Who won the chess championship in Reykjavik?"
POINT = OperatingPoint(0.3, 0.2)


class ByLength(Scorer):
    """Holds long sentences for answers."""

    @staticmethod
    def of(sentence: str) -> float:
        """The probability it gives a sentence."""
        return len(sentence) / (len(sentence) + 50)

    def score(
        self, question: str, sentences: Sequence[str], titles: Sequence[str]
    ) -> NDArray[np.float32]:
        assert question
        assert len(titles) == len(sentences)
        return np.array([self.of(sentence) for sentence in sentences], dtype=np.float32)


@pytest.fixture(scope="module")
def index_dir(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of both files. Shared: no test changes it."""
    root = tmp_path_factory.mktemp("explaining")
    (root / "corpus").mkdir()
    (root / "corpus" / "town.txt").write_text(NEWS, encoding="utf-8")
    (root / "corpus" / "villages.txt").write_text(VILLAGES, encoding="utf-8")
    build.rebuild([root / "corpus"], root / "index", encoder)
    return root / "index"


@pytest.fixture(scope="module")
def searcher(index_dir: Path, encoder: Encoder) -> Generator[Searcher]:
    """A searcher over them, at a point of the tests' own."""
    opened = open_searcher(index_dir, encoder)
    yield opened.at(POINT)
    opened.close()


def run(index_dir: Path, *arguments: str) -> Result:
    """Run ``search --explain``."""
    return CliRunner().invoke(app, ["search", "--explain", *arguments, "--index", str(index_dir)])


@pytest.mark.parametrize("question", [QUESTION, UNANSWERABLE, f"{QUESTION} And who baked bread?"])
def test_what_is_explained_is_the_answer_that_is_given(searcher: Searcher, question: str) -> None:
    """The verdict, the confidence and the quotes are those of `ask`."""
    assert searcher.explain(question).answer == searcher.ask(question)


def test_a_quoted_passage_came_through_every_stage(searcher: Searcher) -> None:
    """It tells its ranks, the features that it was ordered by, and the words that it has."""
    (asked,) = searcher.explain(QUESTION, 5).questions
    best = asked.hits[0]
    assert (best.stage, best.quotes[0]) == (Stage.QUOTED, 1)
    assert set(PASSAGE_FEATURES) <= set(best.features)
    assert best.features["cosine"] == pytest.approx(best.hit.dense_score)
    assert best.features["fused"] == best.fused
    assert {"people", "aboard", "ferry", "Alma", "Dore", "rescued"} <= set(best.mentioned)
    assert best.sentence is not None
    assert best.sentence.rank == 1
    assert best.sentence.quotable
    assert "41 people" in best.sentence.quote.text


def test_ranks_are_those_of_the_fusion(searcher: Searcher) -> None:
    """What was found first by meaning, by words, and by both, before the passages were read."""
    (asked,) = searcher.explain(QUESTION, PASSAGES_READ).questions
    _, fused = searcher.opened.retriever.hits(QUESTION, asked.look.asked.searched)
    before = {hit.row: hit for hit in fused}
    for each in asked.hits:
        was = before[each.hit.row]
        assert (each.fused_rank, each.fused) == (was.rank, pytest.approx(was.score))
        assert (each.hit.dense_rank, each.hit.lexical_rank) == (was.dense_rank, was.lexical_rank)


def test_features_that_stand_out_speak_for_the_best(searcher: Searcher) -> None:
    """What moved its score most, taken out of it, lowers the score; and the best has some."""
    (asked,) = searcher.explain(QUESTION, 1).questions
    read, best = asked.look.read, asked.hits[0]
    told = [each for each in best.moved if each.by > 0]
    assert told
    assert all(one.by >= other.by for one, other in pairwise(best.moved))
    altered = read.passages.rows[:1].copy()
    altered[0, read.passages.names.index(told[0].feature)] = told[0].usual
    lowered = searcher.opened.reader.rescored(read.passages, altered)[0]
    assert read.passages.scores[0] - lowered == pytest.approx(told[0].by)


def test_the_first_are_told_and_those_that_are_quoted(searcher: Searcher) -> None:
    """The limit holds for what is merely found."""
    explanation = searcher.explain(QUESTION, 1)
    (asked,) = explanation.questions
    quoted = {quote.passage_id for quote in explanation.answer.quotes}
    assert {each.hit.passage.id for each in asked.hits} == quoted | {asked.hits[0].hit.passage.id}


def test_a_passage_tells_how_far_it_came(searcher: Searcher) -> None:
    """The first are read, the best of these compared; behind them stands what was only found."""
    (asked,) = searcher.explain(QUESTION, 100).questions
    stages = [each.stage for each in asked.hits]
    assert len(stages) > PASSAGES_READ
    assert stages.count(Stage.FOUND) == len(stages) - PASSAGES_READ
    assert sum(stage in {Stage.COMPARED, Stage.QUOTED} for stage in stages) == PASSAGES_QUOTED
    for each in asked.hits:
        was_read = each.stage is not Stage.FOUND
        assert bool(each.features) == (each.fused is not None) == was_read
        assert (each.sentence is not None) == (each.stage in {Stage.COMPARED, Stage.QUOTED})
    ranks = [each.fused_rank for each in asked.hits if each.fused_rank is not None]
    assert sorted(ranks) == list(range(1, PASSAGES_READ + 1))


def test_a_refusal_names_what_nothing_has(searcher: Searcher) -> None:
    """The words are there with what the corpus knows of them; no passage is quoted."""
    explanation = searcher.explain(UNANSWERABLE)
    (asked,) = explanation.questions
    assert explanation.answer.verdict is Verdict.NOT_FOUND
    known = {each.term.word: each.known for each in asked.look.asked.asked}
    assert known == {"won": True, "chess": False, "championship": False, "Reykjavik": False}
    assert all(each.quotes == () for each in asked.hits)
    assert all("Reykjavik" in each.lacking for each in asked.hits)


def test_parts_are_explained_one_by_one(searcher: Searcher) -> None:
    """Each part has its own verdict, and a quote is numbered where its part brought it."""
    explanation = searcher.explain(f"{QUESTION} Who won the chess title in Reykjavik?")
    ferry, chess = explanation.questions
    assert ferry.look.answer.verdict is Verdict.ANSWERED
    assert chess.look.answer.verdict is Verdict.NOT_FOUND
    assert ferry.hits[0].quotes == (1,)
    assert all(each.quotes == () for each in chess.hits)


def test_the_scorer_is_told_where_it_read(searcher: Searcher) -> None:
    """The probability it gives a passage's best sentence, if it is one of the few that it read."""
    scored = searcher.at(POINT)
    scored.opened = opened = copy.copy(searcher.opened)
    opened.reader = Reader(opened.sentences.cosines, packaged_models(), ByLength())
    (asked,) = scored.explain(QUESTION, 100).questions
    best = [each.sentence for each in asked.hits if each.sentence is not None]
    assert len(best) == PASSAGES_QUOTED
    was_read = [each for each in best if each.scorer is not None]
    assert was_read
    for each in was_read:
        assert each.scorer == pytest.approx(ByLength.of(each.quote.text), abs=1e-3)
    table = asked.look.read.passages
    assert "scorer" in table.names
    assert opened.reader.rescored(table, table.rows) == pytest.approx(table.scores)
    document = contract.dumps(explain_contract.document(scored.explain(QUESTION, 100)))
    unread = json.loads(document)["questions"][0]["hits"][PASSAGES_QUOTED]
    assert unread["features"]["scorer"] is None


def test_a_correction_shows_both_confidences(searcher: Searcher) -> None:
    """At a corrected point the thresholds are about the corrected one; the model's is told too."""
    plain = searcher.explain(QUESTION).questions[0].look
    corrected = searcher.at(OperatingPoint(0.3, 0.2, Correction(1.0, -1.0)))
    look = corrected.explain(QUESTION).questions[0].look
    assert look.uncorrected == plain.answer.confidence
    assert look.answer.confidence < look.uncorrected


def test_a_changed_file_is_not_shown(encoder: Encoder, tmp_path: Path) -> None:
    """What no longer stands in its file is left out and named."""
    (tmp_path / "corpus").mkdir()
    file = tmp_path / "corpus" / "town.txt"
    file.write_text(NEWS, encoding="utf-8")
    build.rebuild([tmp_path / "corpus"], tmp_path / "index", encoder)
    searcher = open_searcher(tmp_path / "index", encoder)
    file.write_text(NEWS.replace("41 people", "40 people"), encoding="utf-8")
    explanation = searcher.explain(QUESTION)
    searcher.close()
    shown = [each.text.text for each in explanation.questions[0].hits]
    assert shown
    assert not any("41 people" in text for text in shown)
    assert [place.first_line for place in explanation.stale] == [1]


def test_no_question_no_explanation(searcher: Searcher) -> None:
    """What is no question is refused as everywhere."""
    with pytest.raises(QuestionError):
        searcher.explain("?!")


def test_the_json_is_a_contract(searcher: Searcher) -> None:
    """The answer as `ask` gives it, and for each question exact keys and true thresholds."""
    explanation = searcher.explain(QUESTION, 3)
    document: dict[str, Any] = json.loads(contract.dumps(explain_contract.document(explanation)))
    assert set(document) == {"answer", "questions"}
    (asked,) = document["questions"]
    assert set(asked) == {
        "question", "asks_for", "period", "words", "verdict", "confidence", "uncorrected",
        "thresholds", "signals", "stages", "hits",
    }  # fmt: skip
    assert asked["asks_for"] == "number"
    assert asked["thresholds"] == {
        "answer_at": {"from": 0.3, "met": True},
        "close_at": {"from": 0.2, "met": True},
    }
    assert set(asked["words"][0]) == {
        "written", "searched", "corrected_to", "other_names", "name", "known", "weight",
    }  # fmt: skip
    hit = asked["hits"][0]
    assert set(hit) == {
        "rank", "passage_id", "text", "score", "dense_rank", "lexical_rank", "citation", "also_in",
        "dense_score", "lexical_score", "recency", "fused_rank", "fused_score", "stage", "quotes",
        "mentioned", "lacking", "features", "moved", "sentence",
    }  # fmt: skip
    assert set(hit["moved"][0]) == {"feature", "value", "usual", "by"}
    assert set(hit["sentence"]) == {
        "text", "passage_id", "score", "citation", "also_in", "rank", "scorer", "quotable",
    }  # fmt: skip


def test_sentences_in_the_json_are_verbatim(searcher: Searcher) -> None:
    """Every sentence is the bytes that its citation names."""
    document = explain_contract.document(searcher.explain(QUESTION, 100))
    sentences = [hit["sentence"] for hit in document["questions"][0]["hits"] if hit["sentence"]]
    assert len(sentences) == PASSAGES_QUOTED
    for sentence in sentences:
        citation = sentence["citation"]
        raw = (searcher.root / citation["path"]).read_bytes()
        assert raw[citation["byte_start"] : citation["byte_end"]].decode() == sentence["text"]


def test_the_command_prints_one_document(index_dir: Path) -> None:
    """`search --explain --json` is JSON through and through, with as many hits as asked for."""
    result = run(index_dir, UNANSWERABLE, "--json", "--limit", "2")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["answer"]["verdict"] == "not_found"
    assert len(document["questions"][0]["hits"]) == 2


def test_the_command_tells_a_person(index_dir: Path) -> None:
    """Thresholds met, the words, each passage's ranks, and what spoke for it."""
    result = run(index_dir, QUESTION, "--limit", "2")
    assert result.exit_code == 0, result.stderr
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[0] == QUESTION
    assert lines[1].startswith("Answered: confidence 0.")
    assert lines[1].count("(met)") == 2
    assert "Asks for a number, in these words:" in lines
    assert any(line.startswith("Alma yes yes ") and line.endswith(" alma") for line in lines)
    assert any(line.startswith("1 ") and line.endswith(" quoted 1") for line in lines)
    assert any(line.startswith("has: ") and "rescued" in line for line in lines)
    assert any(line.startswith("for: ") and "(usual " in line for line in lines)


def test_a_refusal_tells_a_person_what_it_missed(index_dir: Path) -> None:
    """The confidence beside both thresholds, and the names that nothing has."""
    lines = run(index_dir, UNANSWERABLE, "--limit", "1").stdout.splitlines()
    assert lines[1].startswith("Refused: confidence 0.")
    assert lines[1].count("(missed)") == 2
    assert any(line.split()[:3] == ["Reykjavik", "yes", "no"] for line in lines)


@pytest.mark.parametrize(
    ("sure", "written"),
    [
        (0.63, "0.63"),
        (0.3, "0.30"),
        (0.299, "0.299"),
        (0.2951, "0.295"),
        (0.29999999, "0.29999999"),
    ],
)
def test_a_confidence_is_told_as_it_was_judged(sure: float, written: str) -> None:
    """What is just under a threshold does not read as if it met it."""
    assert told(sure, POINT) == written


def test_words_around_a_passage_count(searcher: Searcher) -> None:
    """A later line of a story has the words of its lead, by which it was found."""
    (asked,) = searcher.explain("Was the ferry Alma Dore inspected in March?", 10).questions
    later = next(each for each in asked.hits if "inspected" in each.text.text)
    assert "Alma" in later.mentioned
    assert "Alma" not in later.text.text
    assert later.hit.passage.context
    assert evidence.analyse(later.hit.passage).lead
