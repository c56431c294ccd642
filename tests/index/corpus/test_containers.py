"""What is inside an archive: every document, once, and nothing that would drown the machine."""

from __future__ import annotations

import errno
import gzip
import io
import random
import zipfile
from typing import TYPE_CHECKING

import pytest
import zstandard

from index.corpus import containers
from index.corpus.problems import Kind, Problem
from index.corpus.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NEWS = b"The harbour of Varn was closed on Monday.\n"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of these files, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def found(name: str, data: bytes) -> list[tuple[str, str, bytes] | Problem]:
    """Entry, name and bytes of every document in a file, and the problems."""
    source = Source(name, io.BytesIO(data))
    return [
        each
        if isinstance(each, Problem)
        else (each.source.entry, each.name, each.source.stream.read())
        for each in containers.documents(source)
    ]


def only_problem(name: str, data: bytes) -> Problem:
    """The one problem that a file gives, which gives nothing else."""
    (problem,) = found(name, data)
    assert isinstance(problem, Problem)
    assert problem.lost
    return problem


def test_a_plain_file_is_its_own_document() -> None:
    """What is no archive is given as it is, and may be sliced."""
    source = Source("a/news.txt", io.BytesIO(NEWS))
    (inside,) = containers.documents(source)
    assert isinstance(inside, containers.Inside)
    assert (inside.source, inside.name) == (source, "news.txt")
    assert inside.source.sliced


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [
        (".gz", gzip.compress),
        (".GZ", gzip.compress),
        (".zst", zstandard.ZstdCompressor().compress),
    ],
)
def test_a_compressed_file_is_one_document(suffix: str, pack: Callable[[bytes], bytes]) -> None:
    """It keeps its name without the suffix, and cannot be sliced."""
    assert found(f"news.txt{suffix}", pack(NEWS)) == [("", "news.txt", NEWS)]
    # Two compressed files, one behind the other, are one.
    assert found(f"news.txt{suffix}", pack(NEWS) + pack(NEWS)) == [("", "news.txt", NEWS * 2)]
    (inside,) = containers.documents(Source(f"n.txt{suffix}", io.BytesIO(pack(NEWS))))
    assert isinstance(inside, containers.Inside)
    assert not inside.source.sliced


def test_entries_of_an_archive_are_named_and_sorted() -> None:
    """Each entry is a document; archives inside are opened too; hidden files are left out."""
    inner = zipped({"x.txt": b"x"})
    packed = zipped(
        {
            "may/b.txt": b"b",
            "a.txt.gz": gzip.compress(b"a", mtime=0),
            "inner.zip": inner,
            ".secret.txt": b"no",
            "__MACOSX/a.txt": b"no",
            "empty/": b"",
        }
    )
    assert found("wire.zip", packed) == [
        ("a.txt.gz", "a.txt", b"a"),
        ("inner.zip!x.txt", "x.txt", b"x"),
        ("may/b.txt", "b.txt", b"b"),
    ]


def test_what_is_broken_is_told_and_the_rest_read() -> None:
    """An entry whose checksum is wrong is a problem with its name; the others come."""
    packed = bytearray(zipped({"a.txt": b"a" * 99, "b.txt": random.Random(1).randbytes(99)}))
    at = packed.index(b"b.txt") + 5 + 20
    packed[at] ^= 255
    first, second = found("wire.zip", bytes(packed))
    assert first == ("a.txt", "a.txt", b"a" * 99)
    assert isinstance(second, Problem)
    assert (second.where, second.kind, second.lost) == ("wire.zip!b.txt", Kind.UNREADABLE, True)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt.gz", NEWS),
        ("a.txt.gz", gzip.compress(NEWS * 9, mtime=0)[:-9]),
        ("a.txt.zst", NEWS),
        ("a.zip", NEWS),
        ("a.zip", b""),
        ("a.zip", zipped({"a.txt": NEWS})[:-30]),
    ],
)
def test_a_broken_archive_is_told(name: str, data: bytes) -> None:
    """What cannot be unpacked gives one problem and no document."""
    assert only_problem(name, data).kind is Kind.UNREADABLE


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What grows beyond measure is left, in every kind of archive."""
    monkeypatch.setattr(containers, "ALWAYS_UNPACKED_BYTES", 1_000_000)
    grown = bytes(3_000_000)
    assert only_problem("a.txt.gz", gzip.compress(grown, mtime=0)).kind is Kind.LIMIT
    assert only_problem("a.txt.zst", zstandard.compress(grown)).kind is Kind.LIMIT
    first, second = found("a.zip", zipped({"a.txt": grown, "b.txt": NEWS}))
    assert isinstance(first, Problem)
    assert (first.kind, first.entry) == (Kind.LIMIT, "a.txt")
    assert second == ("b.txt", "b.txt", NEWS)


def test_archives_are_opened_so_deep_and_no_deeper() -> None:
    """An archive inside an archive inside … ends in a problem, not in a crash."""
    packed = zipped({"news.txt": NEWS})
    for _ in range(containers.MAX_DEPTH - 1):
        packed = zipped({"in.zip": packed})
    assert [each[2] for each in found("a.zip", packed) if not isinstance(each, Problem)] == [NEWS]
    assert only_problem("a.zip", zipped({"in.zip": packed})).kind is Kind.LIMIT


def test_an_encrypted_entry_says_so() -> None:
    """The flag for encryption is told as such."""
    packed = bytearray(zipped({"a.txt": NEWS}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + offset] |= 1
    assert "encrypted" in only_problem("a.zip", bytes(packed)).message


def test_any_changed_byte_gives_documents_or_problems() -> None:
    """A thousand archives with changed bytes: never an error."""
    chance = random.Random(7)
    valid = [
        ("a.zip", zipped({"a.txt": NEWS * 3, "b.txt.gz": gzip.compress(NEWS, mtime=0)})),
        ("a.txt.gz", gzip.compress(NEWS * 3, mtime=0)),
        ("a.txt.zst", zstandard.compress(NEWS * 3)),
    ]
    for _ in range(1_000):
        name, data = chance.choice(valid)
        changed = bytearray(data[: chance.randint(1, len(data))])
        for _ in range(chance.randint(1, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        assert isinstance(found(name, bytes(changed)), list)


def test_an_entry_that_cannot_be_cited_is_told_and_the_rest_read() -> None:
    """A line break in a name would break every citation of it."""
    problem, good = found("news.zip", zipped({"a\nb.txt": NEWS, "good.txt": NEWS}))
    assert isinstance(problem, Problem)
    assert "'a\\nb.txt' cannot be cited" in problem.message
    assert problem.remedy == "Rename it."
    assert good == ("good.txt", "good.txt", NEWS)


class FailingDisk(io.BytesIO):
    """A file on a disk that fails after so many reads."""

    def __init__(self, data: bytes, reads: int) -> None:
        super().__init__(data)
        self.reads = reads

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, while the disk does."""
        self.reads -= 1
        if self.reads < 0:
            raise OSError(errno.EIO, "Input/output error")
        return super().read(size)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("news.zip", zipped({"a.txt": NEWS, "b.txt": NEWS})),
        ("news.txt.gz", gzip.compress(NEWS, mtime=0)),
    ],
)
def test_a_failing_disk_is_not_taken_for_a_broken_archive(name: str, data: bytes) -> None:
    """Whichever read fails, the error is the disk's: the archive may be whole tomorrow."""
    failed = 0
    while True:
        source = Source(name, FailingDisk(data, failed))
        try:
            read = list(containers.documents(source))
        except OSError as error:
            assert error.errno == errno.EIO  # noqa: PT017  it may also succeed
            failed += 1
        else:
            break
    assert failed > 1
    assert not any(isinstance(each, Problem) for each in read)
