"""What the owner can set: read once, from the environment and from ``.env``, then frozen.

The environment wins over ``.env``. An empty value counts as not set.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Literal, Self

from dotenv import dotenv_values
from pydantic import (
    AliasChoices,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.access.cooldowns import Rate
from bot.errors import SettingsError, TokenError
from bot.health.addresses import is_loopback
from bot.shards import numbers
from index.engines.kinds import Kind  # noqa: TC001  pydantic reads the annotation

PREFIX = "NEWSQUOTE_"
TOKEN_KEY = "DISCORD_TOKEN"  # noqa: S105  # the variable's name, not a token


class Settings(BaseSettings):
    """The settings; each field's description is the line that .env.example gives it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    discord_token: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices(TOKEN_KEY),
        description="the bot's token, from the Developer Portal, page Bot; keep it secret",
    )
    corpus: Path = Field(
        default=Path("seeds"), description="file or directory that `newsquote rebuild` indexes"
    )
    index: Path = Field(
        default=Path(".newsquote"), description="directory that holds the index's snapshots"
    )
    model: str = Field(
        default="", description="embedding model, a name or a path; empty: the packaged MiniLM"
    )
    engine: Kind | None = Field(
        default=None,
        description="how `newsquote rebuild` keeps vectors: faiss-flat, faiss-fp16, faiss-pq or "
        "milvus; empty: in FAISS, by how many they are",
    )
    milvus_uri: str = Field(
        default="",
        repr=False,
        description="where Milvus is, such as http://localhost:19530, for an index whose vectors "
        "it has",
    )
    data: Path | None = Field(
        default=None,
        description="the bot's SQLite file; empty: bot.sqlite3 in the index directory",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL instead of that file, which bots on several machines share: "
        "`postgresql+asyncpg://user:password@host/name`",
    )
    shards: int | None = Field(
        default=None,
        ge=1,
        le=16_384,
        description="shards that all processes together have; empty: as many as Discord "
        "recommends, in one process",
    )
    shard_ids: str = Field(
        default="",
        description="shards of this process, such as 0,1 or 0-3, where several share them; "
        "empty: all",
    )
    sync_on_start: bool = Field(
        default=False, description="1: register changed slash commands when the bot starts"
    )
    log: Literal["text", "json"] = Field(
        default="text", description="form of the log on stderr: text or json"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="least level that is logged: DEBUG, INFO, WARNING, ERROR"
    )
    log_questions: bool = Field(default=False, description="1: the text of questions is logged too")
    reload_s: float = Field(
        default=2, gt=0, le=3600, description="seconds between two looks for a new index"
    )
    workers: int = Field(
        default=2, ge=1, le=64, description="questions that are answered at the same time"
    )
    queue: int = Field(
        default=64, ge=0, le=10_000, description="questions that may wait; the rest is told so"
    )
    haste_after_s: float = Field(
        default=0.15,
        ge=0,
        le=600,
        description="seconds after which a question that waits is read in haste: half as "
        "many passages, no sentence scorer; the reply says so",
    )
    timeout_s: float = Field(
        default=20, gt=0, le=600, description="seconds after which a question is given up"
    )
    user_rate: str = Field(
        default="5/30s",
        description="questions one person may ask in how long, such as 5/30s; off: no limit",
    )
    guild_rate: str = Field(
        default="60/60s",
        description="questions one server may ask in how long, such as 60/1m; off: no limit",
    )
    global_rate: str = Field(
        default="300/60s",
        description="questions all people together may ask in how long, such as 300/1m; "
        "off: no limit",
    )
    style: Literal["full", "compact"] = Field(
        default="full",
        description="full, or compact for channels where much is written: replies are shorter, "
        "with fewer buttons",
    )
    paused: bool = Field(
        default=False,
        description="1: answer nothing; a file `paused` in the index directory does so, too, "
        "and holds what is said instead",
    )
    message_content: bool = Field(
        default=False,
        description="1: `/config` can have every question in a channel answered; the Developer "
        "Portal, page Bot, must allow the Message Content Intent",
    )
    health_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="port that serves /healthz, /readyz and /metrics; 0: any, the log says which; "
        "empty: none",
    )
    health_host: str = Field(
        default="127.0.0.1",
        description="address that the health pages are served on; any but this machine's own "
        "needs a token",
    )
    health_token: SecretStr | None = Field(
        default=None,
        description="token that whoever looks at /readyz and /metrics has to send: "
        "`Authorization: Bearer …`",
    )
    discord_api: HttpUrl | None = Field(
        default=None,
        description="base URL of a proxy for Discord's API; empty: Discord itself",
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("user_rate", "guild_rate", "global_rate")
    @classmethod
    def _rate(cls, value: str) -> str:
        Rate.read(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        scheme, _, rest = value.get_secret_value().partition("://")
        if scheme not in {"postgresql+asyncpg", "postgresql", "postgres"} or not rest:
            raise ValueError("it has to begin with postgresql+asyncpg://")
        return SecretStr(f"postgresql+asyncpg://{rest}")

    @field_validator("shard_ids")
    @classmethod
    def _shard_numbers(cls, value: str) -> str:
        numbers.read(value)
        return value

    @model_validator(mode="after")
    def _shards_are_among_them(self) -> Self:
        own = numbers.read(self.shard_ids)
        if own and self.shards is None:
            raise ValueError(
                f"{PREFIX}SHARD_IDS needs {PREFIX}SHARDS, the same number in every process"
            )
        if own and self.shards is not None and own[-1] >= self.shards:
            raise ValueError(
                f"{PREFIX}SHARD_IDS names shard {own[-1]}, and the {self.shards} of"
                f" {PREFIX}SHARDS are counted from 0"
            )
        return self

    @model_validator(mode="after")
    def _open_needs_token(self) -> Self:
        if self.health_token is None and not is_loopback(self.health_host):
            raise ValueError(f"{PREFIX}HEALTH_HOST={self.health_host} needs {PREFIX}HEALTH_TOKEN")
        return self

    @property
    def own_shards(self) -> tuple[int, ...]:
        """The shards of this process; () for all."""
        return numbers.read(self.shard_ids)

    @property
    def leads(self) -> bool:
        """Whether this process does what one alone has to do: the one that has shard 0."""
        return not self.own_shards or self.own_shards[0] == 0

    @property
    def database(self) -> Path | str:
        """Where the bot keeps what stays: a file, or a URL, which may hold a password."""
        url = self.database_url
        return self.data_file if url is None else url.get_secret_value()

    @property
    def data_file(self) -> Path:
        """The bot's SQLite file, beside the snapshots."""
        return self.data or self.index / "bot.sqlite3"

    def token(self) -> str:
        """Return the token, or raise TokenError where there is none or it cannot be one."""
        token = self.discord_token.get_secret_value().strip() if self.discord_token else ""
        if not token:
            raise TokenError(
                f"{TOKEN_KEY} is not set.",
                remedy="Put the bot's token into the environment or into .env; "
                "the README says where to get it.",
            )
        if not token.isascii() or any(char.isspace() for char in token):
            raise TokenError(
                f"{TOKEN_KEY} holds characters that no token has.",
                remedy="Copy the token again, without `Bot ` before it.",
            )
        return token


def load(env_file: Path = Path(".env")) -> Settings:
    """Read the settings from the environment and ``env_file``, which need not exist.

    Raises SettingsError, naming the key and never a value.
    """
    _check_keys(env_file)
    try:
        return Settings(_env_file=env_file)  # pyright: ignore[reportCallIssue]  # pydantic-settings' init argument, hidden from its typed signature
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        # What is wrong with several together has no place.
        key = variable(str(first["loc"][0])) if first["loc"] else "Settings"
        raise SettingsError(
            f"{key}: {first['msg'].removeprefix('Value error, ')}.",
            remedy="Correct it in the environment or in .env; .env.example lists every key.",
        ) from None


def variable(field: str) -> str:
    """Return the environment variable of a field (or of the alias that pydantic reports)."""
    return TOKEN_KEY if field.upper() == TOKEN_KEY else PREFIX + field.upper()


def _check_keys(env_file: Path) -> None:
    """Refuse an unreadable .env and a NEWSQUOTE_ key in it that we do not know."""
    if not env_file.is_file():
        return
    try:
        keys = dotenv_values(env_file, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{env_file} cannot be read: {type(error).__name__}.",
            remedy="It must be a UTF-8 text file that this user may read.",
        ) from None
    known = [variable(field) for field in Settings.model_fields]
    for key in keys:
        if key.upper().startswith(PREFIX) and key.upper() not in known:
            names = [each.removeprefix(PREFIX) for each in known]
            close = difflib.get_close_matches(key.upper().removeprefix(PREFIX), names, n=1)
            hint = f"Did you mean {PREFIX}{close[0]}?" if close else ".env.example lists them all."
            raise SettingsError(f"{env_file} sets {key}, which does not exist.", remedy=hint)
