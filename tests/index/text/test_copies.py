"""Which items are copies of one another, and whether a quote stands in both."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.copies import SIGNATURE, grouped, signature, standing_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexed import RunPython

VOCABULARY = [
    first + second
    for first in ("ba", "co", "di", "fu", "ge", "lo", "mi", "nu", "pa", "ro", "se", "ti")
    for second in ("bar", "cor", "den", "fin", "gul", "las", "mon", "net", "por", "ril", "sun")
]

SIGNED = "364afa66a3f8b4bbf6b83344b418c11bb812eecef772e92fd5a9ecae2171fe46"
"""What two texts' signatures hash to; signatures of another kind need another schema version."""


def article(seed: int, sentences: int = 24) -> list[str]:
    """Write sentences of ten words, drawn at random."""
    drawn = random.Random(seed)
    return [" ".join(drawn.choices(VOCABULARY, k=10)).capitalize() + "." for _ in range(sentences)]


def groups(*texts: str) -> list[int | None]:
    """Sign texts and group them."""
    return grouped(np.stack([signature(text) for text in texts]))


def with_other_number(sentences: Sequence[str]) -> list[str]:
    """Change one word of the middle into a number."""
    middle = len(sentences) // 2
    words = sentences[middle].split()
    return [*sentences[:middle], " ".join(["41", *words[1:]]), *sentences[middle + 1 :]]


EDITS: dict[str, Callable[[list[str]], list[str]]] = {
    "byline": lambda told: ["By Jane Smith in London for The Courier, 12 May 2024.", *told],
    "dateline and credit": lambda told: ["LONDON (AP) -", *told, "Our staff in Paris helped."],
    "headline": lambda told: ["Ministers told to think again after a week of talks", *told],
    "last quarter cut": lambda told: told[:18],
    "first half only": lambda told: told[:12],
    "first ninety words only": lambda told: told[:9],
    "a sentence less": lambda told: [*told[:7], *told[8:]],
    "another number": with_other_number,
    "upper case": lambda told: [sentence.upper() for sentence in told],
    "wrapped": lambda told: ["\n".join(" ".join(told).split())],
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_an_outlet_changes_leaves_a_copy(edit: str) -> None:
    """Each edit of a long article is found among articles that have nothing to do with it."""
    for seed in range(10):
        others = [" ".join(article(100 + i)) for i in range(5)]
        told = article(seed)
        assert groups(" ".join(told), *others, " ".join(EDITS[edit](told))) == [
            0,
            *([None] * 5),
            0,
        ]


def test_articles_that_share_half_are_no_copies() -> None:
    """Later news with the old background below it is news."""
    background = article(1, 12)
    assert groups(
        " ".join([*article(2, 12), *background]), " ".join([*article(3, 12), *background])
    ) == [None, None]


def test_a_form_filled_in_is_no_copy() -> None:
    """Reports that differ in their names and numbers only are each a report of their own."""
    form = (
        "{} scored twice as {} beat {} {} in front of a crowd of {} on Saturday night. The"
        " visitors had taken the lead through {} after {} minutes."
    )
    filled = [
        form.format("Ann Bell", "Town", "United", "3-1", "12,400", "Kurt Weil", "12"),
        form.format("Max Opitz", "Rovers", "City", "2-0", "9,310", "Leo Falk", "47"),
        form.format("Jo Lind", "Athletic", "Rangers", "4-3", "31,072", "Sven Aho", "9"),
    ]
    assert groups(*filled) == [None] * 3


def test_a_line_with_another_number_at_its_end_is_no_copy() -> None:
    """A word at the edge of a text counts as much as one inside."""
    line = "The agency said on Tuesday that the number of people killed in the floods rose to {}"
    assert groups(line.format(50), line.format(70)) == [None, None]


def test_short_texts_are_copies_only_where_they_read_the_same() -> None:
    """Case, accents and white space apart; a sign or a currency counts."""
    assert groups("Émile won.", "emile  WON", "Emile won 2.", "Emile won -2.") == [0, 0, None, None]
    assert groups("Profit: $5m", "Profit: €5m", "Profit: $5m") == [0, None, 0]
    assert groups("", "—", "", "\n") == [0, None, 0, 0]


def test_accents_written_apart_make_no_other_text() -> None:
    """One outlet's system writes é as one character, another's as two."""
    told = " ".join(article(1, 3))
    one, two = told.replace("e", "\u00e9"), told.replace("e", "e\u0301")
    assert np.array_equal(signature(one), signature(two))


def test_text_without_spaces_is_read_by_characters() -> None:
    """A Chinese article and its shortened copy; another one is no copy."""
    drawn = random.Random(1)
    told = "".join(chr(drawn.randrange(0x4E00, 0x9FFF)) for _ in range(300))
    other = "".join(chr(drawn.randrange(0x4E00, 0x9FFF)) for _ in range(300))
    assert groups(told, other, told[:180]) == [0, None, 0]


def test_small_changes_do_not_chain() -> None:
    """Each text is nearly the one before it; the last has nothing of the first."""
    told, chain = article(1), list[str]()
    for i, sentence in enumerate([*article(2), "Done."]):
        chain.append(" ".join(told))
        told = [*told[:i], sentence, *told[i + 1 :]]
    found = groups(*chain)
    assert found[0] == found[2] == 0
    assert found[-1] not in {0, None}
    signatures = [signature(text).reshape(2, -1) for text in chain]
    for row, first in enumerate(found):
        if first is not None:
            shared = (signatures[row] == signatures[first]).mean(axis=1)
            assert shared.max() >= 0.7
            assert found[first] == first <= row


def test_an_item_joins_the_set_it_shares_most_with() -> None:
    """Of two sets that are near enough, the nearer one, though it comes later."""
    told, other = article(1, 30), article(2, 30)
    far = [other[i] if i in {2, 13, 20} else told[i] for i in range(30)]
    near = [other[i] if i in {6, 25} else told[i] for i in range(30)]
    assert groups(*(" ".join(each) for each in (far, told))) == [0, 0]
    assert groups(*(" ".join(each) for each in (far, near, told))) == [None, 1, 1]


@given(st.lists(st.sampled_from(["a b", "A  b", "c", *(" ".join(article(i)) for i in range(3))])))
def test_equal_texts_are_in_one_set_and_others_in_none(texts: list[str]) -> None:
    """The set is named by its first item, in input order."""
    same = [" ".join(text.split()).casefold() for text in texts]
    expected = [same.index(text) if same.count(text) > 1 else None for text in same]
    signatures = np.array([signature(text) for text in texts], np.uint32).reshape(-1, SIGNATURE)
    assert grouped(signatures) == expected


@given(st.text(st.characters(), max_size=300))
def test_any_text_can_be_signed(text: str) -> None:
    """Half a surrogate pair, marks alone, controls: the signature is as long as any."""
    assert signature(text).shape == (SIGNATURE,)
    assert signature(text).dtype == np.uint32


def test_signatures_are_the_same_in_every_process(run_python: RunPython) -> None:
    """Strings hash differently from process to process; signatures, which are kept, don't."""
    program = (
        "import hashlib; from index.text.copies import signature;"
        "texts = ('Rain.', 'Rain fell on three towns. ' * 99);"
        "print(hashlib.sha256(b''.join(signature(t).tobytes() for t in texts)).hexdigest())"
    )
    for seed in ("1", "2"):
        done = run_python(program, PYTHONHASHSEED=seed)
        assert done.stdout.strip() == SIGNED, done.stderr


def test_thousands_of_one_form_take_no_time() -> None:
    """Three thousand near misses, which would be compared each with each, and their copies."""
    drawn = random.Random(1)
    form = "The agency said on {} that the number of people killed in the floods had risen to {} {}"
    texts = [
        form.format(drawn.choice(VOCABULARY), drawn.randrange(10**6), drawn.choice(VOCABULARY))
        for _ in range(3_000)
    ]
    signatures = np.stack([signature(text) for text in [*texts, *texts]])
    started = time.process_time()
    found = grouped(signatures)
    assert time.process_time() - started < 10
    assert all(first is not None for first in found)
    assert all(found[i] == found[i + 3_000] for i in range(3_000))


@pytest.mark.parametrize(
    "text",
    [
        "Smith resigned on Monday.",
        "He was ill. Smith resigned on Monday. She stays.",
        "LONDON (Reuters) - Smith resigned\n   on\u00a0Monday.",
        "“Smith resigned on Monday.”",
        "Change at the top\n\nSmith resigned on Monday.",
    ],
)
def test_a_quote_stands_where_its_sentence_does(text: str) -> None:
    """White space apart, at the start of a sentence."""
    assert standing_in("Smith resigned\non Monday.", [text]) == [True]


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("Smith resigned on Monday.", "Smith resigned on Tuesday."),
        ("Smith resigned on Monday.", "smith resigned on Monday."),
        ("Smith resigned on Monday.", "It is not true that Smith resigned on Monday."),
        ("Smith resigned on Monday.", "It is not true that\nSmith resigned on Monday."),
        ("Smith resigned on Monday.", "Had he known, Smith resigned on Monday."),
        ("Smith resigned on Monday.", "Goldsmith resigned on Monday."),
        ("Sales rose to 5.", "Sales rose to 5.2 million."),
        ("Sales rose to 5", "Sales rose to 50"),
        ("Sales rose to 5", "Sales rose to 5.2 million"),
        ("Sales rose to 5", "Sales rose to 5,000"),
        ("Sales rose to 5", "Sales rose to 5%"),
        ("Sales rose to 5", "Sales rose to 5 million"),
        ("5 people died.", "1.5 people died."),
        ("5 people died.", "-5 people died."),
        ("", "Anything."),
        (" \n", "Anything."),
    ],
)
def test_a_quote_does_not_stand_where_more_or_less_is_said(quote: str, text: str) -> None:
    """Another word, case or figure, or a sentence that goes on."""
    assert standing_in(quote, [text]) == [False]


def test_words_without_a_full_stop_stand_at_an_end() -> None:
    """A headline is a line of its own, or a sentence of the other outlet's."""
    quote = "Sales rise in May"
    texts = [quote, f"{quote}\n\nThe figures", f"{quote}. The figures", f"{quote}\nand June", ""]
    assert standing_in(quote, texts) == [True, True, True, False, False]


def test_a_second_place_counts() -> None:
    """Where the words stand twice, one whole sentence is enough."""
    text = "It is not true that Smith resigned. So he said. Smith resigned."
    assert standing_in("Smith resigned.", [text]) == [True]


def test_chinese_sentences_have_no_space_between() -> None:
    """The full stop is enough."""
    assert standing_in("他辞职了。", ["昨天下雨。他辞职了。她留任。", "他辞职"]) == [True, False]


@given(st.text(), st.text(), st.text())
def test_a_quote_stands_only_where_its_words_do(quote: str, before: str, after: str) -> None:
    """Whatever the characters; and a text stands in itself."""
    text = before + quote + after
    folded = " ".join(quote.split())
    assert standing_in(quote, [quote]) == [bool(folded)]
    if standing_in(quote, [before])[0]:
        assert folded in " ".join(before.split())
    assert len(standing_in(quote, [text, before])) == 2
