"""Whether a question leans on what was asked before it, as it says too little by itself.

Closed word classes only: pronouns, demonstratives, adverbs of place and time, linking words, and
words that any event can be asked with. A question with a name or a topic of its own stands alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from index.questions.phrasing import parts_of, without_measure
from index.text.terms import fold, stems, terms

_ASKING: Final = "who|whom|whose|what|which|when|where|why|how"
_AUXILIARY: Final = (
    "am|is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|may|might|must"
    "|shall|should"
)
_PREPOSITION: Final = (
    "about|after|against|at|because of|before|behind|between|by|during|for|from|in|into|like|of|on"
    "|over|since|than|through|to|under|until|with|within|without"
)
_END: Final = r"\s*(?:[?.!,;]|$)"
_NOW: Final = (
    "week|weekend|month|year|season|quarter|decade|century|morning|afternoon|evening"
    "|spring|summer|autumn|fall|winter"
)
_EVENT: Final = (
    "accident|attack|bill|book|building|case|change|city|claim|club|company|country|crash|date|day"
    "|deal|decision|event|figure|film|fire|game|group|house|idea|incident|investigation|law|man"
    "|match|meeting|money|month|night|number|one|people|person|place|plan|plane|project|protest"
    "|race|region|report|ruling|sentence|ship|statement|storm|strike|summit|talk|team|time|town"
    "|trial|trip|village|visit|vote|war|way|week|woman|year"
)
"""What "that" before it points at; before any other word it may open a clause."""

_LETTER: Final = re.compile(r"[^\W\d_]")
_LINKED: Final = re.compile(
    r"^(?:(?:and|but|so|or|then|also|ok|okay|well|now)\b[\s,]*)+", re.IGNORECASE
)
_ABOUT: Final = re.compile(r"^(?:(?:what|how)\s+(?:about|of)|same\s+for)\b\s*", re.IGNORECASE)
_FULL: Final = re.compile(rf"(?:\w+\s+)?(?:{_ASKING}|{_AUXILIARY})\b|tell\b", re.IGNORECASE)
"""How a question begins that is more than a fragment: "in what year" does, too."""
_LEADING: Final = re.compile(rf"^(?:{_PREPOSITION})\s+", re.IGNORECASE)

_POINTS: Final = re.compile(
    rf"""
      \b(?:this|these)\b(?!\s+(?:{_NOW})\b)
    | \bthose\b(?!\s+(?:who|whose|that|which|of)\b)
    | \bthat(?:{_END})                                    # say that?
    | \b(?:{_PREPOSITION})\s+that\b                       # after that vote
    | ^(?:\w+\s+)?(?:is|was|did|does|has|will|would|can|could)\s+that\b   # was that before?
    | ^that\b
    | \bthat\s+(?:{_EVENT})s?\b                           # lost that match
    | \b(?<!is\s)(?<!are\s)(?<!was\s)(?<!were\s)(?<!been\s)(?<!be\s)there\b
      (?!\s+(?:is|are|was|were|will|would|has|have|had|any|an?|no|enough)\b)
    | \b(?:go|gone|been|going|happened?|live|living|lived|from|over|out)\s+there\b
    | \b(?:is|are|was|were)\s+there{_END}
    | \b(?:until|till|since|by|before|back)\s+then\b
    | \bthen{_END} | ^then\s+(?:{_ASKING})\b
    | \b(?:who|what|where|when|how|why|anyone|anything|anybody|somebody|someone|something
        |everyone|nothing)\s+else\b
    | \b(?:say|says|said|do|does|did|done|doing|think|thinks|thought|know|knows|knew)\s+so{_END}
    | ^why\s+(?:so|not|now|then|only|just)\b | ^how\s+(?:so|come)\b
    | \bhow\s+many\s+(?:{_AUXILIARY})\b                     # of what, is left out
    | \bhow\s+(?:many|much)\s+of\s+(?:them|it|those)\b
    | ^(?:which|what)\s+ones?\b | ^(?:tell\s+me|say|show\s+me|give\s+me|know|any|some)\s+more{_END}
    | \bthe\s+(?:same|latter|former|other\s+ones?|others)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PRONOUN: Final = re.compile(
    r"\b(?P<subject>he|she|they)\b|\b(?P<whose>his|her|hers|its|their|theirs)\b(?=\s+\w)"
    r"|\b(?P<object>him|her|them|it|hers|theirs)\b",
    re.IGNORECASE,
)
_NO_ONE_MEANT: Final = re.compile(
    # Is it true that … | what time is it | how long does it take to … | how hot was it in …
    r"\b(?:is|was|isn['’]?t|would|will)\s+it\s+(?:\w+ly\s+)?(?:be\s+)?"
    r"(?:true|possible|likely|unlikely|legal|illegal|safe|dangerous|right|wrong|worth|ok|okay|fair"
    r"|important|necessary|hard|easy|better|raining|snowing|going\s+to\s+(?:rain|snow)|the\s+case)\b"
    r"|\b(?:time|day|date)\s+is\s+it\b|\bit\s+(?:takes?|costs?)\s+(?:\w+\s+)?to\b"
    r"|\b(?:does|did|will|would)\s+it\s+(?:take|cost|mean)\s+(?:\w+\s+)?to\b"
    r"|\bhow\s+(?:hot|cold|warm|wet|windy|far)\s+(?:is|was|will)\s+it\b"
    r"|\bis\s+it\s+that\b",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(
    r"\b(?:that|because|if|when|while|whether|before|after|since|how|why|who|what|and|but)\b",
    re.IGNORECASE,
)
_INSIDE: Final = re.compile(
    r"|[ \-]|\s(?:of|de|du|von|van|der|la|el|al|bin)(?:\s(?:the|der|la))?\s"
)
"""What may stand between the parts of a name: nothing in 777X."""
_ANY_EVENT: Final = (
    "accused actually affected afterwards again already announce announced anybody anyone "
    "anything arrested attended await background began begin blamed broke called came caused "
    "causes charged claim come confirm cost date days dead deaths decide decided detail "
    "details die died discuss early end ended ever everyone exact exactly expect explain far "
    "first found happen happened happening happens hours hurt injured involved kill killed "
    "know known last late latest lead led left likely long lost mean means minutes month "
    "months more most much name named news next number old once opponent organise paid pay "
    "people person place plan planned react reaction really reason reopen respond response "
    "result results said say says second see soon source sources start started still stop "
    "stopped survive survived suspect suspects take taken thing things third time today told "
    "tomorrow true update updates victim victims win winner won work year years yesterday yet"
)
"""Words that any event can be asked with, and that tell no event from another."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a question leans: on the topic, or with ``instead`` of what the other question names."""

    instead: str = ""


def leaning(text: str) -> Leaning | None:
    """Tell how a question leans on the one before it; None where it stands alone."""
    if not _LETTER.search(text):
        return None
    first = " ".join(parts_of(text)[0].split())
    bare = _LINKED.sub("", first)
    about = _ABOUT.match(bare)
    linked = bare != first
    rest = bare[about.end() :] if about else bare
    if about or (linked and not _FULL.match(rest)):
        return Leaning(_another(rest, about=about is not None))
    if _POINTS.search(bare) or _points_to_nobody_here(bare) or not _own(bare):
        return Leaning()
    return None


def names_in(text: str) -> list[tuple[int, int]]:
    """Return where the names stand, of several words where these follow each other.

    A first word is taken for one only before another part of a name.
    """
    if text.isupper():
        return []
    first = re.search(r"\w", text)
    runs: list[tuple[int, int]] = []
    for term in terms(text):
        if not term.name:
            continue
        start, end = term.span.start, term.span.end
        if runs and _INSIDE.fullmatch(text[runs[-1][1] : start]):
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    if runs and first is not None and runs[0][0] == first.start():
        only = text[slice(*runs[0])]
        if only.istitle() and only.isalpha():
            runs.pop(0)
    return [(start, end) for start, end in runs if any(c.isalpha() for c in text[start:end])]


def _own(text: str) -> bool:
    """Whether a question has a topic of its own."""
    return bool(names_in(text)) or any(
        term.stem not in _any_event() for term in terms(without_measure(text))
    )


@cache
def _any_event() -> frozenset[str]:
    return frozenset(stems(_ANY_EVENT))


def _another(rest: str, *, about: bool) -> str:
    """Return what a fragment names in place of something: "in Spain" names Spain; "" for nothing.

    Without capitals only "what about" tells a name.
    """
    bare = _LEADING.sub("", rest).rstrip(" ?.!,;")
    opening = fold(bare.split(" ", 1)[0]) if bare else ""
    if not bare or opening in {"the", "a", "an", "his", "her", "its", "their"}:
        return ""
    if _PRONOUN.search(bare) or _POINTS.search(bare) or not terms(bare):
        return ""
    return bare if about or terms(bare)[0].name else ""


def _points_to_nobody_here(text: str) -> bool:
    """Whether a pronoun means nobody whom the question itself names before it."""
    names = names_in(text)
    skipped = [match.span() for match in _NO_ONE_MEANT.finditer(text)]
    for match in _PRONOUN.finditer(text):
        if any(start <= match.start() < end for start, end in skipped):
            continue
        if match.group() == "IT" and not text.isupper():
            continue
        before = [name for name in names if name[1] <= match.start()]
        if not before:
            return True
        # Of a clause's subject, "about it" and "hit him" cannot speak: that would be "itself".
        between = text[before[-1][1] : match.start()]
        if match["object"] and not _CLAUSE.search(between):
            return True
    return False
