"""``newsquote rebuild``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.commands import contract
from index.commands.exits import print_json, telling_errors
from index.commands.options import (
    DEFAULT_CORPUS,
    DEFAULT_INDEX,
    CorpusArgument,
    DeviceOption,
    EncodingOption,
    EngineOption,
    IndexOption,
    JsonOption,
    MapOption,
    ModelOption,
    RuntimeOption,
    StrictOption,
    WatchOption,
)
from index.encoders.loading import Runtime, load_encoder

if TYPE_CHECKING:
    from index.build import BuildReport
    from index.building.reporting import Progress


def rebuild(
    corpus: CorpusArgument = None,
    *,
    index_dir: IndexOption = DEFAULT_INDEX,
    model: ModelOption = "",
    runtime: RuntimeOption = Runtime.AUTO,
    device: DeviceOption = None,
    encoding: EncodingOption = "utf-8",
    fields: MapOption = None,
    engine: EngineOption = None,
    strict: StrictOption = False,
    watch: WatchOption = False,
    as_json: JsonOption = False,
) -> None:
    """Read the corpus and publish a new index; only what changed is read and embedded."""
    from index import build
    from index.commands import rebuild_watch_command, terminal
    from index.commands.progress import telling_progress
    from index.corpus.fields import FieldNames
    from index.corpus.reading import ReadOptions

    paths = corpus or [DEFAULT_CORPUS]

    def once(progress: Progress) -> BuildReport:
        return build.rebuild(
            paths, index_dir, encoder, options=options, engine=engine, progress=progress
        )

    with telling_errors(as_json=as_json):
        options = ReadOptions(encoding, FieldNames.parse(fields or ()), strict=strict)
        encoder = load_encoder(model, runtime, device)
        if watch:
            rebuild_watch_command.watch(paths, index_dir, once, as_json=as_json)
            return
        with telling_progress() as progress:
            report = once(progress)
    if as_json:
        print_json(contract.report(report))
    else:
        terminal.show_report(report, terminal.output())
