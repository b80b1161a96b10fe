"""Both languages have all texts."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from f2scrapy.command.chinese import CHINESE
from f2scrapy.command.language import choose_language, translate
from f2scrapy.errors import Outcome, Reason

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "f2scrapy/command").glob("*.py"))


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN", "F2_LANG": "en"}, "en"),
        ({"LANG": "de_DE", "F2_LANG": "ZH"}, "zh"),
        ({"LANG": "zh_CN", "F2_LANG": "auto"}, "zh"),
    ],
)
def test_language_is_that_of_the_user(environment: dict[str, str], language: str) -> None:
    assert choose_language(environment) == language


def literals(path: Path) -> set[str]:
    """The literal texts that a module gives to `_`, and those of tables it translates."""
    tree = ast.parse(path.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [node.args[0] for node in calls if ast.unparse(node.func) == "_" and node.args]
    return {node.value for node in given if isinstance(node, ast.Constant)}


def tables() -> set[str]:
    from f2scrapy.command import arguments, summary

    examples = {text for _, text in arguments.EXAMPLES}
    return {*arguments.COMMANDS.values(), *examples, *summary._SKIPPED.values()}


def advice() -> set[str]:
    return {one.advice for one in [*Outcome, *Reason]} - {""}


def nouns() -> set[str]:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "f2scrapy").rglob("items/*.py"))
    text += "".join(
        path.read_text("utf-8") for path in (ROOT / "f2scrapy/platforms/common").glob("*.py")
    )
    found = {*re.findall(r'noun: ClassVar = "([^"]+)"', text), "row", "item"}
    return {f"{{count}} {noun}{end}" for noun in found for end in ("", "s")}


def test_each_text_has_a_translation() -> None:
    texts = set[str]().union(*map(literals, SOURCES)) | tables() | advice() | nouns() | {*Outcome}
    assert len(texts) > 100
    assert sorted(texts - CHINESE.keys()) == []


def test_translations_have_the_same_values_to_fill_in() -> None:
    for english, chinese in CHINESE.items():
        fields = [{name for _, name, _, _ in Formatter().parse(text) if name}
                  for text in (english, chinese)]  # fmt: skip
        assert fields[0] == fields[1], english


def test_translation_fills_in_values() -> None:
    assert translate("{count} works", "zh", count=3) == "3 个作品"
    assert translate("{count} works", "en", count=3) == "3 works"
    assert translate("not translated", "zh") == "not translated"
