"""``newsquote bot --check``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from rich.text import Text

from bot.errors import BotError
from bot.owner import checkup, checkup_discord
from bot.owner.checkup import Finding, State, failed, ok
from bot.owner.telling import read_settings
from index.commands import terminal
from index.commands.exits import Exit, print_json
from index.text.controls import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.commands.contract import Document

_MARKS: Final = {
    State.OK: ("ok", "green"),
    State.NOTE: ("note", "cyan"),
    State.TO_FIX: ("to fix", "bold red"),
    State.NOT_CHECKED: ("?", "yellow"),
}


def run(*, as_json: bool) -> Exit:
    """Check everything, print what was found, and return the exit code."""
    findings = _look()
    if as_json:
        print_json(document(findings))
    else:
        console = terminal.output()
        for line in lines(findings):
            console.print(line)
    return checkup.exit_code(findings)


def lines(findings: list[Finding]) -> Iterator[Text]:
    """Write the findings for a reader: how each is, and below it what to do."""
    for each in findings:
        mark, style = _MARKS[each.state]
        yield Text.assemble((f"{mark:<6}", style), visible(f"  {each.what}: {each.told}"))
        if each.remedy:
            yield Text(visible(f"        {each.remedy}"))
    wrong = sum(each.state is State.TO_FIX for each in findings)
    yield Text(f"{wrong} to fix." if wrong else "Nothing to fix.")


def document(findings: list[Finding]) -> Document:
    """Write the findings as the document that ``--json`` prints."""
    return {
        "ok": checkup.exit_code(findings) is Exit.DONE,
        "findings": [
            {
                "what": each.what,
                "state": each.state.value,
                "told": each.told,
                "remedy": each.remedy or None,
            }
            for each in findings
        ],
    }


def _look() -> list[Finding]:
    try:
        settings = read_settings()
    except BotError as error:
        return [failed("settings", error)]
    return [
        ok("settings", "They can be read."),
        *checkup.look_here(settings),
        *asyncio.run(checkup_discord.look(settings, checkup.synced_hashes(settings))),
    ]
