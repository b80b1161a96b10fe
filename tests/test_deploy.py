"""The files of deploy/ start commands that exist, with options that they take."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from f2scrapy.command.arguments import COMMANDS
from f2scrapy.command.fleet import _build_parser

DEPLOY = Path(__file__).parents[1] / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))


def list_commands() -> Iterator[list[str]]:
    """Yield the words after `f2scrapy` of each command in the files."""
    for unit in UNITS:
        for line in (DEPLOY / unit).read_text("utf-8").splitlines():
            if line.startswith("ExecStart="):
                yield shlex.split(line)[1:]
    for line in (DEPLOY / "Dockerfile").read_text("utf-8").splitlines():
        if line.startswith("CMD "):
            yield yaml.safe_load(line.removeprefix("CMD "))
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    yield from (one["command"] for one in services.values() if "command" in one)


def test_commands_exist_and_take_their_options() -> None:
    commands = [*list_commands()]
    assert len(commands) == 4
    for name, *words in commands:
        assert name in COMMANDS
        if name == "fleet":
            _build_parser().parse_args(words)


def test_container_has_no_root_and_a_pinned_set_of_packages() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    stages = text.split("FROM ")[1:]
    assert all(":3." in stage.splitlines()[0] for stage in stages), "a version is named"
    assert "\nUSER f2scrapy\n" in stages[-1]
    assert "--constraint constraints.txt" in text
    assert stages[-1].index("USER") < stages[-1].index("ENTRYPOINT")


def test_secrets_are_in_no_file() -> None:
    for path in DEPLOY.iterdir():
        for line in path.read_text("utf-8").splitlines():
            name, sign, value = line.strip().partition(":" if path.suffix == ".yaml" else "=")
            if sign and name in ("F2_KEY", "PGPASSWORD", "POSTGRES_PASSWORD"):
                assert value.strip().startswith("${"), line


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_units_are_valid(tmp_path: Path) -> None:
    for unit in UNITS:
        text = (DEPLOY / unit).read_text("utf-8")
        program = str(Path(sys.executable))
        (tmp_path / unit).write_text(text.replace("/opt/f2scrapy/bin/f2scrapy", program), "utf-8")
    verify = ["systemd-analyze", "verify", *(str(tmp_path / unit) for unit in UNITS)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_crontab_is_one_line_with_five_times() -> None:
    [line] = [
        line
        for line in (DEPLOY / "crontab").read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    assert line.split()[:5] == ["17", "4", "*", "*", "*"]
    assert "flock -n" in line
    folder, _, rest = line.partition(' "')[2].partition('"')
    assert rest.endswith(" >> f2scrapy.log 2>&1")
    rules = (DEPLOY / "logrotate").read_text("utf-8")
    assert f"{folder}/f2scrapy.log " in rules, "it says how this log is kept small, too"
