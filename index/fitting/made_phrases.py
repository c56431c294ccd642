"""How a part of a parsed sentence is said by itself (library: spaCy)."""

# spaCy's Cython classes are typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from spacy.tokens import Token

NAMED: Final = frozenset(
    {"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW"}
)
OPEN_PRONOUNS: Final = frozenset(
    {"i", "we", "you", "he", "she", "it", "they", "me", "us", "him", "them", "my"}
    | {"our", "your", "his", "her", "its", "their", "this", "that", "these", "those"}
    | {"there", "here", "ours", "theirs", "one", "ones", "himself", "herself", "itself"}
    | {"themselves", "who", "which", "what", "such", "so", "another", "other", "others"}
    | {"latter", "former", "both"}
)


def phrase(head: Token, leave: Token | None = None) -> str | None:
    """Say a part without what hangs on it behind a comma; None where it needs its context."""
    kept = _kept(head, leave)
    if not kept or any(_needs_context(token) for token in kept):
        return None
    if kept[0].i and kept[0].nbor(-1).text in {"'", "‘", '"', "“"}:
        return None
    if "-" in {kept[0].nbor(-1).text if kept[0].i else "", _after(kept[-1])}:
        return None  # half of a compound
    said = ""
    for token, after in zip(kept, [*kept[1:], None], strict=True):
        gap = after is not None and after.i != token.i + 1
        if token.text == "," and gap:
            said = said.rstrip() + " "
            continue
        opening = token.i == 0 and (
            token.pos_ == "DET" or not (token.ent_type_ in NAMED or token.pos_ == "PROPN")
        )
        text = token.lower_ if opening else token.text
        said += text + (" " if gap else token.whitespace_)
    return " ".join(said.split())


def named(head: Token, leave: Token | None = None) -> bool:
    """Say whether a name stands in a part, as it is said."""
    return any(token.ent_type_ in NAMED for token in _kept(head, leave))


def is_vague(subject: Token, leave: Token | None = None) -> bool:
    """Say whether a subject names nothing by itself: the company, the plan, officials."""
    if named(subject, leave) and subject.ent_type_ not in {"DATE", "TIME", "CARDINAL"}:
        return False
    words = [
        token for token in _kept(subject, leave) if token.pos_ in {"NOUN", "ADJ", "PROPN", "NUM"}
    ]
    return len(words) < 2


def _kept(head: Token, leave: Token | None) -> list[Token]:
    dropped: set[int] = set()
    for token in head.subtree:
        hanging = token.dep_ == "parataxis" or (
            token.dep_ in {"relcl", "appos", "acl", "advcl", "prep"}
            and token.left_edge.i > 0
            and token.left_edge.nbor(-1).is_punct
        )
        if token != head and (hanging or token == leave):
            dropped |= {each.i for each in token.subtree}
    kept = [token for token in head.subtree if token.i not in dropped]
    while kept and kept[-1].is_punct:
        kept.pop()
    while kept and kept[0].is_punct:
        kept.pop(0)
    return kept


def _after(token: Token) -> str:
    return token.nbor(1).text if token.i + 1 < len(token.doc) else ""


def _needs_context(token: Token) -> bool:
    if token.lower_ not in OPEN_PRONOUNS:
        return False
    # "that" may open a clause, "one" may count, "other" may go with a noun that says all.
    return not (token.dep_ in {"mark", "nummod"} or (token.lower_ == "one" and token.ent_type_))
