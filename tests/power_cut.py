"""Cuts the power: records what a program does to a directory, and replays what a disk may keep.

What is asked of the operating system between two looks is taken in by comparing what stands there,
inode by inode, so that it does not matter which library wrote it: SQLite and FAISS do not go
through Python. Looks are taken before and after each call of Python's that opens, flushes, renames,
makes or removes something in the directory.

The disk is a strict one. It keeps of a file what that held at its last fsync, and of a directory
the names that it had at its last fsync. Of everything later it keeps any part: a name without its
content, half of a content with zeros behind it, a later rename without an earlier one. A rename
itself is one step, as POSIX has it.

::

    with PowerCut(directory) as cut:
        ...
    for state in cut.states:
        state.lay_out(elsewhere)
"""

from __future__ import annotations

import builtins
import io
import os
import random
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_CALLS = ("fsync", "rename", "replace", "unlink", "remove", "mkdir", "rmdir", "open")
_MIXTURES = 4
"""So many of the mixed states after each step are tried, chosen by a seed."""

Tree = dict[str, bytes | None]
"""What stands in a directory, by path: a file's content, None for a directory."""


@dataclass(slots=True, eq=False)
class _File:
    content: bytes = b""
    flushed: bytes = b""


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """A name that came, went or, with both, was moved in one directory."""

    went: str | None
    came: str | None
    node: _Node


@dataclass(slots=True, eq=False)
class _Directory:
    names: dict[str, _Node] = field(default_factory=dict[str, "_Node"])
    flushed: dict[str, _Node] = field(default_factory=dict[str, "_Node"])
    since: list[_Change] = field(default_factory=list[_Change])


_Node = _File | _Directory


@dataclass(frozen=True, slots=True)
class State:
    """What a disk may hold after a cut: behind which step, what of it was kept, and the files."""

    step: str
    kept: str
    tree: Tree

    def __str__(self) -> str:
        return f"cut after {self.step}, {self.kept}"

    def lay_out(self, directory: Path) -> None:
        """Write the files below ``directory``."""
        directory.mkdir()
        for name, content in sorted(self.tree.items()):
            if content is None:
                (directory / name).mkdir()
            else:
                (directory / name).write_bytes(content)


class PowerCut:
    """Records what happens to ``directory``, which is there and flushed, while the block runs.

    ``states`` are those that a cut at any moment may leave, each once; ``after`` are those that a
    cut may leave once all is done.
    """

    def __init__(self, directory: Path) -> None:
        self.states: list[State] = []
        self.steps: list[str] = []
        self._path = directory
        self._root = _Directory()
        self._live: dict[int, _Node] = {directory.stat().st_ino: self._root}
        self._known: set[int] = set()
        self._originals: dict[tuple[Any, str], Callable[..., Any]] = {}
        self._looking = False
        self._chance = random.Random(7)

    def __enter__(self) -> Self:
        self._compare()
        for node in self._live.values():
            _flush(node)
        self._step("the beginning")
        for module, name in (*((os, name) for name in _CALLS), (builtins, "open"), (io, "open")):
            original: Callable[..., Any] = getattr(module, name)
            self._originals[module, name] = original
            setattr(module, name, self._watched(name, original))
        return self

    def __exit__(self, *_: object) -> None:
        for (module, name), original in self._originals.items():
            setattr(module, name, original)
        self._look("the end")

    @property
    def after(self) -> list[State]:
        """Return what the disk may hold when the power is cut after all is done."""
        return [State("all was done", kept, tree) for kept, tree in self._kept()]

    def _watched(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            inode = os.fstat(arguments[0]).st_ino if name == "fsync" else 0
            if self._looking or not (inode or self._concerned(arguments, options)):
                return original(*arguments, **options)
            self._look(f"what came before {name}")
            try:
                done = original(*arguments, **options)
                if inode in self._live:
                    _flush(self._live[inode])
                return done
            finally:
                self._look(f"{name} {arguments[:2]}", always=name == "fsync")

        return call

    def _concerned(self, arguments: tuple[Any, ...], options: dict[str, Any]) -> bool:
        """Say whether a call is about our directory; one relative to another may be."""
        first = arguments[0] if arguments else ""
        if isinstance(first, int):
            return False
        return options.get("dir_fd") is not None or str(self._path) in os.fsdecode(first)

    def _look(self, step: str, *, always: bool = False) -> None:
        self._looking = True
        try:
            if self._compare() or always:
                self._step(step)
        finally:
            self._looking = False

    def _step(self, step: str) -> None:
        self.steps.append(step)
        for kept, tree in self._kept():
            known = hash(frozenset(tree.items()))
            if known not in self._known:
                self._known.add(known)
                self.states.append(State(f"{len(self.steps)}: {step}", kept, tree))

    def _compare(self) -> bool:
        """Take in what stands there now; say whether anything changed."""
        live: dict[int, _Node] = {self._path.stat().st_ino: self._root}
        changed = self._compare_names(self._path, self._root, live)
        self._live = live
        return changed

    def _compare_names(self, path: Path, node: _Directory, live: dict[int, _Node]) -> bool:
        names: dict[str, _Node] = {}
        changed = False
        with os.scandir(path) as entries:
            found = sorted((entry.name, entry.stat(follow_symlinks=False)) for entry in entries)
        for name, status in found:
            known = live.get(status.st_ino) or self._live.get(status.st_ino)
            if stat.S_ISDIR(status.st_mode):
                inner = known if isinstance(known, _Directory) else _Directory()
                live[status.st_ino] = names[name] = inner
                changed |= self._compare_names(path / name, inner, live)
            else:
                file = known if isinstance(known, _File) else _File()
                live[status.st_ino] = names[name] = file
                content = (path / name).read_bytes()
                changed |= content != file.content
                if content != file.content:
                    file.content = content
        changes = _changes(node.names, names)
        node.since += changes
        node.names = names
        return changed or bool(changes)

    def _kept(self) -> Iterator[tuple[str, Tree]]:
        """Yield what a disk may have kept of all this, with what is kept in words."""
        yield "all kept", self._tree(lambda: True, _whole)
        yield "nothing kept that was not flushed", self._tree(lambda: False, _flushed)
        yield "names kept without contents", self._tree(lambda: True, _flushed)
        yield "names kept with zeros for contents", self._tree(lambda: True, _zeros)
        yield "names kept with halves of contents", self._tree(lambda: True, _half)
        yield "contents kept without names", self._tree(lambda: False, _whole)
        for number in range(_MIXTURES):
            yield f"mixture {number}", self._tree(lambda: self._chance.random() < 0.5, self._any)

    def _any(self, file: _File) -> bytes:
        return self._chance.choice((_flushed, _zeros, _half, _whole))(file)

    def _tree(self, keeps: Callable[[], bool], content: Callable[[_File], bytes]) -> Tree:
        tree: Tree = {}

        def walk(directory: _Directory, prefix: str) -> None:
            names = dict(directory.flushed)
            for change in directory.since:
                if keeps():
                    names.pop(change.went or "", None)
                    if change.came is not None:
                        names[change.came] = change.node
            for name, node in names.items():
                if isinstance(node, _Directory):
                    tree[prefix + name] = None
                    walk(node, f"{prefix}{name}/")
                else:
                    settled = node.content == node.flushed
                    tree[prefix + name] = node.content if settled else content(node)

        walk(self._root, "")
        return tree


def _changes(before: dict[str, _Node], now: dict[str, _Node]) -> list[_Change]:
    """Tell what happened to a directory's names since; a node under another name was moved."""
    went = {id(node): name for name, node in before.items() if now.get(name) is not node}
    came = {name: node for name, node in now.items() if before.get(name) is not node}
    changes = [_Change(went.pop(id(node), None), name, node) for name, node in came.items()]
    # What a moved one took the place of went in the same step.
    return changes + [
        _Change(name, None, before[name]) for name in went.values() if name not in came
    ]


def _flush(node: _Node) -> None:
    if isinstance(node, _File):
        node.flushed = node.content
    else:
        node.flushed = dict(node.names)
        node.since = []


def _whole(file: _File) -> bytes:
    return file.content


def _flushed(file: _File) -> bytes:
    return file.flushed


def _zeros(file: _File) -> bytes:
    return bytes(len(file.content))


def _half(file: _File) -> bytes:
    half = len(file.content) // 2
    return file.content[:half] + bytes(len(file.content) - half)
