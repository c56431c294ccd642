"""What a corpus suffers from, each kind with its file and line; and what it doesn't."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

import formats_corpus
from index import build
from index.building import doctor
from index.corpus.problems import Kind
from index.corpus.reading import ReadOptions
from index.errors import CorpusNotFoundError
from index.passages import PassagePolicy
from index.snapshot import open_current
from index.snapshots.passage_store import PassageStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.building.doctor import Diagnosis
    from index.encoders.protocol import Encoder
    from indexed import WriteCorpus

    Examine = Callable[..., Diagnosis]

DATED = '"date": "2025-05-06", "source": "Varn Post"'
STORY = (
    "The harbour of Varn was closed on Monday after a barge had struck the north quay, and"
    " ferries to the islands will leave from Lindal until the divers have looked at it"
)
GERMAN = "Der Hafen von Varn wurde am Montag gesperrt, nachdem ein Schiff die Mauer gerammt hatte."


@pytest.fixture
def examined(write_corpus: WriteCorpus, encoder: Encoder) -> Examine:
    """Write files, and say what the doctor finds in them."""

    def examine(files: dict[str, str | bytes], encoding: str = "utf-8") -> Diagnosis:
        return doctor.diagnose([write_corpus(files)], ReadOptions(encoding), encoder, silent)

    return examine


def silent(_stage: str, _done: int, _total: int) -> None:
    """Tell no one."""


def found(diagnosis: Diagnosis, kind: Kind) -> list[str]:
    """Return where problems of a kind are; those lost with an exclamation mark."""
    return [
        each.where + ("!" if each.lost else "") for each in diagnosis.problems if each.kind is kind
    ]


def test_a_sound_corpus(examined: Examine) -> None:
    """Where nothing is wrong, nothing is said but what there is."""
    diagnosis = examined({"a.jsonl": f'{{"id": 1, "text": "{STORY}.", {DATED}}}\n'})
    assert (diagnosis.files, diagnosis.items, diagnosis.lost) == (1, 1, 0)
    assert (diagnosis.problems, diagnosis.skipped, diagnosis.superseded) == ((), (), ())
    assert (diagnosis.read_as, diagnosis.undated, diagnosis.long) == ({}, {}, ())
    assert (diagnosis.repeated, diagnosis.copies) == ((), doctor.Copies(0, 0, ()))
    assert {name: str(each.first) for name, each in diagnosis.languages.items()} == {
        "en": "a.jsonl:1"
    }


def test_unreadable_files(examined: Examine) -> None:
    """A broken archive, and what is no archive or nothing that is read, are named."""
    diagnosis = examined(
        {
            "a.txt": STORY,
            "b.zip": b"PK\x03\x04 cut off",
            "c.txt.gz": gzip.compress(STORY.encode())[:-9],
            "d.warc": b"no archive\n",
            "e.xml": "<urlset/>",
        }
    )
    assert found(diagnosis, Kind.UNREADABLE) == ["b.zip!", "c.txt.gz!", "d.warc!", "e.xml"]
    assert (diagnosis.files, diagnosis.items, diagnosis.lost) == (5, 1, 3)


def test_a_file_without_permission(unprivileged: Path, encoder: Encoder) -> None:
    """A file that may not be read is named, and why; the others are read."""
    (unprivileged / "a.txt").write_text("Varn.")
    (unprivileged / "secret.txt").write_text("Varn.")
    (unprivileged / "secret.txt").chmod(0)
    diagnosis = doctor.diagnose([unprivileged], ReadOptions(), encoder, silent)
    (problem,) = diagnosis.problems
    assert str(problem).startswith("secret.txt: It cannot be read: Permission denied.")
    assert (diagnosis.files, diagnosis.items, diagnosis.lost) == (2, 1, 1)


def test_malformed_and_empty_records(examined: Examine) -> None:
    """A line that is no JSON is lost, an item without text is told, each with its line."""
    lines = (f'{{"text": "{STORY}", {DATED}}}', "{no", f'{{"text": " ", {DATED}}}')
    feed = "<rss version='2.0'><channel><item><guid>1</guid></item></channel></rss>"
    diagnosis = examined({"a.jsonl": "\n".join(lines), "feed.rss": feed})
    assert found(diagnosis, Kind.MALFORMED) == ["a.jsonl:2!"]
    assert found(diagnosis, Kind.EMPTY) == ["a.jsonl:3", "feed.rss#1"]


def test_dates(examined: Examine) -> None:
    """A future and an impossible date are told; items without a usable one are counted."""
    lines = [
        json.dumps({"text": f"{STORY}.", "date": date})
        for date in ("2025-05-06", "2999-01-01", "2025-02-30", None)
    ]
    diagnosis = examined({"a.jsonl": "\n".join(lines), "b.txt": f"{STORY}.\n{STORY}!"})
    assert found(diagnosis, Kind.DATE) == ["a.jsonl:2", "a.jsonl:3"]
    assert {name: (each.items, str(each.first)) for name, each in diagnosis.undated.items()} == {
        "a.jsonl": (3, "a.jsonl:2"),
        "b.txt": (2, "b.txt:1"),
    }


def test_encodings(examined: Examine) -> None:
    """What isn't text is lost; what is in another encoding is told where that first matters."""
    text = "Plain letters only.\nCafé Besançon, réélu à l'aube.\n"
    diagnosis = examined({"a.txt": text, "b.txt": text.encode("cp1252"), "c.txt": b"\0"})
    assert found(diagnosis, Kind.ENCODING) == ["b.txt:2!", "c.txt:1!"]
    row = f'text,date\n"{text.splitlines()[1]}",2025-05-06\n'
    diagnosis = examined(
        {"b.txt": text.encode("cp1252"), "d.csv": row.encode("cp1252")}, encoding="cp1252"
    )
    assert diagnosis.lost == 1  # c.txt is there still
    assert {path: (each.encoding, str(each.first)) for path, each in diagnosis.read_as.items()} == {
        "b.txt": ("cp1252", "b.txt:2")
    }
    (problem,) = [each for each in diagnosis.problems if not each.lost]
    assert str(problem).startswith("d.csv: It is no UTF-8 and was read as cp1252.")


def test_a_page_whose_letters_are_in_doubt(examined: Examine) -> None:
    """A page that declares another encoding than it is in is told."""
    page = f"<html><head><meta charset=ascii></head><body><p>{STORY} “soon”.</p></body></html>"
    diagnosis = examined({"a.html": page})
    assert found(diagnosis, Kind.ENCODING) == ["a.html"]


def test_what_is_longer_than_the_window(examined: Examine, encoder: Encoder) -> None:
    """It is told how an item is cut: at sentences, and inside one that is too long itself."""
    sentences = " ".join(f"{STORY}, for the {number}th time." for number in range(12))
    endless = f"{STORY} and " * 12
    diagnosis = examined({"a.txt": f"{STORY}.\n{sentences}\n{endless.strip()}\n"})
    policy = PassagePolicy.fitting(encoder.spec.max_pieces)
    at_sentences, inside = diagnosis.long
    assert [str(each.place) for each in diagnosis.long] == ["a.txt:2", "a.txt:3"]
    assert at_sentences.pieces == encoder.count_pieces([sentences])[0] > policy.window_pieces
    assert (at_sentences.broken, inside.broken) == (0, 1)
    assert at_sentences.passages > 1
    assert inside.passages > 1


def test_long_items_are_cut_as_a_rebuild_cuts_them(
    write_corpus: WriteCorpus, encoder: Encoder, tmp_path: Path
) -> None:
    """The passages that the doctor counts are those of the index."""
    corpus = write_corpus({"a.txt": " ".join(f"{STORY}, {n} times." for n in range(30))})
    (long,) = doctor.diagnose([corpus], ReadOptions(), encoder, silent).long
    build.rebuild([corpus], tmp_path / "index", encoder)
    store = PassageStore(open_current(tmp_path / "index").directory)
    assert len(store) == long.passages > 3
    store.close()


def test_identifiers_that_are_not_unique(examined: Examine) -> None:
    """Two items of one outlet with one id are told, with their places; of two outlets not."""
    lines = [
        json.dumps({"id": source_id, "text": f"{STORY}, {number} times.", "source": outlet})
        for number, (source_id, outlet) in enumerate([("a", "P"), ("b", "P"), ("a", "P")])
    ]
    other = json.dumps({"id": "b", "text": f"{STORY}.", "source": "Q"})
    diagnosis = examined({"a.jsonl": "\n".join(lines), "b.jsonl": other})
    (repeated,) = diagnosis.repeated
    assert repeated.source_id == "a"
    assert [str(place) for place in repeated.places] == ["a.jsonl:1", "a.jsonl:3"]


def test_near_copies(examined: Examine) -> None:
    """How much is printed more than once, in how many sets, and where the largest stands."""
    other = "Voters in Lindal chose a beekeeper as their mayor by drawing a pebble from a hat"
    diagnosis = examined({"a.txt": f"{STORY}.\n{other}.\n", "b.txt": STORY, "c.txt": f"{STORY}!"})
    copies = diagnosis.copies
    assert (copies.sets, copies.items) == (1, 3)
    assert [str(place) for place in copies.largest] == ["a.txt:1", "b.txt:1", "c.txt:1"]


def test_languages(examined: Examine) -> None:
    """What the source says counts, then what the text shows; what neither tells is unknown."""
    said = json.dumps({"text": f"{STORY}.", "language": "en-GB", "date": "2025-05-06"})
    diagnosis = examined({"a.jsonl": said, "b.txt": f"{STORY}.\n{GERMAN}\nVarn.\n{GERMAN}"})
    assert [(name, each.items, str(each.first)) for name, each in diagnosis.languages.items()] == [
        ("de", 2, "b.txt:2"),
        ("en-gb", 1, "a.jsonl:1"),
        ("en", 1, "b.txt:1"),
        (doctor.UNKNOWN, 1, "b.txt:3"),
    ]


def test_what_a_correction_replaces_does_not_count(examined: Examine) -> None:
    """The older version of a fetched item is left out, as a rebuild leaves it out."""
    item = {"feed": "f", "key": "k", "digest": "d", "text": f"{STORY}.", "date": "2025-05-06"}
    diagnosis = examined(
        {
            "fetched/1.json": json.dumps({**item, "supersedes": ""}),
            "fetched/2.json": json.dumps({**item, "supersedes": "1.json"}),
        }
    )
    assert (diagnosis.items, diagnosis.superseded) == (1, ("fetched/1.json",))
    assert diagnosis.copies.sets == 0


def test_the_index_is_no_part_of_the_corpus(
    write_corpus: WriteCorpus, encoder: Encoder, tmp_path: Path
) -> None:
    """An index that stands in the corpus is not read."""
    corpus = write_corpus({"a.txt": STORY})
    build.rebuild([corpus], corpus / "index", encoder)
    diagnosis = doctor.diagnose([corpus], ReadOptions(), encoder, silent, corpus / "index")
    assert (diagnosis.files, diagnosis.items, diagnosis.skipped) == (1, 1, ())
    with pytest.raises(CorpusNotFoundError):
        doctor.diagnose([tmp_path / "none"], ReadOptions(), encoder, silent)


def test_a_corpus_without_a_readable_item(examined: Examine) -> None:
    """Where nothing can be read at all, that is what is told."""
    diagnosis = examined({"a.zip": b"", "b.txt": "\n\n"})
    assert (diagnosis.files, diagnosis.items, diagnosis.lost) == (2, 0, 1)
    assert diagnosis.languages == {}


def test_every_format_is_examined(tmp_path: Path, encoder: Encoder) -> None:
    """Items are counted in every format; those without a date are known by their document."""
    formats_corpus.write(tmp_path)
    diagnosis = doctor.diagnose([tmp_path], ReadOptions(), encoder, silent)
    assert (diagnosis.problems, diagnosis.skipped) == ((), (formats_corpus.LEFT_OUT,))
    assert {name: str(each.first) for name, each in diagnosis.undated.items()} == {
        "ferry.txt": "ferry.txt:1",
        "night.zip!notes.txt": "night.zip!notes.txt:1",
        "choir.rss": "choir.rss#1",
    }
