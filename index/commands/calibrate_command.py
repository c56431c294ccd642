"""``newsquote calibrate``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003  Typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from index.commands.exits import print_json, telling_errors
from index.commands.options import DEFAULT_INDEX, IndexOption, JsonOption, MilvusOption, ModelOption
from index.evaluation.calibration import ANSWERED_WRONG

if TYPE_CHECKING:
    from index.answering.operating_point import OperatingPoint
    from index.evaluation.calibration import TradeOff
    from index.snapshot import Snapshot


def calibrate(
    questions: Annotated[
        Path | None,
        typer.Argument(
            help="Judged questions about the corpus: JSON lines, or a folder in BEIR format.",
            show_default=False,
        ),
    ] = None,
    *,
    answered_wrong: Annotated[
        float,
        typer.Option(
            min=0.01,
            max=1,
            metavar="SHARE",
            help="The largest share of questions without an answer that may get one.",
        ),
    ] = ANSWERED_WRONG,
    correct: Annotated[
        bool, typer.Option("--correct", help="Correct the confidence by the questions, too.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be chosen, and leave all as it is.")
    ] = False,
    answer_at: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="CONFIDENCE", help="Answer from here on: by hand."),
    ] = None,
    close_at: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            metavar="CONFIDENCE",
            help="Show the closest passages from here on: by hand.",
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Show the point in force.")] = False,
    reset: Annotated[
        bool, typer.Option("--reset", help="Go back to the point that newsquote comes with.")
    ] = False,
    index_dir: IndexOption = DEFAULT_INDEX,
    model: ModelOption = "",
    milvus_uri: MilvusOption = "",
    as_json: JsonOption = False,
) -> None:
    """Choose how sure the index must be to answer: from judged questions, or by hand."""
    from index import snapshot
    from index.answering import operating_point
    from index.commands import contract, terminal

    by_hand = answer_at is not None or close_at is not None
    if sum((questions is not None, by_hand, show, reset)) != 1:
        raise typer.BadParameter(
            "Give judged questions, or --answer-at and --close-at, or --show, or --reset."
        )
    trade_offs: list[TradeOff] = []
    with telling_errors(as_json=as_json):
        opened = snapshot.read(index_dir, snapshot.current_id(index_dir))
        if reset:
            operating_point.reset(index_dir)
        if questions is not None:
            snapshot.check(opened)
            point, trade_offs = _from_questions(
                questions, answered_wrong, opened, model, milvus_uri, correct=correct
            )
        else:
            point = operating_point.read(index_dir)
        if by_hand:
            point = _by_hand(point, answer_at, close_at, opened)
        if by_hand or (questions is not None and not dry_run):
            operating_point.write(index_dir, point)
    weights = opened.manifest.weights_sha256
    if as_json:
        print_json(contract.calibration(point, trade_offs, weights))
    else:
        terminal.show_calibration(point, trade_offs, weights, terminal.output())


def _from_questions(
    path: Path, share: float, opened: Snapshot, model: str, milvus_uri: str, *, correct: bool
) -> tuple[OperatingPoint, list[TradeOff]]:
    """Ask the questions and choose. Raises DataSetError, SnapshotError, ModelError."""
    import msgspec

    from index import confidence
    from index.answering import operating_point
    from index.commands.progress import telling_progress
    from index.encoders.loading import load_encoder
    from index.engines import milvus_server
    from index.evaluation import calibration, judgements
    from index.search import Searcher

    judged = judgements.read(path)
    calibration.check(judged, share)
    searcher = Searcher(opened, load_encoder(model), milvus=milvus_server.named(milvus_uri))
    searcher = searcher.at(operating_point.NEVER_REFUSING)
    try:
        with telling_progress() as tell:
            scored = calibration.score(judged, searcher.ask, tell)
    finally:
        searcher.close()
    correction = calibration.fit_correction(scored) if correct else None
    point = calibration.choose(scored, share, correction)
    chosen = operating_point.Chosen(
        by="questions",
        on=datetime.now(UTC).date(),
        scale=operating_point.scale(confidence.packaged_model(), opened.manifest.weights_sha256),
        data=path.resolve().name,
        answered_wrong=share,
        answerable=calibration.counted(scored, point, answerable=True),
        unanswerable=calibration.counted(scored, point, answerable=False),
    )
    return (
        msgspec.structs.replace(point, chosen=chosen),
        calibration.trade_offs(scored, correction),
    )


def _by_hand(
    point: OperatingPoint, answer_at: float | None, close_at: float | None, opened: Snapshot
) -> OperatingPoint:
    """Set one threshold or both; the correction stays as it is."""
    from index import confidence
    from index.answering import operating_point

    answer = point.answer_at if answer_at is None else answer_at
    close = point.close_at if close_at is None else close_at
    if close > answer:
        raise typer.BadParameter(
            f"--close-at {close:g} would be above --answer-at {answer:g}: set both."
        )
    model, weights = confidence.packaged_model(), opened.manifest.weights_sha256
    return operating_point.OperatingPoint(
        answer,
        close,
        point.correction,
        operating_point.Chosen(
            by="hand", on=datetime.now(UTC).date(), scale=operating_point.scale(model, weights)
        ),
    )
