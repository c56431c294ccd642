"""An explanation as a person reads it in a terminal."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from index.answering.explaining import Stage, told
from index.commands.terminal import show_end, show_search_of, source
from index.questions.phrasing import NOUNS
from index.records import Verdict
from index.text.controls import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from index.answering.explaining import ExplainedHit, ExplainedQuestion, Explanation
    from index.answering.operating_point import OperatingPoint
    from index.answering.weighing import Moved
    from index.questions.question import Asked, Question
    from index.records import Answer

_WIDTH: Final = 96
_VERDICTS: Final = {
    Verdict.ANSWERED: "Answered",
    Verdict.CLOSE: "May not answer",
    Verdict.NOT_FOUND: "Refused",
}


def show_explanation(record: Explanation, console: Console) -> None:
    """Print how each question was read and judged, then its passages and what moved them."""
    show_search_of(record.answer, console)
    for each in record.questions:
        console.print(Text(visible(each.look.asked.text), style="bold"))
        _show_judgement(each, record.point, console)
        _show_question(each.look.asked, console)
        _show_hits(each, console)
        console.print()
    show_end(len(record.stale), record.answer.snapshot, console)


def judged(answer: Answer, point: OperatingPoint) -> str:
    """Say which thresholds an answer's confidence met."""
    sure = answer.confidence
    met = {True: "met", False: "missed"}
    said = (
        f"{_VERDICTS[answer.verdict]}: confidence {told(sure, point)};"
        f" answers from {point.answer_at:g} on ({met[sure >= point.answer_at]}),"
        f" shows what is close from {point.close_at:g} on ({met[sure >= point.close_at]})"
    )
    if answer.verdict is Verdict.NOT_FOUND and sure >= point.close_at:
        unknown = answer.missing_terms and not answer.stale
        lost = "it names only what nothing here mentions"
        said += f"; but {lost if unknown else 'nothing stands that could be quoted'}"
    if answer.verdict is Verdict.CLOSE and sure >= point.answer_at:
        said += "; but it names what nothing here mentions"
    return f"{said}."


def _show_judgement(record: ExplainedQuestion, point: OperatingPoint, console: Console) -> None:
    look = record.look
    console.print(Text(judged(look.answer, point)))
    if point.correction is not None:
        console.print(Text(f"Before this index's correction: {look.uncorrected:.2f}."))
    # No line ends between a name and its number: wrap() breaks at plain spaces alone.
    made_of = ", ".join(f"{name}\xa0{value:.2f}" for name, value in look.signals.items())
    for line in wrap(f"Confidence from: {made_of}", _WIDTH, subsequent_indent="  "):
        console.print(Text(line.replace("\xa0", " ")))


def _show_question(asked: Question, console: Console) -> None:
    period = asked.period
    about = f", about {period.start:%Y-%m-%d} until {period.end:%Y-%m-%d}" if period else ""
    console.print(Text(f"Asks for {NOUNS.get(asked.kind, 'anything')}{about}, in these words:"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("  word", "name", "in the corpus", "rarity", "searched for"):
        table.add_column(heading, justify="right" if heading == "rarity" else "left")
    for each in asked.asked:
        table.add_row(
            Text(visible(f"  {each.term.span.of(asked.text)}")),
            _yes(each.name),
            _yes(each.known),
            f"{each.weight:.2f}",
            Text(visible(_searched(each))),
        )
    console.print(table)


def _searched(asked: Asked) -> str:
    forms = " or ".join(" ".join(form) for form in asked.forms)
    corrected = f" (for {asked.corrected_to})" if asked.corrected_to else ""
    return f"{forms}{corrected}"


def _show_hits(record: ExplainedQuestion, console: Console) -> None:
    if not record.hits:
        console.print("Nothing found.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("#", "score", "fused", "meaning", "words", "best sentence"):
        table.add_column(heading, justify="right")
    table.add_column("came to be")
    for each in record.hits:
        table.add_row(
            f"{each.hit.rank}",
            f"{each.hit.score:.2f}",
            _ranked(each.fused_rank, each.fused),
            _ranked(each.hit.dense_rank, each.hit.dense_score),
            _ranked(each.hit.lexical_rank, each.hit.lexical_score),
            _sentence(each),
            _came_to(each, record.quoted_from),
        )
    console.print(table)
    for each in record.hits:
        _show_hit(each, console)


def _came_to(hit: ExplainedHit, quoted_from: float) -> str:
    if hit.stage is Stage.QUOTED:
        return f"quoted {', '.join(map(str, hit.quotes))}"
    if hit.sentence is not None and not hit.sentence.quotable:
        return f"compared, below {quoted_from:.2f}"
    return hit.stage.value


def _sentence(hit: ExplainedHit) -> str:
    if hit.sentence is None:
        return ""
    scored = "" if hit.sentence.scorer is None else f", scorer {hit.sentence.scorer:.2f}"
    return _ranked(hit.sentence.rank, hit.sentence.score) + scored


def _show_hit(hit: ExplainedHit, console: Console) -> None:
    shown = hit.text if hit.sentence is None else hit.sentence.quote
    text = Text(visible(shown.text))
    for span in shown.matches:
        text.stylize("bold", span.start, span.end)
    console.print(Text.assemble((f"{hit.hit.rank:>3}  ", "cyan"), text))
    console.print(Text(f"     {source(shown.citation)}", style="dim"))
    notes = {
        "has": _words(hit.mentioned),
        "lacks": _words(hit.lacking),
        "for": _moved([each for each in hit.moved if each.by > 0]),
        "against": _moved([each for each in hit.moved if each.by < 0]),
        "published": f"around the time asked about, {hit.hit.recency:+.2f}"
        if hit.hit.recency
        else "",
    }
    for name, said in notes.items():
        if said:
            console.print(Text(f"     {name}: {said}"))


def _moved(moved: Sequence[Moved]) -> str:
    return ", ".join(
        f"{each.feature} {each.value:.2f} (usual {each.usual:.2f}) {each.by:+.2f}"
        for each in sorted(moved, key=lambda each: -abs(each.by))
    )


def _words(words: Sequence[str]) -> str:
    return visible(", ".join(words))


def _ranked(rank: int | None, score: float | None) -> str:
    """Write a rank and the score that it comes from; ``-`` where it was not among the first."""
    number = "-" if rank is None else f"{rank}"
    return number if score is None else f"{number} ({score:.2f})"


def _yes(what: bool) -> str:
    return "yes" if what else "no"
