"""Any model that sentence-transformers loads, by name or path, on the CPU or a GPU."""
# sentence-transformers is typed in parts.
# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.encoders.packaged import sha256
from index.encoders.protocol import EncoderSpec
from index.errors import ModelNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from numpy.typing import NDArray

_SLICE: Final = 1_024


class SentenceTransformerEncoder:
    """Encoder on sentence-transformers.

    ``device`` is torch's name of one; None chooses. ``name`` is what the model is called where
    its directory's name doesn't say.
    """

    def __init__(self, model: str, device: str | None = None, name: str = "") -> None:
        with offline():
            from sentence_transformers import SentenceTransformer

            try:
                self._model: Any = SentenceTransformer(model, device=device, local_files_only=True)
            except (OSError, ValueError) as error:
                raise ModelNotFoundError(
                    f"The model {model} is not on this machine.",
                    remedy="Name a directory that sentence-transformers can load,"
                    " or a model that its cache holds: nothing is downloaded.",
                    path=model,
                ) from error
        self._spec = EncoderSpec(
            model=name or Path(model).name,
            weights_sha256=_weights_hash(self._model),
            dimension=int(self._model.get_embedding_dimension()),
            max_pieces=int(self._model.max_seq_length or 512),
        )

    @property
    def spec(self) -> EncoderSpec:
        """Which model it is."""
        return self._spec

    @property
    def runtime(self) -> str:
        """What computes the vectors."""
        precision = str(next(self._model.parameters()).dtype).removeprefix("torch.")
        return f"sentence-transformers on {self._model.device}, in {precision}"

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Count each text's word pieces, markers left out."""
        if not texts:
            return []
        encoded = self._model.tokenizer(
            list(texts), add_special_tokens=False, truncation=False, verbose=False
        )
        return [len(ids) for ids in encoded["input_ids"]]

    def groups(self, texts: Sequence[str]) -> list[list[int]]:
        """Say which texts are embedded together: slices of what there is."""
        places = range(len(texts))
        return [list(places[i : i + _SLICE]) for i in range(0, len(texts), _SLICE)]

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], object] | None = None
    ) -> NDArray[np.float32]:
        """Embed many texts, in slices so that progress can be told."""
        slices = [texts[i : i + _SLICE] for i in range(0, len(texts), _SLICE)]
        vectors = [self._encode([])]
        done = 0
        for part in slices:
            vectors.append(self._encode(part))
            done += len(part)
            if progress is not None:
                progress(done)
        return np.concatenate(vectors)

    def encode_group(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed one slice."""
        return self._encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed a few texts."""
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self._spec.dimension), dtype=np.float32)
        return self._model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        ).astype(np.float32)


def _weights_hash(model: Any) -> str:
    """Hash the weights file that was loaded, or the tensors where it is not one file."""
    directory = Path(str(model[0].auto_model.name_or_path))
    file = directory / "model.safetensors"
    if file.is_file():
        return sha256(file)
    import hashlib

    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()


@contextmanager
def offline() -> Generator[None]:
    """Keep the model hub out of it while a model loads.

    The hub's library reads the environment once, when it is first imported: where something else
    imported it before, only its own constant keeps it from dialling.
    """
    before = os.environ.get("HF_HUB_OFFLINE")
    os.environ["HF_HUB_OFFLINE"] = "1"
    from huggingface_hub import constants

    known = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = known
        if before is None:
            del os.environ["HF_HUB_OFFLINE"]
        else:
            os.environ["HF_HUB_OFFLINE"] = before
