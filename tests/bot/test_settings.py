"""Settings: where they come from, what is refused, and that the documents name them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import SettingsError, TokenError
from bot.settings import Settings, load, variable

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty directory and none of our variables."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)


def env_file(text: str) -> Path:
    """Write .env and return its path."""
    path = Path(".env")
    path.write_text(text, encoding="utf-8")
    return path


def test_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable of the environment counts more than the file, the file more than the default."""
    monkeypatch.setenv("NEWSQUOTE_WORKERS", "3")
    settings = load(env_file("NEWSQUOTE_WORKERS=4\nNEWSQUOTE_QUEUE=5\nOTHER_PROGRAM=1\n"))
    assert (settings.workers, settings.queue, settings.timeout_s) == (3, 5, 20)


def test_empty_counts_as_not_set() -> None:
    """The example file, copied as it is, changes nothing."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert load(env_file(example)) == Settings()


def test_data_file_is_beside_the_snapshots() -> None:
    """The SQLite file is in the index directory unless it is put elsewhere."""
    assert load(env_file("NEWSQUOTE_INDEX=i")).data_file == Path("i/bot.sqlite3")
    assert load(env_file("NEWSQUOTE_DATA=x.db")).data_file == Path("x.db")


def test_postgresql_takes_the_place_of_the_file() -> None:
    """However its URL begins; nothing that is shown holds the password."""
    assert load(env_file("NEWSQUOTE_DATA=x.db")).database == Path("x.db")
    for scheme in ("postgresql+asyncpg", "postgresql", "postgres"):
        settings = load(env_file(f"NEWSQUOTE_DATABASE_URL={scheme}://me:sesame@host/news"))
        assert settings.database == "postgresql+asyncpg://me:sesame@host/news"
        assert "sesame" not in repr(settings)


def test_shards_of_a_process() -> None:
    """All, or those that are named; one process does what one alone has to do."""
    everything = load(env_file("NEWSQUOTE_SHARDS=4"))
    assert (everything.own_shards, everything.leads) == ((), True)
    first = load(env_file("NEWSQUOTE_SHARDS=4\nNEWSQUOTE_SHARD_IDS=0,1"))
    second = load(env_file("NEWSQUOTE_SHARDS=4\nNEWSQUOTE_SHARD_IDS=2-3"))
    assert (first.own_shards, first.leads) == ((0, 1), True)
    assert (second.own_shards, second.leads) == ((2, 3), False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("NEWSQUOTE_INDX=1", "Did you mean NEWSQUOTE_INDEX?"),
        ("NEWSQUOTE_COLOUR_SCHEME=1", ".env.example lists them all."),
        ("NEWSQUOTE_WORKERS=many", "NEWSQUOTE_WORKERS: "),
        ("NEWSQUOTE_LOG=xml", "NEWSQUOTE_LOG: "),
        ("NEWSQUOTE_RELOAD_S=0", "NEWSQUOTE_RELOAD_S: "),
        ("NEWSQUOTE_DISCORD_API=nonsense", "NEWSQUOTE_DISCORD_API: "),
        ("NEWSQUOTE_USER_RATE=fast", "USER_RATE: write a number and a time, such as 5/30s"),
        ("NEWSQUOTE_GUILD_RATE=0/60s", "NEWSQUOTE_GUILD_RATE: "),
        ("NEWSQUOTE_PAUSED=perhaps", "NEWSQUOTE_PAUSED: "),
        ("NEWSQUOTE_SHARDS=0", "NEWSQUOTE_SHARDS: "),
        ("NEWSQUOTE_SHARD_IDS=0", "NEWSQUOTE_SHARD_IDS needs NEWSQUOTE_SHARDS"),
        ("NEWSQUOTE_SHARDS=4\nNEWSQUOTE_SHARD_IDS=2-4", "names shard 4, and the 4"),
        ("NEWSQUOTE_SHARDS=4\nNEWSQUOTE_SHARD_IDS=a", "NEWSQUOTE_SHARD_IDS: 'a' is no number"),
        ("NEWSQUOTE_SHARDS=4\nNEWSQUOTE_SHARD_IDS=1,1", "a shard is named twice"),
        ("NEWSQUOTE_DATABASE_URL=mysql://h/n", "it has to begin with postgresql+asyncpg://"),
    ],
)
def test_wrong_settings_are_named(text: str, words: str) -> None:
    """A key that does not exist or a value that cannot be is named, in one line."""
    with pytest.raises(SettingsError) as caught:
        load(env_file(text))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_file_that_is_not_text_is_refused() -> None:
    """A .env in another encoding is named instead of half read."""
    Path(".env").write_bytes(b"NEWSQUOTE_INDEX=\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        load()


def test_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither repr nor an error of another key shows the token."""
    monkeypatch.setenv("DISCORD_TOKEN", "sesame.open.now")
    assert "sesame" not in repr(load())
    with pytest.raises(SettingsError) as caught:
        load(env_file("NEWSQUOTE_WORKERS=0"))
    assert "sesame" not in repr(caught.value) + str(caught.value.__cause__)


def test_token_is_trimmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line break that came along when the token was copied does no harm."""
    monkeypatch.setenv("DISCORD_TOKEN", " abc.def \n")
    assert load().token() == "abc.def"


@pytest.mark.parametrize("token", ["", "  ", "Bot abc", "abcödef"])
def test_token_that_cannot_be_one(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    """A missing or misshapen token is an error that says what to do and does not repeat it."""
    monkeypatch.setenv("DISCORD_TOKEN", token)
    with pytest.raises(TokenError) as caught:
        load().token()
    assert not token.strip() or token not in str(caught.value)


def test_example_has_every_setting_with_its_default_and_meaning() -> None:
    """.env.example and Settings list the same keys, defaults and descriptions."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    entries = re.findall(r"^# (.+)\n([A-Z_]+)=(.*)$", example, re.MULTILINE)
    written = {key: (meaning, default) for meaning, key, default in entries}
    expected = {
        variable(name): (field.description, _written(field.default))
        for name, field in Settings.model_fields.items()
    }
    assert written == expected


def test_readme_table_holds_to_the_settings() -> None:
    """README's configuration table has one row a setting, in order, with the same default."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| ?(.*?) ?\| .+ \|$", readme, re.MULTILINE)
    assert [(key, default.strip("` ")) for key, default in rows] == [
        (variable(name), _written(field.default)) for name, field in Settings.model_fields.items()
    ]


def _written(default: object) -> str:
    """Write a default as .env.example does."""
    if default is None:
        return ""
    return str(int(default)) if isinstance(default, bool) else str(default)
