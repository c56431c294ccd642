"""The sentence scorer: what it says, and its files: absent is fine, altered is not."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from index import threads
from index.answering import scorer, scorer_input
from index.encoders import packaged, runtime
from index.errors import ModelHashError, ModelNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.answering.scorer_input import Pieces


def test_without_files_there_is_no_scorer(tmp_path: Path) -> None:
    """An installation without the model goes on without it."""
    assert scorer.open_scorer(tmp_path) is None


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    """No model is loaded whose files are not those of its card."""
    (tmp_path / scorer.MODEL).write_bytes(b"<net/>")
    (tmp_path / scorer.WEIGHTS).write_bytes(b"weights")
    card = {"sha256": {scorer.MODEL: "0" * 64, scorer.WEIGHTS: "0" * 64}}
    (tmp_path / scorer.CARD).write_text(json.dumps(card), "utf-8")
    with pytest.raises(ModelHashError, match="not the one that its card tells of"):
        scorer.open_scorer(tmp_path)


def test_a_card_that_is_none_is_refused(tmp_path: Path) -> None:
    """A card that cannot be read names itself."""
    (tmp_path / scorer.CARD).write_text("[]", "utf-8")
    with pytest.raises(ModelNotFoundError, match="card"):
        scorer.open_scorer(tmp_path)


QUESTION = "How many people were hurt in the ferry accident?"
ANSWERING = "The ferry accident off Calder left eleven people hurt, the coast guard said."
OTHERS = [
    "The ferry company was founded in 1921 and has nine ships.",
    "Investigators will look into the ferry accident for months.",
    "How the harbour was hurt by the strike is hard to tell.",
]


def test_the_packaged_scorer_knows_an_answer() -> None:
    """Of sentences on the matter, the one that answers gets the highest probability."""
    shipped = scorer.packaged_scorer()
    assert shipped is not None
    scores = shipped.score(QUESTION, [*OTHERS, ANSWERING], [""] * 4)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert scores.argmax() == 3


def test_scores_are_the_same_alone_and_together() -> None:
    """What else is asked about in the same call has no part in a sentence's score."""
    shipped = scorer.packaged_scorer()
    assert shipped is not None
    together = shipped.score(QUESTION, [*OTHERS, ANSWERING])
    alone = [float(shipped.score(QUESTION, [each])[0]) for each in [*OTHERS, ANSWERING]]
    assert together.tolist() == pytest.approx(alone, abs=1e-3)
    assert shipped.score(QUESTION, []).tolist() == []


def test_questions_are_scored_side_by_side() -> None:
    """More callers than copies of the model get what each would get alone."""
    shipped = scorer.packaged_scorer()
    assert shipped is not None
    sentences = [*OTHERS, ANSWERING]

    def scores(question: str) -> list[float]:
        return shipped.score(question, sentences).tolist()

    alone = [scores(each) for each in (QUESTION, *OTHERS)]
    with ThreadPoolExecutor(2 * threads.copies()) as pool:
        together = list(pool.map(scores, [QUESTION, *OTHERS] * 4))
    assert together == alone * 4


@pytest.mark.parametrize("copies", [1, 2, 4])
@pytest.mark.parametrize("count", [1, 2, 6, 7, 24])
def test_like_lengths_are_read_together(
    monkeypatch: pytest.MonkeyPatch, count: int, copies: int
) -> None:
    """The longest first, few at once, every core as often; each score stands with its sentence."""
    shipped = scorer.packaged_scorer()
    assert shipped is not None
    sentences = [f"{ANSWERING} {'It rained. ' * (7 * number % 11)}" for number in range(count)]
    expected = [float(shipped.score(QUESTION, [each])[0]) for each in sentences]
    pad, read = scorer.padded, list[list[int]]()

    def watched(pieces: Sequence[Pieces], step: int) -> Any:
        read.append([len(each.ids) for each in pieces])
        return pad(pieces, step)

    monkeypatch.setattr(scorer, "padded", watched)
    monkeypatch.setattr(threads, "copies", lambda: copies)
    assert shipped.score(QUESTION, sentences).tolist() == pytest.approx(expected, abs=2e-3)
    assert max(map(len, read)) <= scorer.TOGETHER
    assert len(read) % copies == 0 or len(read) == count < copies
    lengths = [length for batch in read for length in batch]
    assert lengths == sorted(lengths, reverse=True)
    assert len(lengths) == count


def test_a_process_with_one_question_has_one_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often the question comes back for more sentences; the next one gets another."""
    compile_model, compiled = runtime.compiled, list[Path]()

    def counted(path: Path, *arguments: Any, **named: Any) -> Any:
        compiled.append(path)
        return compile_model(path, *arguments, **named)

    monkeypatch.setattr(runtime, "compiled", counted)
    monkeypatch.setattr(threads, "copies", lambda: 2)
    fresh = scorer.SentenceScorer(Path(scorer.__file__).parents[1] / scorer.DIRECTORY)
    for _ in range(2):
        fresh.score(QUESTION, [*OTHERS, ANSWERING])
        assert len(compiled) == 1
    fresh.score(OTHERS[0], [*OTHERS, ANSWERING])
    assert len(compiled) == 2


@pytest.mark.parametrize("failing", range(4))
def test_a_question_that_fails_midway_spoils_no_other(
    monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """Whichever batch the model refuses, it is told, and the next question is scored right."""
    shipped = scorer.packaged_scorer()
    assert shipped is not None
    sentences = [*OTHERS, ANSWERING] * 4
    expected = shipped.score(QUESTION, sentences).tolist()
    pad, asked = scorer.padded, 0

    def refused(*arguments: Any) -> Any:
        nonlocal asked
        asked += 1
        return [[1]] if asked - 1 == failing else pad(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(scorer, "padded", refused)
        with pytest.raises(RuntimeError):
            shipped.score(QUESTION, sentences)
    assert shipped.score(QUESTION, sentences).tolist() == expected


@pytest.mark.parametrize("title", ["", "Ferry accident off Calder", "word " * 60])
@pytest.mark.parametrize("asked", [0, 1, 54, 55, 60, 300])
@pytest.mark.parametrize("said", [1, 50, 54, 55, 60, 300])
def test_it_is_asked_in_the_pieces_that_it_learned_from(asked: int, said: int, title: str) -> None:
    """What is put together for a question is what the tokenizer makes of the pair in training."""
    question, sentence = (
        "ferry " * asked,
        "Calder's ships, 3.5% " * (said // 8) + "coast " * (said % 8),
    )
    (expected,) = scorer_input.encode(
        scorer_input.open_tokenizer(), [question], [sentence], [title]
    )
    (found,) = scorer_input.read(packaged.tokenizer(), question, [sentence], [title])
    assert (found.ids, found.type_ids) == (expected.ids, expected.type_ids)


def test_a_compiled_model_is_kept_and_taken_up_again(tmp_path: Path) -> None:
    """The second process compiles nothing, and says the same; nothing is kept elsewhere."""
    directory = Path(scorer.__file__).parents[1] / scorer.DIRECTORY
    first = scorer.SentenceScorer(directory, tmp_path).score(QUESTION, [ANSWERING])
    kept = list(tmp_path.rglob("*.blob"))
    assert len(kept) == 1
    written = kept[0].stat().st_mtime_ns
    again = scorer.SentenceScorer(directory, tmp_path).score(QUESTION, [ANSWERING])
    assert again.tolist() == first.tolist()
    assert [each.stat().st_mtime_ns for each in tmp_path.rglob("*.blob")] == [written]


def test_where_nothing_can_be_kept_it_is_compiled_each_time(tmp_path: Path) -> None:
    """A cache that is no directory is no reason not to answer."""
    (tmp_path / "file").write_text("")
    directory = Path(scorer.__file__).parents[1] / scorer.DIRECTORY
    found = scorer.SentenceScorer(directory, tmp_path / "file").score(QUESTION, [ANSWERING])
    assert found.shape == (1,)


def test_the_packaged_scorer_is_small_and_told_of() -> None:
    """It fits into the package, and its card tells how it was made."""
    directory = Path(scorer.__file__).parents[1] / scorer.DIRECTORY
    card = json.loads((directory / scorer.CARD).read_text("utf-8"))
    assert sum((directory / name).stat().st_size for name in card["sha256"]) <= 25_000_000
    assert {"trained_on", "pairs", "recipe", "date", "agreement_with_torch"} <= set(card)
    assert "seed" in card["recipe"]
    assert (directory / "README.md").is_file()
