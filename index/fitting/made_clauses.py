"""The clauses of a parsed sentence, and how each is said as a question (library: spaCy)."""

# spaCy's Cython classes are typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from index.fitting.made_phrases import is_vague, named, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from spacy.tokens import Doc, Token

NOMINAL: Final = frozenset({"NOUN", "PROPN", "NUM", "PRON", "SYM"})
MOST_SUBJECT_WORDS: Final = 9
MOST_PART_WORDS: Final = 12
CORE: Final = frozenset({"dobj", "dative", "prt", "attr", "acomp", "oprd", "xcomp"})
ADJUNCTS: Final = {"prep": 0.6, "agent": 0.8, "npadvmod": 0.5, "advmod": 0.15, "advcl": 0.0}
"""Parts that may be left out, and how often they are kept."""
REPORTING: Final = frozenset(
    {"say", "announce", "report", "confirm", "add", "note", "show", "reveal", "state", "find"}
)
OPENING_A_FACT: Final = frozenset({"when", "while", "after", "before", "as", "since", "because"})
UNSURE: Final = frozenset({"would", "could", "might", "should", "must", "'d", "’d", "ca", "wo"})
TURNING: Final = frozenset(
    {"not", "n't", "n’t", "never", "no", "almost", "nearly", "hardly"}
    | {"barely", "rarely", "allegedly", "reportedly", "neither", "nor", "few"}
)
FULL_FORMS: Final = {"'ve": "have", "’ve": "have", "'re": "are", "’re": "are", "'ll": "will"}
SINGULAR: Final = {"are": "is", "were": "was", "have": "has", "do": "does"}


@dataclass(frozen=True, slots=True)
class Clause:
    """A finite verb with its subject, its auxiliaries and the parts behind and before it."""

    verb: Token
    subject: Token
    auxiliaries: tuple[Token, ...]
    parts: tuple[Token, ...]
    fronted: tuple[Token, ...]
    relative: bool
    reports: bool

    @property
    def all_parts(self) -> tuple[Token, ...]:
        """Parts behind the verb, then those before the subject."""
        return (*self.parts, *self.fronted)

    @property
    def copula_without_complement(self) -> bool:
        """Whether the verb is "be" and nothing says what."""
        return self.verb.lemma_ == "be" and not any(
            part.dep_ in {"attr", "acomp", "oprd"} for part in self.parts
        )

    @property
    def of_things(self) -> bool:
        """Whether it is a relative clause that opens with "which"."""
        return any(c.lower_ == "which" for c in self.verb.children)

    def said(
        self, random: Random, without: Token | None = None, alike: str = "", keep: int = 0
    ) -> list[str] | None:
        """Say the parts but one, some adjuncts left out; None where a part can't be said.

        ``alike`` is the kind of an adjunct that is asked for: others of its kind go too. At least
        ``keep`` words must be left.
        """
        said: list[str] = []
        for part in self.all_parts:
            needed = part.dep_ in CORE or self._argument(part)
            drawn = random.random() < _kept_share(part)
            if part == without or (part.dep_ not in CORE and alike and _alike(part, alike)):
                continue
            if not needed and not drawn:
                continue
            text = phrase(part)
            if text is None or len(text.split()) > MOST_PART_WORDS:
                if needed:
                    return None
                continue
            if part in self.fronted:
                if not named(part) and not any(t.like_num for t in part.subtree):
                    continue
                text = text[:1].lower() + text[1:] if part.left_edge.pos_ == "ADP" else text
            said.append(text)
        return said if len(" ".join(said).split()) >= keep else None

    def _argument(self, part: Token) -> bool:
        """Say whether a part with a preposition stands first behind the verb, as its object."""
        if not self.parts or part != self.parts[0] or part.dep_ not in {"prep", "agent"}:
            return False
        return not _is_aside(part)

    def after_subject(self, rest: Sequence[str], *, plural: bool = False) -> str:
        """Say the verb and the rest as they follow their subject."""
        words = [_full(token) for token in (*self.auxiliaries, self.verb)]
        if not plural:
            words[0] = SINGULAR.get(words[0], words[0])
            if not self.auxiliaries and self.verb.tag_ == "VBP" and self.verb.lemma_ != "be":
                words[0] = _third_person(self.verb.lemma_)
        return " ".join([*words, *rest])

    def inverted(self, word: str, rest: Sequence[str] | None, verb: str = "") -> str:
        """Ask with a question word in front; empty where the subject doesn't stand alone."""
        if rest is None or is_vague(self.subject, self.verb):
            return ""
        subject = phrase(self.subject, self.verb)
        if subject is None or len(subject.split()) > MOST_SUBJECT_WORDS:
            return ""
        if verb:
            return " ".join([word, self._do(), subject, verb, *rest])
        if self.auxiliaries:
            first, *others = [_full(token) for token in (*self.auxiliaries, self.verb)]
            return " ".join([word, first, subject, *others, *rest])
        if self.verb.lemma_ == "be":
            return " ".join([word, _full(self.verb), subject, *rest])
        return " ".join([word, self._do(), subject, self.verb.lemma_, *rest])

    def _do(self) -> str:
        if self.auxiliaries or self.verb.tag_ == "VBD":
            return "did"
        return "does" if self.verb.tag_ == "VBZ" else "do"


def clauses(doc: Doc) -> Iterator[Clause]:
    """Find the clauses that state a fact and can be asked about."""
    for verb in doc:
        if verb.pos_ not in {"VERB", "AUX"} or verb.lemma_ == "do" or not _states(verb):
            continue
        children = list(verb.children)
        auxiliaries = tuple(c for c in children if c.dep_ in {"aux", "auxpass"} and c.i < verb.i)
        subject = _subject(verb)
        if subject is None or not _finite(verb, auxiliaries):
            continue
        parts = tuple(c for c in verb.rights if c.dep_ in CORE or c.dep_ in ADJUNCTS)
        if any(c.dep_ == "advcl" and _mark(c) in {"if", "unless"} for c in children):
            continue
        fronted = tuple(
            c for c in verb.lefts if c.dep_ in {"prep", "npadvmod", "advcl"} and c.i < subject.i
        )
        reports = any(c.dep_ == "ccomp" for c in children)
        relative = verb.dep_ == "relcl"
        yield Clause(verb, subject, auxiliaries, parts, fronted, relative, reports)


def _subject(verb: Token) -> Token | None:
    """Find the noun that a verb is said of: its own, the verb's before it, or who/which's."""
    children = list(verb.children)
    subject = next((c for c in children if c.dep_ in {"nsubj", "nsubjpass"}), None)
    if subject is None and verb.dep_ == "conj" and verb.head.pos_ in {"VERB", "AUX"}:
        subject = next((c for c in verb.head.children if c.dep_ == "nsubj"), None)
    if subject is None or any(c.dep_ == "expl" for c in children):
        return None
    if verb.dep_ == "relcl":
        bracketed = verb.left_edge.i > 0 and verb.left_edge.nbor(-1).text == "("
        if bracketed or subject.lower_ not in {"who", "which"} or not verb.head.ent_type_:
            return None
        subject = verb.head
    opening = subject.left_edge
    if opening.lower_ in TURNING or (opening.i and opening.nbor(-1).text in {":", "|", "•"}):
        return None
    return subject if subject.pos_ in {"NOUN", "PROPN"} else None


def _states(verb: Token) -> bool:
    """Say whether a verb's clause is stated, not denied, supposed, asked or wished."""
    if any(c.dep_ == "neg" or c.lower_ in TURNING for c in verb.children):
        return False
    if verb.dep_ in {"ROOT", "relcl"}:
        return True
    if verb.dep_ == "conj":
        return verb.head.pos_ in {"VERB", "AUX"} and verb.head.dep_ == "ROOT" and _states(verb.head)
    if verb.dep_ == "ccomp":
        reported = verb.head.lemma_ in REPORTING and _mark(verb) in {"", "that"}
        asking = any(c.tag_ in {"WP", "WRB", "WDT"} for c in verb.children)
        return reported and not asking and _states(verb.head)
    return verb.dep_ == "advcl" and _mark(verb) in OPENING_A_FACT


def _mark(verb: Token) -> str:
    return next((c.lower_ for c in verb.children if c.dep_ == "mark" or c.tag_ == "WRB"), "")


def _finite(verb: Token, auxiliaries: Sequence[Token]) -> bool:
    if any(a.lower_ in UNSURE or a.tag_ == "TO" for a in auxiliaries):
        return False
    if not auxiliaries:
        return verb.tag_ in {"VBD", "VBZ", "VBP"} and not verb.text.startswith(("'", "’"))
    if auxiliaries[0].tag_ in {"VB", "VBN", "VBG"}:
        return False
    return verb.tag_ in {"VB", "VBN", "VBG"}


def _kept_share(part: Token) -> float:
    """Say how often an adjunct is kept."""
    return 0.0 if _is_aside(part) else ADJUNCTS.get(part.dep_, 0.0)


def _is_aside(part: Token) -> bool:
    """Say whether a part is one like "in particular", "in part", "at all", "according to"."""
    inner = next((c for c in part.children if c.dep_ == "pobj"), None)
    hollow = part.dep_ == "prep" and inner is not None and inner.pos_ not in NOMINAL
    return hollow or any(t.lower_ in {"particular", "according"} for t in part.subtree)


def _alike(part: Token, kind: str) -> bool:
    """Say whether a part is a time (or a place) as the one that is asked for.

    A preposition left behind at the end ("meet with?") bears no adjunct before it.
    """
    if kind in {"who", "money"}:
        return True
    labels = {
        "when": {"DATE", "TIME"},
        "how long": {"DATE", "TIME"},
        "where": {"GPE", "LOC", "FAC"},
    }
    return any(token.ent_type_ in labels.get(kind, set()) for token in part.subtree)


def _full(token: Token) -> str:
    """Write an auxiliary in full."""
    if token.lower_ in {"'s", "’s"}:
        return "has" if token.head.tag_ == "VBN" and token.dep_ == "aux" else "is"
    return FULL_FORMS.get(token.lower_, token.lower_ if token.i == 0 else token.text)


def _third_person(lemma: str) -> str:
    if lemma.endswith(("s", "sh", "ch", "x", "z", "o")):
        return f"{lemma}es"
    if lemma.endswith("y") and lemma[-2:-1] not in set("aeiou"):
        return f"{lemma[:-1]}ies"
    return f"{lemma}s"
