"""Wheel and egg hold all that is needed: they run without a checkout."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from configparser import ConfigParser
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from support.crawling import PROJECT, Crawler

import f2scrapy

FACTS = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
PACKAGES = ["f2scrapy", "spiders", "pipelines"]
CHECKOUT_ONLY = {"benchmarks", "peers", "tests"}
SOURCES = {".py", ".pyc", ".pyi", ".proto"}  # no program reads these when it runs
SETUP = """from setuptools import setup, find_packages
setup(name='project', version='1.0', packages=find_packages(),
      entry_points={'scrapy': ['settings = f2scrapy.settings']})
"""  # as scrapyd-deploy writes it
OTHER_SPIDER = """from scrapy import Spider
class OtherSpider(Spider):
    name = "other"
    start_urls = ["data:,x"]
    def parse(self, response):
        yield {"text": response.text}
"""
OTHER_PIPELINE = """class Other:
    def process_item(self, item):
        return item | {"pipeline": "other"}
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(words, cwd=PROJECT, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture
def installed(tmp_path: Path, wheel: Path) -> dict[str, Any]:
    """Return arguments for `subprocess`: a folder where Python knows only the wheel."""
    site, elsewhere = tmp_path / "site-packages", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with ZipFile(wheel) as archive:
        archive.extractall(site)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("F2_", "PYTHON"))}
    mine = {"PYTHONPATH": str(site), "SCRAPY_SETTINGS_MODULE": "f2scrapy.settings"}
    return {"cwd": elsewhere, "env": environment | mine}


@pytest.fixture
def deployed(installed: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """The same with the egg that scrapyd-deploy makes in place of the files."""
    try:
        major = int(version("setuptools").partition(".")[0])
    except PackageNotFoundError:
        major = 0
    if not 77 <= major < 81:
        pytest.skip("the setuptools of the extra cluster is not here")
    project = tmp_path / "project"
    left_out = shutil.ignore_patterns("__pycache__")
    for package in PACKAGES:
        shutil.copytree(PROJECT / package, project / package, ignore=left_out)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, project)
    (project / "setup.py").write_text(SETUP)
    words = [sys.executable, "-W", "ignore", "setup.py", "-q", "bdist_egg", "-d", str(tmp_path)]
    subprocess.run(words, cwd=project, check=True, capture_output=True)
    [egg] = tmp_path.glob("*.egg")
    installed["env"] |= {"PYTHONPATH": str(egg)}
    return installed


def run(installed: dict[str, Any], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], **installed, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_has_one_top_level_package(wheel: Path) -> None:
    names = {name.partition("/")[0] for name in ZipFile(wheel).namelist()}
    assert names == {"f2scrapy", f"f2scrapy-{f2scrapy.__version__}.dist-info"}
    assert "f2scrapy/py.typed" in ZipFile(wheel).namelist()


def test_the_wheel_has_every_package() -> None:
    there = {path.parent.name for path in PROJECT.glob("*/__init__.py")}
    assert set(PACKAGES) == there - CHECKOUT_ONLY


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_of_code_is_a_package(package: str) -> None:
    folders = {path.parent for path in (PROJECT / package).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_spiders_are_found_from_another_folder(installed: dict[str, Any]) -> None:
    listed = run(installed, "-m", "scrapy", "list").split()
    assert listed == sorted(path.stem for path in (PROJECT / "spiders").glob("[a-z]*.py"))
    where = run(installed, "-c", "import f2scrapy; print(f2scrapy.__file__)")
    assert installed["env"]["PYTHONPATH"] in where


def test_another_scrapy_project_keeps_its_own_names(installed: dict[str, Any]) -> None:
    """It may have a `pipelines.py` and a folder `spiders` on the same path."""
    root: Path = installed["cwd"]
    (root / "spiders").mkdir()
    (root / "spiders" / "__init__.py").touch()
    (root / "spiders" / "other.py").write_text(OTHER_SPIDER)
    (root / "pipelines.py").write_text(OTHER_PIPELINE)
    settings = "SPIDER_MODULES = ['spiders']\nITEM_PIPELINES = {'pipelines.Other': 1}\n"
    (root / "settings.py").write_text(settings)
    other = installed | {"env": installed["env"] | {"SCRAPY_SETTINGS_MODULE": "settings"}}
    rows = run(other, "-m", "scrapy", "crawl", "other", "-O", "-:jsonlines", "--nolog")
    assert json.loads(rows) == {"text": "x", "pipeline": "other"}
    assert "douyin_user_post" in run(installed, "-m", "scrapy", "list").split()


def test_an_egg_holds_the_files_the_code_reads() -> None:
    held = FACTS["tool"]["setuptools"]["package-data"]
    for package in PACKAGES:
        for path in (PROJECT / package).rglob("*.*"):
            patterns = held.get(".".join(path.parent.relative_to(PROJECT).parts), [])
            assert path.suffix in SOURCES or any(map(path.match, patterns)), path


def test_an_egg_names_the_settings() -> None:
    """Scripts of setup.py do not count where pyproject.toml names scripts."""
    config = ConfigParser()
    config.read(PROJECT / "scrapy.cfg")
    entry = FACTS["project"]["entry-points"]["scrapy"]
    assert entry == {"settings": config["settings"]["default"]}


def test_an_egg_runs_the_main_job(deployed: dict[str, Any], play: Callable[..., Crawler]) -> None:
    look = "from importlib.metadata import entry_points as e; print(*e(group='scrapy'))"
    assert "f2scrapy.settings" in run(deployed, "-c", look)
    main_job(deployed, play())


def test_main_job_runs_from_another_folder(
    installed: dict[str, Any], play: Callable[..., Crawler]
) -> None:
    main_job(installed, play())


def main_job(installed: dict[str, Any], crawl: Crawler) -> None:
    link = crawl.sandbox.get_user_url("one")
    command = crawl.build_command("douyin_user_post", "-a", f"url={link}")
    installed["env"] |= {k: v for k, v in command["env"].items() if k.startswith("F2_")}
    run(installed, *command["args"][1:])
    crawl.check_files("one")
    assert list(installed["cwd"].iterdir()) == []
