"""The checker of Discord's limits: it takes what is at a limit, and finds what is beyond it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from discord_limits import broken, broken_choices, live

Json = dict[str, Any]


def text(content: str) -> Json:
    """Return a text display."""
    return {"type": 10, "content": content}


def button(custom_id: str = "a", label: str = "x", **more: Any) -> Json:
    """Return a button."""
    return {"type": 2, "style": 2, "label": label, "custom_id": custom_id, **more}


def row(*parts: Json) -> Json:
    """Return a row."""
    return {"type": 1, "components": list(parts)}


def box(*parts: Json) -> Json:
    """Return a container."""
    return {"type": 17, "components": list(parts)}


def menu(*options: Json, **more: Any) -> Json:
    """Return a select."""
    return {"type": 3, "custom_id": "menu", "options": list(options), **more}


def option(value: str = "a", **more: Any) -> Json:
    """Return an option of a select."""
    return {"label": "x", "value": value, **more}


def picture(url: str = "attachment://a.png", description: str = "x") -> Json:
    """Return a gallery of one picture."""
    return {"type": 12, "items": [{"media": {"url": url}, "description": description}]}


def message(*components: Json, **more: Any) -> Json:
    """Return a payload that pings no one."""
    return {
        "flags": 1 << 15,
        "components": list(components),
        "allowed_mentions": {"parse": [], "replied_user": False},
        **more,
    }


LINK = {"type": 2, "style": 5, "label": "x"}

AT_THE_LIMITS = {
    "40 components": message(box(*[text("x")] * 39)),
    "4,000 characters": message(text("x" * 3920), row(button(label="x" * 80))),
    "4,000 units": message(text("🙂" * 2000)),
    "five buttons": message(row(*(button(str(n).ljust(100, "x")) for n in range(5)))),
    "a link button": message(row({**LINK, "url": "https://a.example/" + "x" * 494})),
    "25 options": message(row(menu(*(option(f"{n}".ljust(100)) for n in range(25))))),
    "a picture": message(picture(description="x" * 1024)),
    "a section": message({"type": 9, "components": [text("x")] * 3, "accessory": button()}),
    "content that is null": message(text("x"), content=None, embeds=[]),
    "one's own Markdown": message(
        text("**Q** a\\@everyone\n> `@here` [source](https://a.example/x)\n```\n<@1> @here\n```")
    ),
    "scripts that need joiners": message(text("می\u200cخواهم 👩\u200d👧 \u200f")),
}


@pytest.mark.parametrize("payload", AT_THE_LIMITS.values(), ids=AT_THE_LIMITS)
def test_what_stands_at_a_limit_is_taken(payload: Json) -> None:
    """Nothing is found where Discord would find nothing."""
    assert broken(payload) == ()


BEYOND = {
    "41 components": (message(*[text("x")] * 41), "41 components"),
    "41 components, nested": (message(box(*[text("x")] * 40)), "41 components"),
    "an accessory counts": (
        message(
            box(
                *[text("x")] * 37,
                {"type": 9, "components": [text("x")], "accessory": button()},
            )
        ),
        "41 components",
    ),
    "4,001 characters": (message(text("x" * 2000), text("x" * 2001)), "4001 characters of text"),
    "4,001 with a label": (message(text("x" * 4000), row(button())), "4001 characters of text"),
    "4,002 units": (message(text("🙂" * 2001)), "4002 characters of text"),
    "no flag": (message(text("x"), flags=0), "components without the flag of Components V2"),
    "content beside": (message(text("x"), content="x"), "content beside Components V2"),
    "embeds beside": (message(text("x"), embeds=[{}]), "embeds beside Components V2"),
    "no component": (message(), "an empty message"),
    "an empty text": (message(text("")), "text ''"),
    "a blank text": (message(text(" \n")), "text ' \\n'"),
    "half a character": (message(text("\ud83d")), "text with half a character"),
    "an empty box": (message(box()), "component 17 with nothing in it"),
    "a box in a box": (message(box(box(text("x")))), "component 17 inside 17"),
    "a button alone": (message(button()), "component 2 inside 0"),
    "six buttons": (
        message(row(*(button(f"{n}") for n in range(6)))),
        "6 components in a row",
    ),
    "a button beside a menu": (message(row(menu(option()), button())), "2 components in a row"),
    "an id twice": (message(row(button("a"), button("a"))), "custom_id 'a' 2 times"),
    "an id too long": (message(row(button("a" * 101))), "custom_id of 101 characters"),
    "an empty id": (message(row(button(""))), "custom_id of 0 characters"),
    "no label": (message(row(button(label=""))), "a button without label"),
    "a label too long": (message(row(button(label="x" * 81))), "label of 81 characters"),
    "a button with both": (
        message(row(button(url="https://a.example"))),
        "a button that is neither link nor answered",
    ),
    "a script as link": (
        message(row({**LINK, "url": "javascript:alert(1)"})),
        "button to 'javascript:alert(1)'",
    ),
    "no option": (message(row(menu())), "0 options"),
    "26 options": (message(row(menu(*(option(f"{n}") for n in range(26))))), "26 options"),
    "an option twice": (message(row(menu(option(), option()))), "option 'a' 2 times"),
    "an option's label": (message(row(menu(option(label="")))), "option's label ''"),
    "a placeholder": (
        message(row(menu(option(), placeholder="x" * 151))),
        "a placeholder too long",
    ),
    "a file as picture": (message(picture("file:///a.png")), "picture at 'file:///a.png'"),
    "a description": (message(picture(description="x" * 1025)), "a description too long"),
    "no allowed mentions": (message(text("x"), allowed_mentions=None), "allowed_mentions None"),
    "everybody": (
        message(text("x"), allowed_mentions={"parse": ["everyone"]}),
        "allowed_mentions {'parse': ['everyone']}",
    ),
    "who asked": (
        message(text("x"), allowed_mentions={"parse": [], "replied_user": True}),
        "allowed_mentions {'parse': [], 'replied_user': True}",
    ),
}


@pytest.mark.parametrize(("payload", "found"), BEYOND.values(), ids=BEYOND)
def test_what_is_beyond_a_limit_is_found(payload: Json, found: str) -> None:
    """Each is found, and nothing else."""
    before = copy.deepcopy(payload)
    assert broken(payload) == (found,)
    assert payload == before


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("<@1>", "ping '<@1'"),
        ("<@!1>", "ping '<@!1'"),
        ("<@&1>", "ping '<@&1'"),
        ("\\\\<@1>", "ping '<@1'"),
        ("`a` @everyone `b`", "ping '@everyone'"),
        ("\\`@here\\`", "ping '@here'"),
        ("discord.gg/x", "invite 'discord.gg/'"),
        ("Discord.com/invite/x", "invite 'Discord.com/invite/'"),
        ("see https://a.example", "bare link 'https://'"),
        ("[free](https://a.example)", "masked link called 'free'"),
        ("[source](javascript:x)", "link to 'javascript:x'"),
        ("[source](https://discord.gg/x)", "link to an invite 'https://discord.gg/x'"),
        ("a\u202eb", "hidden character '\\u202e'"),
        ("a\u2066b", "hidden character '\\u2066'"),
        ("a\u200bb", "hidden character '\\u200b'"),
        ("`a\ufeffb`", "hidden character '\\ufeff'"),
        ("a\x07b", "control character '\\x07'"),
    ],
)
def test_what_takes_effect_is_found(written: str, found: str) -> None:
    """Wherever in a text it stands; an escaped backslash escapes nothing."""
    assert live(written) == (found,)


def test_choices() -> None:
    """25 of 1 to 100 characters are taken."""
    assert broken_choices([{"name": "x" * 100, "value": "x"}] * 25) == ()
    assert broken_choices([{"name": "x", "value": "x"}] * 26) == ("26 choices",)
    assert broken_choices([{"name": "", "value": "x" * 101}]) == (
        "choice's name has 0 characters",
        "choice's value has 101 characters",
    )
