"""`newsquote doctor`: a line for each finding, one JSON document, an exit code that scripts use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from index.cli import app
from index.commands.doctor_command import SHOWN
from index.encoders.runtime import precision
from index.threads import cores

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

    from indexed import WriteCorpus

STORY = (
    "The harbour of Varn was closed on Monday after a barge had struck the north quay, and"
    " ferries to the islands will leave from Lindal until the divers have looked at it"
)
SICK = {
    "a.jsonl": "\n".join(
        (
            json.dumps({"id": 7, "text": f"{STORY}.", "date": "2999-01-01", "source": "P"}),
            json.dumps({"id": 7, "text": f"{STORY}!", "date": "2025-05-06", "source": "P"}),
            "{no",
            json.dumps({"title": "Nothing", "text": "", "date": "2025-05-06"}),
        )
    ),
    "b.txt": "Café Besançon, réélu à l'aube.".encode("cp1252"),
    "c.zip": b"no archive",
    "d.png": b"\x89PNG",
    "e.txt": " ".join(f"{STORY}, for the {n}th time." for n in range(9)) + f"\n{STORY} " * 9,
}


def run(*arguments: object) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["doctor", *map(str, arguments)])


def test_findings_for_a_reader(write_corpus: WriteCorpus) -> None:
    """Under a title for each kind, what was found begins with its file and line."""
    result = run(write_corpus(SICK))
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0] == "12 items in 4 files."
    told: dict[str, list[str]] = {}
    for line in lines[1:]:
        if line.startswith("  "):
            told[next(reversed(told))].append(line.strip())
        else:
            told[line] = []
    assert [line.partition(". ")[0] for line in told["Cannot be read, and lost (1):"]] == [
        "c.zip: It cannot be unpacked (File is not a zip file)"
    ]
    (malformed,) = told["Malformed, and lost (1):"]
    assert malformed.startswith("a.jsonl:3: The line is no JSON: ")
    (encoding,) = told["Encoding in doubt, and lost (1):"]
    assert encoding.startswith("b.txt:1: Byte 3 is not utf-8 text. ")
    assert told["Without text (1):"] == ["a.jsonl:4: The record has no text."]
    assert told["Date in doubt (1):"] == ["a.jsonl:1: The date '2999-01-01' is in the future."]
    assert told["Left out, of no known kind (1):"] == ["d.png"]
    assert told["Without a date (2):"] == [
        "e.txt: 10 items, the first at e.txt:1",
        "a.jsonl: 1 item, the first at a.jsonl:1",
    ]
    (long,) = told["Longer than the model's window, and cut at sentences (1):"]
    assert long.startswith("e.txt:1: ")
    assert long.endswith(" passages")
    assert told["Identifiers that several items have (1):"] == ["7: a.jsonl:1, a.jsonl:2"]
    assert (
        "Near copies: 11 items in 1 set (92% of all). Largest: a.jsonl:1, a.jsonl:2, e.txt:2"
        in (next(line for line in told if line.startswith("Near copies")))
    )
    assert told["Languages (1):"] == ["en: 12 items, the first at a.jsonl:1"]


def test_findings_as_json(write_corpus: WriteCorpus) -> None:
    """The document has all of it, each place as a quote's is written."""
    result = run(write_corpus(SICK), "--json")
    found = json.loads(result.stdout)
    assert (found["files"], found["items"], found["lost"]) == (4, 12, 3)
    assert {
        (each["kind"], each["path"], each["line"], each["lost"]) for each in found["problems"]
    } == {
        ("date", "a.jsonl", 1, False),
        ("malformed", "a.jsonl", 3, True),
        ("empty", "a.jsonl", 4, False),
        ("encoding", "b.txt", 1, True),
        ("unreadable", "c.zip", None, True),
    }
    assert (found["skipped"], found["superseded"], found["read_as"]) == (["d.png"], [], {})
    assert found["undated"]["a.jsonl"] == {"items": 1, "first": "a.jsonl:1"}
    assert found["languages"] == {"en": {"items": 12, "first": "a.jsonl:1"}}
    assert found["repeated_ids"] == [{"id": "7", "places": ["a.jsonl:1", "a.jsonl:2"]}]
    (long,) = found["long"]
    assert set(long) == {"place", "pieces", "passages", "broken_sentences"}
    assert set(found["copies"]) == {"sets", "items", "largest"}


def test_strict_tells_a_script(write_corpus: WriteCorpus, tmp_path: Path) -> None:
    """Exit code 4 says that something is lost; a doubt alone is no reason for it."""
    corpus = write_corpus({"a.txt": STORY, "b.xml": "<urlset/>"})
    assert run(corpus, "--strict").exit_code == 0
    (corpus / "c.zip").write_bytes(b"no archive")
    assert run(corpus, "--strict").exit_code == 4
    assert run(corpus).exit_code == 0
    missing = run(tmp_path / "none", "--json")
    assert missing.exit_code == 4
    assert json.loads(missing.stdout)["error"]["kind"] == "CorpusNotFoundError"


def test_another_encoding_is_told(write_corpus: WriteCorpus) -> None:
    """Files that are read in the encoding that was named are listed with where it matters."""
    corpus = write_corpus({"b.txt": "Plain.\nCafé Besançon.".encode("cp1252")})
    result = run(corpus, "--encoding", "cp1252")
    assert "Not UTF-8 (1):\n  b.txt:2: cp1252\n" in result.stdout


def test_fields_can_be_mapped(write_corpus: WriteCorpus) -> None:
    """A field that is not known as the text is told, and read where it is mapped."""
    corpus = write_corpus({"a.jsonl": json.dumps({"quux": STORY, "date": "2025-05-06"})})
    lost = run(corpus, "--strict")
    assert (lost.exit_code, "--map text=FIELD" in lost.stdout) == (4, True)
    assert run(corpus, "--strict", "--map", "text=quux").exit_code == 0


def test_a_long_list_is_cut_short(write_corpus: WriteCorpus) -> None:
    """Of very many findings of one kind the first are printed; JSON has all."""
    count = SHOWN + 5
    corpus = write_corpus({"a.jsonl": "\n".join([json.dumps({"text": STORY}), *["{no"] * count])})
    result = run(corpus)
    assert f"Malformed, and lost ({count}):" in result.stdout
    assert "  … and 5 more (--json has all)" in result.stdout
    assert len(json.loads(run(corpus, "--json").stdout)["problems"]) == count


def test_control_characters_do_not_reach_the_terminal(write_corpus: WriteCorpus) -> None:
    """What a file says of itself cannot move the cursor."""
    record = json.dumps({"id": "\x1b[2J7", "text": f"{STORY}.", "date": "\x1b[2J"})
    result = run(write_corpus({"a.jsonl": f"{record}\n{record}"}))
    assert "\x1b" not in result.stdout
    assert "a.jsonl:1" in result.stdout


def test_the_path_that_vectors_take_is_named(write_corpus: WriteCorpus) -> None:
    """What computes them, where, how exactly, and on how many threads."""
    corpus = write_corpus({"a.txt": f"{STORY}."})
    told = (
        f"OpenVINO on the CPU, in {precision()}, a question's weights in 8 bits; threads: 1 for a"
        f" question, {cores()} for a build"
    )
    assert run(corpus).stdout.splitlines()[-1] == f"Vectors by {told}."
    assert json.loads(run(corpus, "--json").stdout)["runtime"] == told
