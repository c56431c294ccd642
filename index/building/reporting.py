"""How whoever waits for long work hears how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], object]
"""Hears how a build gets on: the stage, units done, of how many.

The stages are reading, embedding (passages), embedding sentences, writing; one that has nothing
to embed is not told.
"""
