"""A spider is found by its name, and no other is loaded for it."""

import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from f2scrapy.crawl.commands.check import Command
from f2scrapy.crawl.spider_loader import SpiderLoader
from f2scrapy.errors import InputError

ROOT = Path(__file__).parents[2]


def test_all_spiders_by_name() -> None:
    loader = SpiderLoader(["spiders"])
    names = loader.list()
    assert names == sorted(path.stem for path in (ROOT / "spiders").glob("[a-z]*.py"))
    assert [loader.load(name).name for name in names] == names


def test_unknown_name() -> None:
    with pytest.raises(KeyError, match="Spider not found: douyin_nothing"):
        SpiderLoader(["spiders"]).load("douyin_nothing")


@pytest.mark.parametrize(
    ("names", "present"), [(["other"], "other"), (["mine", "two"], "mine, two"), ([], "none")]
)
def test_file_holds_the_spider_of_its_name_alone(
    names: list[str], present: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = f"own_{len(names)}"
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").touch()
    classes = (f"class S{at}(Spider):\n    name = '{name}'\n" for at, name in enumerate(names))
    (tmp_path / package / "mine.py").write_text("from scrapy import Spider\n" + "".join(classes))
    monkeypatch.syspath_prepend(tmp_path)
    line = f"{package}/mine.py: want one spider, named mine; there are: {present}"
    with pytest.raises(InputError, match=f"^{line}$"):
        SpiderLoader([package]).load("mine")


def test_the_others_are_left_alone() -> None:
    code = (
        "import sys; from f2scrapy.crawl.spider_loader import SpiderLoader;"
        "SpiderLoader(['spiders']).load('douyin_user_post');"
        "others = ('spiders.', 'f2scrapy.platforms.tiktok');"
        "print(*[name for name in sys.modules if name.startswith(others)])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True,
                          check=True)  # fmt: skip
    assert done.stdout.split() == ["spiders.douyin_user_post"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no.such", "No module named"),
        ("json.decoder", "is not a package"),
        ("", "ValueError: Empty module name"),
        ("broken_package", "ZeroDivisionError: division by zero"),
    ],
)
def test_what_is_no_package_is_one_line_for_commands(
    name: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_package").mkdir()
    (tmp_path / "broken_package/__init__.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError, match=f"^SPIDER_MODULES={name}: .*{words}") as raised:
        SpiderLoader.from_settings(Settings({"SPIDER_MODULES": [name]}))
    assert not raised.value.print_help


def test_file_without_a_spider_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "package_with_helper").mkdir()
    (tmp_path / "package_with_helper/helper.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    loader, words = (
        SpiderLoader(["package_with_helper"]),
        "want one spider, named helper; there are: none",
    )
    with pytest.raises(InputError, match=f"package_with_helper/helper.py: {words}"):
        loader.load("helper")
    command = Command()
    command.settings = Settings()
    command.crawler_process = SimpleNamespace(spider_loader=loader)
    with pytest.raises(SystemExit):
        command.run([], Namespace(list=False, verbose=False, spargs={}))
    assert capsys.readouterr().err == f"scrapy check: package_with_helper/helper.py: {words}\n"
