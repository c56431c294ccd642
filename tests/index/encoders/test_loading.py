"""Which encoder a model's name leads to."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from huggingface_hub import constants

from index.encoders import packaged
from index.encoders.fast import FastEncoder
from index.encoders.loading import Runtime, load_encoder, runs_on
from index.encoders.sentence_transformer import SentenceTransformerEncoder
from index.errors import ModelNotFoundError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that this process tries to look up or to connect to; none is reached."""
    found: list[object] = []

    def refuse(*arguments: Any, **_options: Any) -> None:
        found.append(arguments)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return found


@pytest.mark.parametrize("model", ["", packaged.NAME])
def test_the_packaged_model_runs_in_the_fast_runtime(model: str) -> None:
    """By default, and by its name, the packaged model needs no torch."""
    assert isinstance(load_encoder(model), FastEncoder)


def test_a_device_leads_to_sentence_transformers() -> None:
    """A torch device is reached through sentence-transformers, with the same model."""
    encoder = load_encoder(device="cpu")
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert encoder.spec == packaged.SPEC
    assert runs_on(encoder) == "sentence-transformers on cpu, in float32"


def test_a_directory_is_a_model_of_its_own(dialled: list[object]) -> None:
    """A path to a model's directory is loaded from there, without the network."""
    encoder = load_encoder(str(packaged.directory()))
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert encoder.spec.weights_sha256 == packaged.SPEC.weights_sha256
    assert dialled == []


@pytest.mark.parametrize(
    ("model", "runtime"),
    [
        ("nobody/no-such-model", Runtime.AUTO),
        ("no-such-model", Runtime.SENTENCE_TRANSFORMERS),
        ("./nowhere", Runtime.OPENVINO),
    ],
)
def test_an_unknown_model_is_told_without_the_network(
    model: str, runtime: Runtime, dialled: list[object]
) -> None:
    """A model that is not on this machine is named; nothing is looked up or downloaded."""
    with pytest.raises(ModelNotFoundError, match=f"The model {model} is not on this machine"):
        load_encoder(model, runtime)
    assert dialled == []


def test_a_hub_library_imported_before_dials_nothing_either(
    dialled: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hub's library may have been imported with the network allowed: it is kept out all the
    same, and allowed again afterwards.
    """
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with pytest.raises(ModelNotFoundError):
        load_encoder("nobody/no-such-model")
    assert dialled == []
    assert not constants.HF_HUB_OFFLINE


def test_a_directory_that_is_no_model_is_told(tmp_path: Path) -> None:
    """A directory without a model in it is named."""
    with pytest.raises(ModelNotFoundError, match="is not on this machine"):
        load_encoder(str(tmp_path))
