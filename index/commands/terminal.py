"""Records as a person reads them in a terminal."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from index.answering import operating_point
from index.commands import engine_terminal
from index.questions import dating
from index.records import Verdict
from index.text.controls import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.answering.operating_point import Counts, OperatingPoint
    from index.build import BuildReport
    from index.evaluation.calibration import TradeOff
    from index.proofs.verification import Verification
    from index.records import Answer, Citation, Quote, ReadAs, SearchResult, SnapshotInfo
    from index.snapshot import Snapshot
    from index.snapshots.deep_check import DeepCheck

PROBLEMS_SHOWN: Final = 20


def output() -> Console:
    """A console on stdout that leaves wrapping to the terminal: in a pipe a quote is one line."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")  # a terminal may not know every character
    return Console(soft_wrap=True, highlight=False)


def show_answer(answer: Answer, console: Console) -> None:
    """Print the quotes, under a warning where they may not answer, or that there are none."""
    console.print(Text(visible(answer.question), style="bold"))
    show_search_of(answer, console)
    if answer.verdict is not Verdict.ANSWERED:
        refused = answer.verdict is Verdict.NOT_FOUND
        console.print(_doubt(refused=refused, by_words=answer.by_words))
        if answer.missing_terms:
            console.print(Text(f"Nothing here mentions {_listed(answer.missing_terms)}."))
        if answer.quotes or answer.closest:
            console.print("Closest:")
    _show_quotes(answer.quotes, console)
    for quote in answer.closest:
        title = quote.citation.metadata.title
        console.print(Text(f"  · {visible(title or quote.text)}"))
        console.print(Text(f"    {source(quote.citation)}", style="dim"))
    if answer.unanswered:
        console.print(Text(f"Nothing in the corpus on: {_listed(answer.unanswered)}"))
    show_end(len(answer.stale), answer.snapshot, console)


def _doubt(*, refused: bool, by_words: bool) -> str:
    if refused:
        return "Nothing was found by words alone." if by_words else "The corpus doesn't say."
    return "This may not answer."


def show_search_of(answer: Answer, console: Console) -> None:
    """Print what is to be known of how an answer was searched for, before it."""
    if answer.newest_relevant is not None:
        console.print(dating.newest(answer.newest_relevant, datetime.now(UTC)))
    show_read_as(answer.read_as, console)
    _show_notes(answer.notes, console)
    if answer.searched_range is not None:
        days = dating.days(*answer.searched_range)
        console.print(Text(f"Searched {days}; --any-date searches all.", style="dim"))


def show_search(result: SearchResult, console: Console) -> None:
    """Print the passages found."""
    show_read_as(result.read_as, console)
    _show_notes(result.notes, console)
    if not result.hits:
        console.print("Nothing found.")
    _show_quotes(result.quotes, console)
    show_end(len(result.stale), result.snapshot, console)


def show_report(report: BuildReport, console: Console) -> None:
    """Print what a build did."""
    console.print(
        Text(
            f"{_count(report.snippets, 'snippet')} in {_count(report.files, 'file')}"
            f" → {_count(report.passages, 'passage')}: {report.reused:,} reused,"
            f" {report.embedded:,} embedded, {report.removed:,} removed,"
            f" in {report.seconds:.1f} s\nSnapshot {report.snapshot.id}{_change(report)}"
        )
    )
    for problem in report.problems[:PROBLEMS_SHOWN]:
        console.print(Text(visible(f"{'Lost' if problem.lost else 'Doubt'}: {problem}")))
    if len(report.problems) > PROBLEMS_SHOWN:
        more = len(report.problems) - PROBLEMS_SHOWN
        console.print(Text(f"… and {more:,} more: `newsquote doctor` lists all."))
    for path, encoding in report.encodings.items():
        console.print(Text(visible(f"{path} was read as {encoding}")))
    if report.skipped:
        names = visible(", ".join(report.skipped))
        console.print(Text(f"Left out, of no known kind: {names}"))


def _change(report: BuildReport) -> str:
    """Say which files came, changed and went, where an index stood before."""
    changed = report.changed
    counts = {"added": changed.added, "changed": changed.altered, "removed": changed.removed}
    told = [f"{_count(len(paths), 'file')} {how}" for how, paths in counts.items() if paths]
    if not report.published:
        return " stands: nothing changed"
    return f" ({', '.join(told)})" if told else ""


def show_status(snapshot: Snapshot, point: OperatingPoint, console: Console) -> None:
    """Print what is indexed."""
    manifest = snapshot.manifest
    newest = manifest.newest_published
    rows = {
        "Snapshot": snapshot.id,
        "Built": f"{manifest.built_at:%Y-%m-%d %H:%M} UTC, newsquote {manifest.newsquote_version}",
        "Corpus": f"{snapshot.corpus_root} ({_count(manifest.files, 'file')})",
        "Indexed": (
            f"{_count(manifest.snippets, 'snippet')}, {_count(manifest.passages, 'passage')}"
        ),
        "Newest item": f"{newest:%Y-%m-%d %H:%M %Z}" if newest else "the files give no dates",
        "Model": f"{manifest.model} ({manifest.weights_sha256[:12]})",
        "Vectors": engine_terminal.told(manifest.vectors),
        "Answers": _point(point, manifest.weights_sha256),
    }
    for name, value in rows.items():
        console.print(Text.assemble((f"{name:<12}", "bold"), visible(value)))


def show_calibration(
    point: OperatingPoint, trade_offs: Sequence[TradeOff], weights_sha256: str, console: Console
) -> None:
    """Print the operating point, and what others would have come to."""
    console.print(Text(visible(f"Answers {_point(point, weights_sha256)}")))
    if not trade_offs:
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("may be answered\nwrongly", justify="right")
    table.add_column("answers\nfrom", justify="right")
    table.add_column("close\nfrom", justify="right")
    table.add_column("with an answer:\nanswered, close, refused", justify="right")
    table.add_column("without:\nanswered, close, refused", justify="right")
    for each in trade_offs:
        table.add_row(
            f"{each.share:.0%}",
            f"{each.answer_at:g}",
            f"{each.close_at:g}",
            _counts(each.answerable),
            _counts(each.unanswerable),
        )
    console.print(table)


def show_verification(verification: Verification, console: Console) -> None:
    """Print what no longer stands, or that all does."""
    for finding in verification.findings:
        console.print(Text(visible(str(finding))))
    found = len(verification.findings)
    console.print(
        Text(
            f"{_count(verification.passages, 'passage')} of"
            f" {_count(verification.files, 'file')} compared: "
            + (f"{_count(found, 'finding')}. Run `newsquote rebuild`." if found else "all stand.")
        )
    )


def show_deep_check(walked: DeepCheck, console: Console) -> None:
    """Print which files of snapshots are damaged, or that none is."""
    for damage in walked.damages:
        console.print(Text(visible(str(damage)), style="red"))
    damaged = len(walked.damages)
    console.print(
        Text(
            f"{_count(walked.files, 'file')} of {_count(walked.snapshots, 'snapshot')} compared: "
            + (f"{damaged} damaged." if damaged else "all whole.")
        )
    )


def _point(point: OperatingPoint, weights_sha256: str) -> str:
    """Say an operating point in a line."""
    said = f"from confidence {point.answer_at:g} on, close from {point.close_at:g}"
    chosen = point.chosen
    if chosen is None:
        return f"{said}; as newsquote comes"
    said += f"; set by hand on {chosen.on}" if chosen.by == "hand" else ""
    if chosen.answerable is not None and chosen.unanswerable is not None:
        said += (
            f"; chosen on {chosen.on} from {chosen.data}: with an answer"
            f" {_counts(chosen.answerable)}, without {_counts(chosen.unanswerable)}"
            " (answered, close, refused)"
        )
    said += "; the confidence is corrected" if point.correction is not None else ""
    if operating_point.outdated(point, weights_sha256):
        said += "; the confidence has changed since: run `newsquote calibrate` again"
    return said


def _counts(counts: Counts) -> str:
    return f"{counts.answered:,}, {counts.close:,}, {counts.not_found:,}"


def show_read_as(told: Sequence[ReadAs], console: Console) -> None:
    """Print what was searched for instead of what was written."""
    for each in told:
        searched = " or ".join(map(visible, each.searched))
        written = visible(each.written)
        console.print(Text(f"Searched for {searched} (you wrote “{written}”).", style="dim"))


def _show_notes(notes: Sequence[str], console: Console) -> None:
    for note in notes:
        console.print(Text(visible(note), style="dim"))


def _show_quotes(quotes: Sequence[Quote], console: Console) -> None:
    for number, quote in enumerate(quotes, start=1):
        text = Text(visible(quote.text))
        for span in quote.matches:
            text.stylize("bold", span.start, span.end)
        console.print(Text.assemble((f"{number:>3}  ", "cyan"), text))
        part = " (part of a longer sentence)" if quote.fragment else ""
        console.print(Text(f"     {source(quote.citation)}{part}", style="dim"))
        if quote.also_in:
            others = "; ".join(map(source, quote.also_in))
            console.print(Text(f"     also in: {others}", style="dim"))


def show_end(stale: int, snapshot: SnapshotInfo, console: Console) -> None:
    """Print how many passages are left out, and as of when the others stand."""
    if stale:
        console.print(
            f"Not shown, since the file has changed: {_count(stale, 'passage')}."
            " Run `newsquote rebuild`."
        )
    newest = snapshot.newest_published
    dated = f", newest item of {newest:%Y-%m-%d}" if newest else ""
    console.print(
        Text(
            f"As of {snapshot.built_at:%Y-%m-%d %H:%M} UTC:"
            f" {_count(snapshot.passages, 'passage')}{dated}, snapshot {snapshot.id}",
            style="dim",
        )
    )


def source(citation: Citation) -> str:
    """Write where a quote stands, and what its file says of it."""
    metadata = citation.metadata
    parts = [
        metadata.outlet,
        f"{metadata.published:%Y-%m-%d}" if metadata.published else None,
        str(citation.place),
        metadata.url,
    ]
    return visible(" · ".join(part for part in parts if part))


def _listed(words: Sequence[str]) -> str:
    quoted = [f"“{visible(word)}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
