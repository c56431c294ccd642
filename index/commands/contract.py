"""Records as the JSON that `--json` prints: a contract, described in the README."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from index.answering import operating_point
from index.commands import engine_terminal
from index.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from index.answering.operating_point import OperatingPoint
    from index.build import BuildReport
    from index.corpus.problems import Problem
    from index.errors import NewsquoteError
    from index.evaluation.calibration import TradeOff
    from index.proofs.verification import Verification
    from index.records import Answer, Citation, Hit, Quote, ReadAs, SearchResult, SnapshotInfo
    from index.snapshot import Snapshot
    from index.snapshots.deep_check import DeepCheck

Document = dict[str, Any]


def dumps(document: Document) -> str:
    """Write one JSON document, indented."""
    return msgspec.json.format(msgspec.json.encode(document)).decode()


def answer(record: Answer) -> Document:
    """``newsquote ask --json``."""
    return {
        "question": record.question,
        "verdict": record.verdict.value,
        "confidence": round(record.confidence, 4),
        "quotes": [quoted(quote) for quote in record.quotes],
        "closest": [
            {**_citation(quote.citation), "text": quote.text, "passage_id": quote.passage_id}
            for quote in record.closest
        ],
        "missing_terms": list(record.missing_terms),
        "read_as": _read_as(record.read_as),
        "unanswered": list(record.unanswered),
        "searched_range": _range(record.searched_range),
        "newest_relevant": _time(record.newest_relevant),
        "notes": list(record.notes),
        "by_words": record.by_words,
        "snapshot": _snapshot(record.snapshot),
    }


def search_result(record: SearchResult) -> Document:
    """``newsquote search --json``."""
    return {
        "query": record.query,
        "hits": [found(hit, quote) for hit, quote in zip(record.hits, record.quotes, strict=True)],
        "read_as": _read_as(record.read_as),
        "notes": list(record.notes),
        "snapshot": _snapshot(record.snapshot),
    }


def report(record: BuildReport) -> Document:
    """``newsquote rebuild --json``."""
    return {
        "snapshot": _snapshot(record.snapshot),
        "files": record.files,
        "snippets": record.snippets,
        "passages": record.passages,
        "reused": record.reused,
        "embedded": record.embedded,
        "removed": record.removed,
        "seconds": round(record.seconds, 3),
        "published": record.published,
        "files_added": list(record.changed.added),
        "files_changed": list(record.changed.altered),
        "files_removed": list(record.changed.removed),
        "skipped": list(record.skipped),
        "encodings": record.encodings,
        "problems": [problem(each) for each in record.problems],
    }


def problem(record: Problem) -> Document:
    """Something wrong with the corpus."""
    return {
        "kind": record.kind.value,
        "lost": record.lost,
        "path": record.path,
        "entry": record.entry,
        "line": record.line or None,
        "record": record.record or None,
        "message": record.message,
        "remedy": record.remedy,
    }


def status(record: Snapshot, point: OperatingPoint) -> Document:
    """``newsquote status --json``."""
    manifest = record.manifest
    return {
        "snapshot": _snapshot(record.info),
        "files": manifest.files,
        "snippets": manifest.snippets,
        "corpus_root": str(record.corpus_root),
        "corpus_sha256": manifest.corpus_sha256,
        "model": manifest.model,
        "weights_sha256": manifest.weights_sha256,
        "engine": manifest.engine,
        "vectors": engine_terminal.document(manifest.vectors),
        "operating_point": _point(point, manifest.weights_sha256),
        "newsquote_version": manifest.newsquote_version,
    }


def calibration(
    point: OperatingPoint, trade_offs: Sequence[TradeOff], weights_sha256: str
) -> Document:
    """``newsquote calibrate --json``."""
    return {
        "operating_point": _point(point, weights_sha256),
        "trade_offs": msgspec.to_builtins(list(trade_offs)),
    }


def verification(record: Verification, walked: DeepCheck | None = None) -> Document:
    """``newsquote verify --json``; ``walked`` is what ``--deep`` compared."""
    return {
        "deep": None
        if walked is None
        else {
            "snapshots": walked.snapshots,
            "files": walked.files,
            "damaged": [
                {"snapshot": each.snapshot_id, "file": each.file, "problem": each.problem}
                for each in walked.damages
            ],
        },
        "passages": record.passages,
        "files": record.files,
        "findings": [
            {
                "path": finding.path,
                "entry": finding.entry,
                "line": finding.line,
                "record": finding.record,
                "passage_id": finding.passage_id,
                "problem": finding.problem,
            }
            for finding in record.findings
        ],
    }


def error(record: NewsquoteError, exit_code: int) -> Document:
    """What any command prints where it fails."""
    return {
        "error": {
            "kind": type(record).__name__,
            "message": record.message,
            "remedy": record.remedy,
            "path": record.path or None,
            "line": record.line,
            "column": record.column if isinstance(record, QueryError) else None,
            "exit_code": exit_code,
        }
    }


def _point(point: OperatingPoint, weights_sha256: str) -> Document:
    return {
        **msgspec.to_builtins(point),
        "outdated": operating_point.outdated(point, weights_sha256),
    }


def _read_as(told: Sequence[ReadAs]) -> list[Document]:
    return [{"written": each.written, "searched": list(each.searched)} for each in told]


def quoted(quote: Quote) -> Document:
    """Write a quote with its citation."""
    return {
        "text": quote.text,
        "passage_id": quote.passage_id,
        "score": round(quote.score, 4),
        "citation": _citation(quote.citation),
        "also_in": [_citation(each) for each in quote.also_in],
    }


def found(hit: Hit, quote: Quote) -> Document:
    """Write a passage found; ``quote`` is its text."""
    return {
        "rank": hit.rank,
        "passage_id": hit.passage.id,
        "text": quote.text,
        "score": round(hit.score, 4),
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
        "citation": _citation(quote.citation),
        "also_in": [_citation(each) for each in quote.also_in],
    }


def _citation(citation: Citation) -> Document:
    place, metadata = citation.place, citation.metadata
    return {
        "path": place.path,
        "entry": place.entry,
        "record": place.record or None,
        "first_line": place.first_line or None,
        "last_line": place.last_line or None,
        "byte_start": place.byte_start,
        "byte_end": place.byte_end,
        "sha256": citation.sha256,
        "extracted_sha256": place.extracted or None,
        "title": metadata.title,
        "outlet": metadata.outlet,
        "author": metadata.author,
        "published": _time(metadata.published),
        "date_only": metadata.date_only,
        "url": metadata.url,
    }


def _snapshot(info: SnapshotInfo) -> Document:
    return {
        "id": info.id,
        "built_at": _time(info.built_at),
        "newest_published": _time(info.newest_published),
        "passages": info.passages,
    }


def _range(searched: tuple[datetime, datetime] | None) -> Document | None:
    return searched and {"start": _time(searched[0]), "end": _time(searched[1])}


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
