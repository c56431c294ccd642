"""What kind of answer a question wants, and whether it is two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.questions.phrasing import Kind, kind_of, parts_of, phrasing


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who won?", Kind.PERSON),
        ("Who's the president?", Kind.PERSON),
        ("whos the president", Kind.PERSON),
        ("To whom did he speak?", Kind.PERSON),
        ("How many people died when the bus rolled over?", Kind.NUMBER),
        ("What percentage voted?", Kind.NUMBER),
        ("How old is he?", Kind.NUMBER),
        ("When did the man who shot him flee?", Kind.TIME),
        ("In what year did it begin?", Kind.TIME),
        ("Where's the summit?", Kind.PLACE),
        ("Which country invaded Ukraine?", Kind.PLACE),
        ("What happened when the bus rolled over?", Kind.OTHER),
        ("Why did the man who shot him flee?", Kind.OTHER),
        ("How did it happen?", Kind.OTHER),
        ("ukraine election result", Kind.OTHER),
        ("World Health Organization", Kind.OTHER),
        ("whenever nowhere", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_the_first_interrogative_tells_the_kind(question: str, kind: Kind) -> None:
    """Later interrogatives belong to clauses; keywords ask for no kind."""
    assert kind_of(question) is kind


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Who won and how many died?", ("Who won", "how many died?")),
        ("Who is Kim? Where is Pyongyang?", ("Who is Kim?", "Where is Pyongyang?")),
        ("What did Kim say, and when did Putin travel?", None),
        ("In which city did Kim land and when did Putin land?", None),
        ("Who won the race and when was it held?", ("Who won the race", "when was it held?")),
        ("Who won the election and when did he take office?", None),
        ("Who is Kim? Where does he live?", ("Who is Kim?", "Where does he live?")),
    ],
)
def test_two_questions_are_parted(text: str, parts: tuple[str, ...] | None) -> None:
    """Each part that asks one thing is a question of its own; a later one may point back."""
    found = parts_of(text)
    assert len(found) == 2
    assert parts is None or found == parts


@pytest.mark.parametrize(
    "text",
    [
        "Who won?",
        "Who won the war and the peace?",
        "When and where was Kim born?",
        "Who won the match and when?",
        "Do you know who shot Kim and where Putin lived?",
        "What did Kim say about who won and who lost?",
        "When did he die and where was she born?",
        "Really? Who won?",
        "Who is the banker charged with fraud, and whose trial begins today?",
        "Who is the banker charged with fraud, and who was praised before?",
        "Rock and whatever rolls",
        "",
    ],
)
def test_one_question_stays_one(text: str) -> None:
    """Clauses and doubled interrogatives are not cut off; nor is there an end to lean on."""
    assert parts_of(text) == (text,)


@pytest.mark.parametrize(
    ("text", "cased"),
    [
        ("Did Kim meet Putin?", True),
        ("did Kim meet him", True),
        ("Who won the war?", False),
        ("who won the war", False),
        ("WHO WON THE WAR?", False),
        ("Who Won The World Cup", False),
        ("Who Won Bergen?", True),
        ("NATO", False),
        ("", False),
    ],
)
def test_capitals_tell_names_only_where_they_are_chosen(text: str, cased: bool) -> None:
    """Lower case, capitals throughout and headlines tell nothing."""
    assert phrasing(text).cased is cased


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_places_in_the_text_stay(text: str) -> None:
    """What is analysed is as long as the text, so that its spans are the text's."""
    assert len(phrasing(text).analysed) == len(text)
