"""``newsquote health``: asks the bot on this machine whether it is ready, for probes and people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import HealthError, SettingsError
from bot.owner.telling import read_settings, telling_errors
from index.commands.exits import Exit, print_json
from index.commands.options import JsonOption  # noqa: TC001  # Typer reads the annotation

if TYPE_CHECKING:
    from bot.settings import Settings

TIMEOUT_S = 5.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  # where we ask, not where we bind


def health(
    *,
    live: Annotated[bool, typer.Option("--live", help="Ask only whether the bot answers.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask the running bot whether it is ready, and what it lacks; 1 where it is not."""
    with telling_errors(as_json=as_json):
        told = ask(read_settings(), "/healthz" if live else "/readyz")
    if as_json:
        print_json(told)
    else:
        why: list[str] = told["why"]
        sys.stdout.writelines(f"{line}\n" for line in why or ("alive" if live else "ready",))
    if not told["ready"]:
        raise typer.Exit(Exit.NOTHING_FOUND)


def ask(settings: Settings, path: str) -> dict[str, Any]:
    """Return what the health page of the bot says. Raises SettingsError, HealthError."""
    import httpx

    if not settings.health_port:
        raise SettingsError(
            "NEWSQUOTE_HEALTH_PORT names no port.", remedy="Set it, and start the bot again."
        )
    host = _EVERYWHERE.get(settings.health_host, settings.health_host)
    headers: dict[str, str] = {}
    if settings.health_token is not None:
        headers["Authorization"] = f"Bearer {settings.health_token.get_secret_value()}"
    url = f"http://{host}:{settings.health_port}{path}"
    try:
        # Not through a proxy of the environment's: it is this machine that we ask.
        with httpx.Client(trust_env=False, timeout=TIMEOUT_S) as client:
            response = client.get(url, headers=headers)
    except httpx.HTTPError as error:
        raise HealthError(
            f"The bot does not answer at {url}: {error or type(error).__name__}.",
            remedy="Is it running, with this NEWSQUOTE_HEALTH_PORT?",
        ) from error
    if response.status_code not in {200, 503}:
        raise HealthError(
            f"The bot answers {response.status_code} at {url}: {response.text.strip()}",
            remedy="Is NEWSQUOTE_HEALTH_TOKEN the one that it was started with?",
        )
    if path == "/healthz":
        return {"ready": True, "why": []}
    told: dict[str, Any] = response.json()
    return told
