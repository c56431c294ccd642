"""Commands that are imported when they are asked for: ``ask`` need not wait for what ``fit`` takes.

A table says where each command is; help and shell completion, which tell of all, import all.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

import typer
from typer.core import TyperGroup
from typer.main import get_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class OnDemandGroup(TyperGroup):
    """A group of the commands in ``NAMED``, in that order, and of those registered after them."""

    NAMED: ClassVar[Mapping[str, str]] = {}
    """The function that each command runs, as ``package.module:function``."""

    def __init__(self, **attributes: Any) -> None:
        """Take what Typer gives every group."""
        super().__init__(**attributes)
        self.commands = _Commands(self.NAMED, self.commands)


class _Commands(MutableMapping[str, Any]):
    """Commands by name, each imported once it is looked up."""

    def __init__(self, named: Mapping[str, str], registered: Mapping[str, Any]) -> None:
        self._found: dict[str, Any] = {**dict.fromkeys(named), **registered}
        self._named = named

    def __getitem__(self, name: str) -> Any:
        if self._found[name] is None:
            self._found[name] = _imported(name, self._named[name])
        return self._found[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._found[name] = command

    def __delitem__(self, name: str) -> None:
        del self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _imported(name: str, where: str) -> Any:
    module, _, function = where.partition(":")
    alone = typer.Typer(add_completion=False)
    alone.command(name)(getattr(import_module(module), function))
    return get_command(alone)
