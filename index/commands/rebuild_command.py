"""``newsquote rebuild``."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import typer

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
    MilvusOption,
    ModelOption,
    RuntimeOption,
    StrictOption,
    WatchOption,
    WorkersOption,
)
from index.encoders.loading import Runtime, load_encoder

if TYPE_CHECKING:
    from pathlib import Path

    from index.build import BuildReport
    from index.building.reporting import Progress
    from index.encoders.protocol import Grouping
    from index.workers.ray_encoder import RayEncoder


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
    workers: WorkersOption = None,
    milvus_uri: MilvusOption = "",
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
    from index.engines import milvus_server

    if workers is not None and device is not None:
        raise typer.BadParameter("--workers embeds on processors: leave out --device")
    paths = corpus or [DEFAULT_CORPUS]
    milvus = milvus_server.named(milvus_uri)

    def once(progress: Progress) -> BuildReport:
        with far or nullcontext():
            report = build.rebuild(
                paths,
                index_dir,
                far or encoder,
                options=options,
                engine=engine,
                progress=progress,
                milvus=milvus,
            )
        if far is not None:
            far.forget()
        return report

    with telling_errors(as_json=as_json):
        options = ReadOptions(encoding, FieldNames.parse(fields or ()), strict=strict)
        encoder = load_encoder(model, runtime, device)
        far: RayEncoder | None = None
        if workers is not None:
            far = _far(encoder, model, runtime, workers, index_dir)
        if watch:
            rebuild_watch_command.watch(paths, index_dir, once, as_json=as_json)
            return
        with telling_progress() as progress:
            report = once(progress)
    if as_json:
        print_json(contract.report(report))
    else:
        terminal.show_report(report, terminal.output())


def _far(
    encoder: Grouping, model: str, runtime: Runtime, workers: str, index_dir: Path
) -> RayEncoder:
    """Let workers embed as an encoder would. Raises UnreachableClusterError."""
    from index.workers.embedder import Recipe
    from index.workers.ray_encoder import RayEncoder

    recipe = Recipe(model, runtime, encoder.spec.weights_sha256)
    return RayEncoder(encoder, recipe, workers, index_dir)
