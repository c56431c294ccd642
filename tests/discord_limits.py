"""What Discord takes in one message, and what in it could ping, lead away or hide: a checker.

Written from Discord's documentation, not from ours, so that it finds where ours is wrong
(https://discord.com/developers/docs/components/reference,
https://discord.com/developers/docs/resources/message). Where Discord doesn't say how it counts,
the stricter way is taken: characters are UTF-16 units, and labels count as text.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Component = Mapping[str, Any]

COMPONENTS_V2: Final = 1 << 15
COMPONENTS: Final = 40
TEXT: Final = 4000
CUSTOM_ID: Final = 100
LABEL: Final = 80
PLACEHOLDER: Final = 150
OPTIONS: Final = 25
OPTION: Final = 100
DESCRIPTION: Final = 1024
URL: Final = 512
CHOICES: Final = 25
CHOICE: Final = 100

ROW, BUTTON, STRING_SELECT, SECTION, TEXT_DISPLAY = 1, 2, 3, 9, 10
THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 11, 12, 13, 14, 17
_SELECTS: Final = frozenset({STRING_SELECT, 5, 6, 7, 8})
_LINK, _PREMIUM = 5, 6
_CHILDREN: Final = {
    0: {ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER},
    CONTAINER: {ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR},
    ROW: {BUTTON, *_SELECTS},
    SECTION: {TEXT_DISPLAY},
}
_BESIDE: Final = ("content", "embeds", "sticker_ids", "poll")

# Bidirectional embeddings, overrides and isolates; what has no width and joins nothing; tags.
_HIDDEN: Final = re.compile(
    "[\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_CODE: Final = re.compile(r"```.*?```|``[^`].*?``|(?<!\\)`[^`\n]+`", re.DOTALL)
_COUNTED: Final = ("content", "label", "placeholder")
_ESCAPED: Final = re.compile(r"\\[^0-9A-Za-z\s]")
_PINGS: Final = re.compile(r"<@[!&]?\d|<#\d|<id:|@everyone|@here")
_INVITE: Final = re.compile(r"discord(?:app)?\.(?:gg|com/invite)/", re.IGNORECASE)
_LINK_TO: Final = re.compile(r"\[([^\[\]]*)\]\(([^()\s]*)\)")
_BARE: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def broken(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what Discord would refuse of a message as it is sent, or what could do harm in it."""
    return tuple(_message(payload))


def broken_choices(choices: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return what Discord would refuse of the choices of an autocomplete."""
    found = [f"{len(choices)} choices"] if len(choices) > CHOICES else []
    sizes = [(part, _size(each[part])) for each in choices for part in ("name", "value")]
    found += [f"choice's {part} has {n} characters" for part, n in sizes if not 1 <= n <= CHOICE]
    return tuple(found)


def live(text: str, labels: Iterable[str] = ("source",)) -> tuple[str, ...]:
    """Return what takes effect in Markdown and must not: pings, invites, links, hidden characters.

    A masked link may lead to http or https and be called by one of ``labels``.
    """
    allowed = frozenset(labels)
    found = [f"hidden character {char!r}" for char in _HIDDEN.findall(text)]
    found += [f"control character {char!r}" for char in _CONTROL.findall(text)]
    # Code first: what stands in it is shown as it is. An escape is one character and no mark.
    bare = _ESCAPED.sub("\ufffc", _CODE.sub("\ufffc", text))
    for label, url in _LINK_TO.findall(bare):
        if label not in allowed:
            found.append(f"masked link called {label!r}")
        if not url.startswith(("https://", "http://")):
            found.append(f"link to {url!r}")
        if _INVITE.search(url):
            found.append(f"link to an invite {url!r}")
    rest = _LINK_TO.sub("\ufffc", bare)
    found += [f"ping {ping!r}" for ping in _PINGS.findall(rest)]
    found += [f"invite {invite!r}" for invite in _INVITE.findall(rest)]
    found += [f"bare link {link!r}" for link in _BARE.findall(rest)]
    return tuple(found)


def parts(components: Iterable[Component]) -> Iterator[Component]:
    """Return every component, nested ones too, in reading order; an accessory after its texts."""
    for component in components:
        yield component
        yield from parts(component.get("components", ()))
        if accessory := component.get("accessory"):
            yield from parts((accessory,))


def _message(payload: Mapping[str, Any]) -> Iterator[str]:
    components = payload.get("components") or ()
    every = list(parts(components))
    if not payload.get("flags", 0) & COMPONENTS_V2:
        yield "components without the flag of Components V2"
    for field in _BESIDE:
        if payload.get(field):
            yield f"{field} beside Components V2"
    if not every:
        yield "an empty message"
    if len(every) > COMPONENTS:
        yield f"{len(every)} components"
    yield from _mentions(payload.get("allowed_mentions"))
    yield from _nesting(0, components)
    counted = sum(_size(part.get(field) or "") for part in every for field in _COUNTED)
    if counted > TEXT:
        yield f"{counted} characters of text"
    ids = Counter(part["custom_id"] for part in every if part.get("custom_id") is not None)
    yield from (f"custom_id {each!r} {count} times" for each, count in ids.items() if count > 1)
    yield from (
        f"custom_id of {len(each)} characters" for each in ids if not _fits(each, CUSTOM_ID)
    )
    for part in every:
        yield from _part(part)


def _mentions(allowed: Mapping[str, Any] | None) -> Iterator[str]:
    forbidden = allowed is not None and allowed.get("parse") == []
    if not forbidden or any((allowed or {}).get(who) for who in ("users", "roles", "replied_user")):
        yield f"allowed_mentions {allowed!r}"


def _nesting(outer: int, components: Iterable[Component]) -> Iterator[str]:
    for component in components:
        kind: int = component["type"]
        inner: Sequence[Component] = component.get("components", ())
        if kind not in _CHILDREN[outer]:
            yield f"component {kind} inside {outer}"
        if kind in _CHILDREN:
            if not inner:
                yield f"component {kind} with nothing in it"
            yield from _nesting(kind, inner)
        if kind == ROW:
            selects = sum(each["type"] in _SELECTS for each in inner)
            if len(inner) > (1 if selects else 5):
                yield f"{len(inner)} components in a row"
        if kind == SECTION and (len(inner) > 3 or "accessory" not in component):
            yield "a section without accessory or with more than three texts"


def _part(part: Component) -> Iterator[str]:
    match part["type"]:
        case kind if kind == TEXT_DISPLAY:
            yield from _text(part.get("content"))
        case kind if kind == BUTTON:
            yield from _button(part)
        case kind if kind in _SELECTS:
            yield from _select(part)
        case kind if kind == GALLERY:
            items = part.get("items", ())
            if not 1 <= len(items) <= 10:
                yield f"{len(items)} pictures"
            for item in items:
                yield from _media(item)
        case kind if kind == THUMBNAIL:
            yield from _media(part)
        case _:
            pass


def _text(content: Any) -> Iterator[str]:
    if not isinstance(content, str) or not content.strip():
        yield f"text {content!r}"
        return
    try:
        content.encode()
    except UnicodeEncodeError:
        yield "text with half a character"
    yield from live(content)


def _button(part: Component) -> Iterator[str]:
    label, url = part.get("label") or "", part.get("url")
    if not label.strip() and not part.get("emoji"):
        yield "a button without label"
    if _size(label) > LABEL:
        yield f"label of {_size(label)} characters"
    if part.get("style") == _LINK:
        if not str(url).startswith(("https://", "http://")) or _size(str(url)) > URL:
            yield f"button to {url!r}"
        if part.get("custom_id") is not None:
            yield "a link button with a custom_id"
    elif part.get("style") != _PREMIUM and (url or part.get("custom_id") is None):
        yield "a button that is neither link nor answered"


def _select(part: Component) -> Iterator[str]:
    if not _fits(part.get("placeholder") or "x", PLACEHOLDER):
        yield "a placeholder too long"
    if not part.get("custom_id"):
        yield "a select without custom_id"
    if part["type"] != STRING_SELECT:
        return
    options: Sequence[Component] = part.get("options", ())
    if not 1 <= len(options) <= OPTIONS:
        yield f"{len(options)} options"
    for field in ("label", "value", "description"):
        for option in options:
            value = option.get(field)
            if not (value is None and field == "description") and not _fits(value or "", OPTION):
                yield f"option's {field} {value!r}"
    values = Counter(option["value"] for option in options)
    yield from (f"option {each!r} {count} times" for each, count in values.items() if count > 1)


def _media(item: Component) -> Iterator[str]:
    url = str(item.get("media", {}).get("url"))
    if not url.startswith(("https://", "http://", "attachment://")):
        yield f"picture at {url!r}"
    if _size(item.get("description") or "") > DESCRIPTION:
        yield "a description too long"


def _fits(text: str, most: int) -> bool:
    return 1 <= _size(text) <= most


def _size(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)
