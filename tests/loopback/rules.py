"""Discord's limits on what a bot sends, and the errors it answers with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simcord.components import (
    COMPONENTS_V2_FLAG,
    SUPPRESS_EMBEDS_FLAG,
    ComponentValidationError,
    merge_edit_flags,
    validate_message_state,
)

if TYPE_CHECKING:
    from loopback.payloads import Json

EPHEMERAL_FLAG = 1 << 6
LOADING_FLAG = 1 << 7
SUPPRESS_NOTIFICATIONS_FLAG = 1 << 12
_SETTABLE_FLAGS = (
    SUPPRESS_EMBEDS_FLAG | EPHEMERAL_FLAG | SUPPRESS_NOTIFICATIONS_FLAG | COMPONENTS_V2_FLAG
)
_COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")
_COMMANDS_MAX = 100
_OPTIONS_MAX = 25
_COMMAND_CHARACTERS_MAX = 8000


class RefusedError(Exception):
    """A request that Discord answers with an error; ``expected`` ones are no violation."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        errors: Json | None = None,
        *,
        expected: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"message": message, "code": code}
        if errors is not None:
            self.body["errors"] = errors
        self.expected = expected

    def __str__(self) -> str:
        return f"{self.status} {self.body}"


def invalid_form(field: str, detail: str) -> RefusedError:
    """Return Discord's answer to a body that breaks a limit: 400, code 50035."""
    errors = {field: {"_errors": [{"code": "INVALID", "message": detail}]}}
    return RefusedError(400, 50035, "Invalid Form Body", errors)


def unknown(what: str, code: int) -> RefusedError:
    """Return Discord's answer to an id that it does not know: 404."""
    return RefusedError(404, code, f"Unknown {what}")


def checked_message(body: Json, previous: Json | None = None) -> Json:
    """Return the fields a message has after ``body`` created it or edited ``previous``.

    Raises RefusedError where the body or the message it makes breaks one of Discord's limits,
    and where the body could ping: the bot promises empty allowed mentions with everything it says.
    """
    flags = _int(body, "flags")
    if flags & ~_SETTABLE_FLAGS:
        raise invalid_form("flags", f"{flags:#x} has bits that a bot cannot set")
    _check_mentions(body)
    if body.get("embeds") or body.get("attachments") or body.get("sticker_ids") or body.get("poll"):
        raise invalid_form("embeds", "this stand-in takes text and components alone")
    before: Json = previous or {"content": "", "components": [], "flags": 0}
    new_flags = merge_edit_flags(before["flags"], flags | before["flags"]) if previous else flags
    content: str = (body["content"] if "content" in body else before["content"]) or ""
    components: list[Json] = (
        body["components"] if "components" in body else before["components"]
    ) or []
    try:
        components = validate_message_state(
            components,
            flags=new_flags,
            content=content,
            embeds=[],
            previous_flags=before["flags"],
            require_nonempty=True,
        )
    except ComponentValidationError as error:
        field = "components" if "component" in str(error) else "content"
        raise invalid_form(field, str(error)) from error
    return {"content": content, "components": components, "flags": new_flags & ~LOADING_FLAG}


def _check_mentions(body: Json) -> None:
    allowed: Any = body.get("allowed_mentions")
    if allowed is None or allowed.get("parse") != []:
        raise invalid_form("allowed_mentions", f"must be present with parse empty, not {allowed!r}")
    if allowed.get("users") or allowed.get("roles") or allowed.get("replied_user"):
        raise invalid_form("allowed_mentions", f"must allow nobody, not {allowed!r}")


def check_commands(commands: list[Json]) -> None:
    """Raise RefusedError where a global command breaks Discord's limits on names and sizes."""
    if len(commands) > _COMMANDS_MAX:
        raise invalid_form("commands", f"{len(commands)} commands; {_COMMANDS_MAX} at most")
    names = [(command.get("type", 1), command.get("name")) for command in commands]
    if len(set(names)) != len(names):
        raise invalid_form("name", "APPLICATION_COMMANDS_DUPLICATE_NAME")
    for command in commands:
        _check_command(command, str(command.get("name")))


def _check_command(command: Json, path: str) -> None:
    if command.get("type", 1) != 1:
        if not 1 <= len(command["name"]) <= 32:
            raise invalid_form(f"{path}.name", "between 1 and 32 characters")
        return
    characters = _check_named(command, path)
    options: list[Json] = command.get("options") or []
    if len(options) > _OPTIONS_MAX:
        raise invalid_form(f"{path}.options", f"{len(options)} options; {_OPTIONS_MAX} at most")
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        raise invalid_form(f"{path}.options", "required options must come first")
    for option in options:
        characters += _check_named(option, f"{path}.{option.get('name')}")
        choices: list[Json] = option.get("choices") or []
        if len(choices) > _OPTIONS_MAX:
            raise invalid_form(f"{path}.choices", f"{len(choices)} choices; {_OPTIONS_MAX} at most")
        for choice in choices:
            if not 1 <= len(choice["name"]) <= 100:
                raise invalid_form(f"{path}.choices", "a choice has 1 to 100 characters")
            characters += len(choice["name"]) + len(str(choice["value"]))
    if characters > _COMMAND_CHARACTERS_MAX:
        raise invalid_form(path, f"{characters} characters; {_COMMAND_CHARACTERS_MAX} at most")


def _check_named(item: Json, path: str) -> int:
    name, description = str(item.get("name", "")), str(item.get("description", ""))
    if not _COMMAND_NAME.fullmatch(name) or name != name.lower():
        raise invalid_form(f"{path}.name", f"{name!r} must be 1 to 32 lower-case word characters")
    if not 1 <= len(description) <= 100:
        raise invalid_form(f"{path}.description", "between 1 and 100 characters")
    return len(name) + len(description)


def _int(body: Json, key: str) -> int:
    value: Any = body.get(key) or 0
    if not isinstance(value, int):
        raise invalid_form(key, "must be a number")
    return value
