"""Published snapshots are opened whole, and every kind of damage is found and named."""

from __future__ import annotations

import hashlib
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from index import build, snapshot
from index.errors import (
    BuildInProgressError,
    CorruptSnapshotError,
    NoSnapshotError,
    PublishError,
    SchemaMismatchError,
    SnapshotError,
)
from index.records import SnapshotInfo
from index.snapshots import publishing
from published import BEGIN, manifest, publish

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from indexed import Built


def test_what_is_published_can_be_opened(tmp_path: Path) -> None:
    """A published snapshot is the current one, has its hash in its name and its checksums."""
    index_dir = tmp_path / "deep" / "index"
    published = publish(index_dir, "one")
    opened = snapshot.open_current(index_dir)
    assert opened == published
    data = (opened.directory / "manifest.json").read_bytes()
    assert opened.id == f"20260101T000000Z-{hashlib.sha256(data).hexdigest()[:12]}"
    checksum = hashlib.sha256(b"one").hexdigest()
    assert opened.manifest.checksums == {"vectors": checksum}
    assert (index_dir / "CURRENT").read_text() == f"{opened.id}\n"
    assert opened.info.built_at == BEGIN


@pytest.mark.parametrize("damage", ["truncated", "flipped", "emptied", "missing", "longer"])
def test_damage_to_any_file_is_found_and_named(own_index: Built, damage: str) -> None:
    """Each file of a real snapshot, the manifest among them, is checked before it is served."""
    directory = own_index.index_dir / snapshot.current_id(own_index.index_dir)
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    assert len(files) >= 5
    for path in files:
        whole = path.read_bytes()
        half = len(whole) // 2
        if damage == "missing":
            path.unlink()
        else:
            path.write_bytes(
                {
                    "truncated": whole[:-1],
                    "flipped": whole[:half] + bytes([whole[half] ^ 1]) + whole[half + 1 :],
                    "emptied": b"",
                    "longer": whole + b"\n",
                }[damage]
            )
        with pytest.raises(CorruptSnapshotError, match="rebuild") as caught:
            snapshot.open_current(own_index.index_dir)
        assert caught.value.path == str(path)
        path.write_bytes(whole)
    snapshot.open_current(own_index.index_dir)


def test_any_flipped_bit_of_the_manifest_is_found(tmp_path: Path) -> None:
    """The manifest is checked by the hash in the snapshot's name, byte by byte."""
    published = publish(tmp_path, "one")
    path = published.directory / "manifest.json"
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        with pytest.raises(CorruptSnapshotError, match=r"manifest\.json"):
            snapshot.open_current(tmp_path)


def test_another_format_is_told(tmp_path: Path) -> None:
    """A snapshot of another schema version is no corrupt one: the error names both versions."""
    published = publish(tmp_path, "one")
    manifest = msgspec.json.decode((published.directory / "manifest.json").read_bytes())
    for version in (0, 1, snapshot.SCHEMA_VERSION + 1, 99):
        data = msgspec.json.encode({**manifest, "schema_version": version, "new_field": 1})
        name = f"20270101T000000Z-{hashlib.sha256(data).hexdigest()[:12]}"
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_bytes(data)
        (tmp_path / "CURRENT").write_text(name)
        with pytest.raises(SchemaMismatchError) as caught:
            snapshot.open_current(tmp_path)
        assert caught.value.path == str(tmp_path)
        assert str(caught.value) == (
            f"The index in {tmp_path} has format {version}; {snapshot.SCHEMA_VERSION} is read here."
            " Run `newsquote rebuild`."
        )


def test_a_manifest_of_this_version_without_its_fields_is_corrupt(tmp_path: Path) -> None:
    """A manifest that lacks a field, under its right hash, is refused."""
    data = msgspec.json.encode({"schema_version": snapshot.SCHEMA_VERSION})
    name = f"20270101T000000Z-{hashlib.sha256(data).hexdigest()[:12]}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "manifest.json").write_bytes(data)
    (tmp_path / "CURRENT").write_text(name)
    with pytest.raises(CorruptSnapshotError) as caught:
        snapshot.open_current(tmp_path)
    path = tmp_path / name / "manifest.json"
    assert str(caught.value) == f"The index file {path} is no manifest. Run `newsquote rebuild`."


@pytest.mark.parametrize(
    "changed", [{"corpus_root": "a\0"}, {"checksums": {"vectors": "0", "\0": "0"}}]
)
def test_a_manifest_with_names_that_no_file_has_is_corrupt(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    """It is refused as it is read, and not where somebody needs the file."""
    whole = (publish(tmp_path, "one").directory / "manifest.json").read_bytes()
    data = msgspec.json.encode({**msgspec.json.decode(whole), **changed})
    name = f"20270101T000000Z-{hashlib.sha256(data).hexdigest()[:12]}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "manifest.json").write_bytes(data)
    with pytest.raises(CorruptSnapshotError) as caught:
        snapshot.read(tmp_path, name)
    path = tmp_path / name / "manifest.json"
    assert str(caught.value) == f"The index file {path} is no manifest. Run `newsquote rebuild`."
    assert caught.value.path == str(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"..", b"../index", b"/etc", b".lock", b"\xff\xfe", b"\0" * 32, b"a\nb", b"none"],
)
def test_a_broken_pointer_is_corrupt(tmp_path: Path, content: bytes) -> None:
    """CURRENT with anything but a snapshot's name leads nowhere, and never out of the index."""
    publish(tmp_path, "one")
    (tmp_path / "CURRENT").write_bytes(content)
    with pytest.raises(CorruptSnapshotError, match="rebuild"):
        snapshot.open_current(tmp_path)
    publish(tmp_path, "two", BEGIN + timedelta(hours=1))
    snapshot.open_current(tmp_path)


def test_no_index_yet(tmp_path: Path) -> None:
    """Where nothing was built the error says what to run."""
    with pytest.raises(NoSnapshotError, match=r"no index in .* yet.*newsquote rebuild"):
        snapshot.open_current(tmp_path / "none")


def publish_two(index_dir: Path) -> snapshot.Snapshot:
    """Publish a snapshot of two files, one of them in a directory of its own."""

    def write(directory: Path) -> None:
        (directory / "lexical").mkdir()
        (directory / "lexical" / "terms").write_text("terms")
        (directory / "vectors").write_text("vectors")

    with publishing.lock(index_dir):
        return publishing.publish(index_dir, write, lambda sums: manifest(BEGIN, sums))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("lexical/terms", None, "is missing"),
        ("vectors", None, "is missing"),
        ("lexical/terms", b"", "was truncated or altered"),
        ("vectors", b"vectorS", "was truncated or altered"),
        ("manifest.json", None, "is missing"),
        ("manifest.json", b"{", "is not JSON"),
        ("manifest.json", b"[]", "is not JSON"),
        ("manifest.json", b'{"\xff": 1}', "is not JSON"),
        ("manifest.json", b'{"a":' * 100_000, "is not JSON"),
        ("manifest.json", b"{}", "was altered"),
    ],
)
def test_damage_is_told_with_its_file(
    tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    """The error says which file, what is wrong with it, and what to do."""
    path = publish_two(tmp_path).directory / name
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(CorruptSnapshotError) as caught:
        snapshot.open_current(tmp_path)
    assert str(caught.value) == f"The index file {path} {told}. Run `newsquote rebuild`."
    assert caught.value.path == str(path)


def test_only_the_files_asked_for_are_checked(tmp_path: Path) -> None:
    """Whoever needs some files need not read all; those named are checked, whatever the order."""
    published = publish_two(tmp_path)
    for damaged, other in (("vectors", "lexical/terms"), ("lexical/terms", "vectors")):
        path = published.directory / damaged
        whole = path.read_bytes()
        path.write_bytes(b"")
        snapshot.check(published, {other})
        snapshot.check(published, set())
        for names in ({damaged}, {damaged, other}, None):
            with pytest.raises(CorruptSnapshotError, match=damaged):
                snapshot.check(published, names)
        path.write_bytes(whole)
    snapshot.check(published)


def test_what_a_snapshot_says_of_itself(tmp_path: Path) -> None:
    """Its id, when it was built, its newest item and how many passages it has."""
    published = publish_two(tmp_path)
    assert published.info == SnapshotInfo(published.id, BEGIN, None, 4)
    assert published.corpus_root == (tmp_path / "c").resolve()


def test_a_pointer_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """Missing, unreadable and wrong are told apart, each with the place."""
    with pytest.raises(NoSnapshotError) as none:
        snapshot.current_id(tmp_path)
    assert str(none.value) == f"There is no index in {tmp_path} yet. Run `newsquote rebuild`."
    assert none.value.path == str(tmp_path)
    current = tmp_path / "CURRENT"
    wrong = "names no snapshot"
    for content, told in (
        (b"\xff", "cannot be read"),
        *((each, wrong) for each in (b"a/b", b"", b"\n", b".building-x", b"a\0", b"..")),
    ):
        current.write_bytes(content)
        with pytest.raises(CorruptSnapshotError) as caught:
            snapshot.current_id(tmp_path)
        assert str(caught.value) == f"{current} {told}. Run `newsquote rebuild`."
        assert caught.value.path == str(tmp_path)
    current.write_text(" 20260101T000000Z-é \n", "utf-8")
    assert snapshot.current_id(tmp_path) == "20260101T000000Z-é"


def test_snapshots_are_listed_oldest_first(tmp_path: Path) -> None:
    """By their names; a draft, a file and a directory without a manifest are none."""
    ids = [publish(tmp_path, "one", BEGIN + timedelta(hours=hour)).id for hour in (2, 0, 1)]
    for name in (".building-x", "empty"):
        (tmp_path / name).mkdir()
    (tmp_path / ".building-x" / "manifest.json").write_text("{}")
    assert snapshot.list_ids(tmp_path) == sorted(ids)
    assert len(set(ids)) == 3


def test_the_root_moves_with_the_index(tmp_path: Path, encoder: Encoder, data: Path) -> None:
    """A project that holds corpus and index can be moved whole; quotes still find their files."""
    shutil.copytree(data, tmp_path / "old" / "news")
    build.rebuild([tmp_path / "old" / "news"], tmp_path / "old" / "index", encoder)
    (tmp_path / "old").rename(tmp_path / "new")
    opened = snapshot.open_current(tmp_path / "new" / "index")
    assert opened.corpus_root == (tmp_path / "new" / "news").resolve()


def test_every_error_is_of_one_tree() -> None:
    """Whoever catches SnapshotError catches all that an index can raise."""
    for kind in (
        BuildInProgressError,
        CorruptSnapshotError,
        NoSnapshotError,
        PublishError,
        SchemaMismatchError,
    ):
        assert issubclass(kind, SnapshotError)
