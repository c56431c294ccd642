"""Whether a sentence denies, and whether what it denies was said before it."""

from __future__ import annotations

import re
from typing import Final

_DENIED: Final = (
    r"(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|disput(?:es?|ed|ing)|refut(?:es?|ed|ing)"
    r"|dismiss(?:es|ed|ing)?|contradict(?:s|ed|ing)?|debunk(?:s|ed|ing)?"
    r"|retract(?:s|ed|ing)?|correct(?:s|ed|ing)|withdr(?:aws?|ew|awn|awing))"
)
"""The verbs that deny what was said, or take it back."""
_TRUE: Final = "(?:true|correct|accurate|so|the case)"
_FALSE: Final = (
    "(?:false|untrue|wrong|incorrect|inaccurate|baseless|unfounded|an? (?:lie|hoax|mistake)"
    rf"|not {_TRUE})"
)
_SAYING: Final = (
    r"(?:claim|report|allegation|accusation|charge|statement|account|rumou?r|suggestion|assertion"
    r"|article)s?|stor(?:y|ies)|wrongdoing"
)
"""What can be denied: the nouns of saying."""
_SAID: Final = (
    r"(?:it|this|that|them|these|those|(?:having )?d(?:oing|one) so|wrongdoing"
    rf"|(?:the|this|that|these|those|such|all|any|both|his|her|its|their) (?:\w+ )?(?:{_SAYING}))"
)
"""How a sentence names what was said before it."""
_END: Final = (
    r"""(?=\s*(?:[.,;:!?"”)–—]|$)"""
    r"|\s(?:against|by|on|in|at|as|and|but|when|while|after|last|\w+ly)\b)"
)
"""Where the object ends: in "denied it had lied" the pronoun opens a clause of its own."""
_TO: Final = rf"(?:{_END}|(?= to\b))"
_BE: Final = "(?:is|are|was|were|be|been|being|proved|proven|turned out)"
_START: Final = r"""^["“(]*(?:(?:but|however|yet|and|still),? )?"""

_SIGNS: Final = (
    *("deni", "deny", "reject", "disput", "refut", "dismiss", "contradict", "debunk", "retract"),
    *("correct", "withdr", "false", "true", "wrong", "accurate", "baseless", "unfounded", "a lie"),
    *("hoax", "mistake", " not", "n't", "n’t", "never"),
)
"""Without one of these there is no denial; looking for them is much faster than matching."""
_REPLIES: Final = re.compile(
    # He denied it. | The firm rejects the claim. | Lee called that a lie.
    rf"\b{_DENIED} {_SAID}{_TO}"
    rf"|\b(?:call(?:s|ed)?|said|says) {_SAID} (?:is |was |were )?(?:\w+ly )?{_FALSE}{_END}"
    # That is not true. | The claim was later retracted. | It turned out to be wrong.
    rf"|{_START}(?:they|{_SAID})(?: \w+){{0,2}}?(?: {_BE}|['’]s)"
    rf"(?: \w+){{0,3}}? (?:{_FALSE}|{_DENIED}){_END}"
    rf"|{_START}{_SAID} (?:is|are|was|were)n['’]t {_TRUE}{_END}"
    # He did not. | It never happened.
    rf"|{_START}(?:he|she|it|they|this|that)"
    r"(?: (?:did|do|does|was|were|is|are|has|have|had|will|would)(?: not|n['’]t)| never \w+)"
    r"\s*[.,!]",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(r"[,;]\s(?:but|though|although|while|which)\b", re.IGNORECASE)
_NEAR: Final = 120
"""A reply begins within so many characters, and in the first clause of its kind.

Further on, and after "but", what is denied stands in the sentence itself. Set by hand.
"""
_NEGATES: Final = re.compile(
    rf"\b(?:not|no|never|neither|nor|none|nobody|nothing|without|cannot|un(?:true|founded)|false"
    rf"|{_DENIED})\b|n['’]t\b",
    re.IGNORECASE,
)


def denies_what_was_said(sentence: str) -> bool:
    """Say whether a sentence denies what stands before it, without repeating what that is.

    "He denied it." and "The claim was false." do; "He denied that he had lied." says itself what.
    """
    lower = sentence.lower()
    if not any(sign in lower for sign in _SIGNS):
        return False
    reply = _REPLIES.search(sentence)
    if reply is None or reply.start() > _NEAR:
        return False
    return _CLAUSE.search(sentence, 0, reply.start()) is None


def negates(text: str) -> bool:
    """Say whether a text has a word of negation or denial."""
    return _NEGATES.search(text) is not None
