"""Every library that newsquote installs has a licence that lets anybody use it."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

PERMISSIVE = re.compile(
    r"\b(?:MIT|0?BSD|Apache|ISC|PSF|Python Software Foundation|Zlib|CC0|BSL-1\.0|Unlicense"
    r"|MPL|Mozilla)\b"  # MPL binds changes of its own files alone, and none is changed here
)
TOLD_ELSEWHERE = {"locate": "MIT"}
"""What the metadata does not say, and the file of the licence does."""


def licence(found: Distribution) -> str:
    """Return what a distribution says of its licence, the newest way of saying it first."""
    told = [(str(key), str(value)) for key, value in found.metadata.items()]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType, reportUnknownArgumentType]  # an email.Message
    for key, start in (("License-Expression", ""), ("Classifier", "License"), ("License", "")):
        said = [value for name, value in told if name == key and value.startswith(start)]
        if said:
            return "; ".join(said).partition("\n")[0]
    return ""


def needed(name: str, found: dict[str, str]) -> None:
    """Put a distribution and all that it needs here into ``found``, by name."""
    try:
        dist = distribution(name)
    except PackageNotFoundError:  # of another platform
        return
    if name in found:
        return
    found[name] = licence(dist)
    for line in dist.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            needed(re.sub(r"[-_.]+", "-", requirement.name).lower(), found)


def test_all_are_permissive() -> None:
    """Of newsquote itself and everything below it; what says nothing is looked up by hand."""
    found: dict[str, str] = {}
    needed("newsquote", found)
    needed("pymilvus", found)  # newsquote[milvus]
    assert len(found) > 40
    doubtful = {
        name: said
        for name, said in found.items()
        if not PERMISSIVE.search(TOLD_ELSEWHERE.get(name, said))
        or ("GPL" in said and " OR " not in said)
    }
    assert doubtful == {}
