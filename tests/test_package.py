"""What is installed is enough: the packages of the wheel run where there is no checkout."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from crawling import PROJECT, Crawler

FACTS = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
PACKAGES = FACTS["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
CHECKOUT_ONLY = {"benchmarks", "tests"}


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, Any]:
    """What `subprocess` needs to run in a folder that knows the wheel's files and nothing else."""
    site, elsewhere = tmp_path / "site-packages", tmp_path / "elsewhere"
    elsewhere.mkdir()
    left_out = shutil.ignore_patterns("__pycache__")
    for package in PACKAGES:
        shutil.copytree(PROJECT / package, site / package, ignore=left_out)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("F2_", "PYTHON"))}
    mine = {"PYTHONPATH": str(site), "SCRAPY_SETTINGS_MODULE": "f2scrapy.settings"}
    return {"cwd": elsewhere, "env": environment | mine}


def run(installed: dict[str, Any], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], **installed, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_names_every_package() -> None:
    there = {path.parent.name for path in PROJECT.glob("*/__init__.py")}
    assert set(PACKAGES) == there - CHECKOUT_ONLY


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_of_code_is_a_package(package: str) -> None:
    folders = {path.parent for path in (PROJECT / package).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_spiders_are_found_from_another_folder(installed: dict[str, Any]) -> None:
    listed = run(installed, "-m", "scrapy", "list").split()
    assert listed == sorted(path.stem for path in (PROJECT / "spiders").glob("[a-z]*.py"))
    where = run(installed, "-c", "import f2scrapy, spiders, pipelines; print(f2scrapy.__path__)")
    assert installed["env"]["PYTHONPATH"] in where


def test_main_job_runs_from_another_folder(
    installed: dict[str, Any], play: Callable[..., Crawler]
) -> None:
    crawl = play()
    link = crawl.sandbox.user_url("one")
    command = crawl.command("douyin_user_post", "-a", f"url={link}")
    installed["env"] |= {k: v for k, v in command["env"].items() if k.startswith("F2_")}
    run(installed, *command["args"][1:])
    crawl.check_files("one")
    assert list(installed["cwd"].iterdir()) == []
