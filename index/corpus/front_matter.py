"""What stands at the head of a Markdown file about it (libraries: python-frontmatter, tomllib).

YAML between lines of ``---``, or TOML between lines of ``+++``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from index.corpus.fields import as_object

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_CHARS: Final = 10_000

_YAML: Final = "---"
_TOML: Final = "+++"
_YAML_ENDS: Final = (_YAML, "...")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Its fields, and how many lines it takes.

    ``fault`` says why it can't be read, ``line`` where, from 1 in the document.
    """

    fields: Mapping[str, object]
    lines: int = 0
    fault: str = ""
    line: int = 0


def read(lines: Sequence[str]) -> FrontMatter:
    """Read the front matter of a document's lines; what is no fields by name is a part of it."""
    nothing = FrontMatter({})
    fence = lines[0].rstrip() if lines else ""
    end = _end(lines, fence)
    if end is None:
        return nothing
    text = "\n".join(lines[1:end])
    if len(text) > MAX_CHARS:
        fault = f"Its front matter is longer than {MAX_CHARS:,} characters, and is not read."
        return FrontMatter({}, end + 1, fault, 1)
    try:
        value = _yaml(text) if fence == _YAML else tomllib.loads(text)
    except Exception as error:  # noqa: BLE001  a scalar that is none breaks PyYAML in many ways
        said = getattr(error, "problem", None) or str(error).split("\n")[0]
        mark = getattr(error, "problem_mark", None)
        line = 2 + mark.line if mark else 1
        return FrontMatter({}, end + 1, f"Its front matter cannot be read: {said}.", line)
    fields = as_object({} if value is None else value)
    return nothing if fields is None else FrontMatter(fields, end + 1)


def _end(lines: Sequence[str], fence: str) -> int | None:
    ends = {_YAML: _YAML_ENDS, _TOML: (_TOML,)}.get(fence, ())
    return next(
        (number for number, line in enumerate(lines) if number and line.rstrip() in ends), None
    )


def _yaml(text: str) -> object:
    """Parse YAML in Python: what is nested deep ends the process in the parser that is in C."""
    from frontmatter.default_handlers import YAMLHandler
    from yaml import SafeLoader

    if "<<" in text:
        # A few lines of them can stand for gigabytes.
        message = "merge keys are not read"
        raise ValueError(message)
    return cast("Any", YAMLHandler()).load(text, Loader=SafeLoader)
