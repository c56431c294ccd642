"""The fast runtime: tokenizers and OpenVINO on the converted model, without torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoders import packaged
from index.encoders.batching import batches
from index.encoders.conversion import PASSAGES_MODEL, QUESTIONS_MODEL
from index.encoders.runtime import compiled, precision
from index.threads import Work, of_openvino

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from index.encoders.conversion import Conversion
    from index.encoders.protocol import EncoderSpec


class FastEncoder:
    """Encoder on OpenVINO. Calls may run concurrently: each has an inference request of its own.

    Where the processor is faster in bfloat16, the model runs in it; the conversion's check against
    the original runs in it too.
    Questions have a model of their own (:mod:`index.encoders.conversion`); the one for passages is
    compiled when the first come.
    """

    def __init__(self, conversion: Conversion, spec: EncoderSpec) -> None:
        self._spec = spec
        self._tokenizer: Any = packaged.tokenizer()
        self._directory = conversion.directory
        self._eight_bits = conversion.eight_bits
        self._questions: Any = self._compiled(QUESTIONS_MODEL, Work.QUESTIONS)
        self._passages: dict[Work, Any] = {}

    @property
    def spec(self) -> EncoderSpec:
        """Which model it is."""
        return self._spec

    @property
    def runtime(self) -> str:
        """What computes the vectors."""
        small = ", a question's weights in 8 bits" if self._eight_bits else ""
        threads_of = {work: of_openvino(work)["INFERENCE_NUM_THREADS"] for work in Work}
        return (
            f"OpenVINO on the CPU, in {precision()}{small}; threads:"
            f" {threads_of[Work.QUESTIONS]} for a question, {threads_of[Work.BUILD]} for a build"
        )

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Count each text's word pieces, markers left out."""
        found = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(e.ids) + sum(len(rest.ids) for rest in e.overflowing) for e in found]

    def groups(self, texts: Sequence[str]) -> list[list[int]]:
        """Say which texts are embedded together: those of like length, longest first."""
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        return list(batches([len(encoding.ids) for encoding in encodings]))

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], object] | None = None
    ) -> NDArray[np.float32]:
        """Embed many texts on all cores."""
        return self._encode(self._for_passages(Work.BUILD), texts, progress)

    def encode_group(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages on the calling thread's core."""
        return self._encode(self._for_passages(Work.QUESTIONS), texts, None)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed a few texts on the calling thread's core."""
        return self._encode(self._questions, texts, None)

    def _for_passages(self, work: Work) -> Any:
        if work not in self._passages:
            self._passages[work] = self._compiled(PASSAGES_MODEL, work)
        return self._passages[work]

    def _compiled(self, name: str, work: Work) -> Any:
        path = self._directory / name
        return compiled(path, work, cache=path.with_name(f"{path.stem}-compiled"))

    def _encode(
        self, model: Any, texts: Sequence[str], progress: Callable[[int], object] | None
    ) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self._spec.dimension), dtype=np.float32)
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        request = model.create_infer_request()
        done = 0
        for group in batches([len(encoding.ids) for encoding in encodings]):
            width = len(encodings[group[0]].ids)
            ids = np.zeros((len(group), width), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, i in enumerate(group):
                pieces = encodings[i].ids
                ids[row, : len(pieces)] = pieces
                mask[row, : len(pieces)] = 1
            result = request.infer({"input_ids": ids, "attention_mask": mask})
            vectors[group] = result[0]
            done += len(group)
            if progress is not None:
                progress(done)
        return vectors
