"""Whether a sentence points back, so that it needs the one before it to be understood or true.

Closed word classes only: pronouns, demonstratives, correlatives, a few linking words. What is
true by itself does not point back: "But Kim stayed." stands alone, "But he stayed." doesn't.
"""

from __future__ import annotations

import re
from typing import Final

from index.text.denying import denies_what_was_said

POINTING_BACK: Final = frozenset(
    {"he", "she", "it", "they", "his", "her", "its", "their", "him", "them"}
    | {"this", "that", "these", "those"}
)
"""The third person and the demonstratives: a closed class."""

_LINK: Final = (
    "and|but|yet|still|however|so|then|also|instead|meanwhile|moreover|furthermore|besides"
    "|nevertheless|nonetheless|therefore|thus|hence|likewise|similarly"
)
"""What may stand before the word that tells, and says nothing about where it points."""
_AUXILIARY: Final = (
    "am|is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|may|might|must"
    "|shall|should"
)
_PREPOSITION: Final = (
    "about|after|against|among|amongst|at|before|behind|below|between|beyond|by|despite|during"
    "|following|for|from|in|inside|like|of|on|over|since|through|to|under|unlike|until|upon|with"
    "|within|without"
)
_NOW: Final = (
    "week|weekend|month|year|season|quarter|decade|century|morning|afternoon|evening"
    "|spring|summer|autumn|fall|winter"
)
"""What "this" measures from the day of writing: "This year" points to no sentence."""
_OPENING: Final = re.compile(
    rf"""[\s"'“”‘’(\[–—-]*(?:(?:{_LINK})\b,?\s+)?(?:
      (?!this\s+(?:{_NOW})\b | those\s+(?:who|whose|that|which)\b)
      (?P<pronoun>{"|".join(sorted(POINTING_BACK))})(?![\w-])
    | (?:{_PREPOSITION})\s+(?!this\s+(?:{_NOW})\b | those\s+(?:who|whose|that|which)\b)
      (?:this|that|these|those|them)(?![\w-])
    | such\b
    | the\s+(?:latter|others|same)\b
    | (?:both|neither|either)\s++(?:(?:{_AUXILIARY}|of)\b | (?!.*?\s(?:and|or|nor)\s))
    | so\s+(?:{_AUXILIARY})\b
    | nor\b | or\b | otherwise\b | if\s+(?:so|not)\b | (?:yes|no|there)[,.!]
    | which\b(?!.*\?)
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_SAID_BY_PRONOUN: Final = re.compile(
    r"""[,?!–—-]["”],?\s+(?:he|she|they)\s"""
    r"""|,["”]?\s+(?:he|she|they)\s(?:said|says|added|adds|told|wrote|asked)\b""",
    re.IGNORECASE,
)
"""“We won,” he said: the speaker is a pronoun, and the quotation can't be whom it means."""


def points_back(sentence: str) -> bool:
    """Say whether a sentence needs the one before it: for who, for what, or for what is denied."""
    opening = _OPENING.match(sentence)
    if opening is not None:
        pronoun = opening["pronoun"]
        # IT is no pronoun where not everything is in capitals.
        if pronoun is None or not pronoun.isupper() or sentence.isupper():
            return True
    return _SAID_BY_PRONOUN.search(sentence) is not None or denies_what_was_said(sentence)
