"""The documents are true: tree, code, links; both READMEs say the same."""

import re
from pathlib import Path

import pytest

from f2scrapy.archive.template import VARIABLES
from f2scrapy.config.spider_files import find_spider_modules
from f2scrapy.crawl.spider_loader import SpiderLoader

ROOT = Path(__file__).parents[1]
BESIDES = {"spiders", "pipelines", "docs/F2.md", "docs/compare.md", "docs/performance.md",
           "docs/python.md", "docs/research.md", "docs/sandbox.md", "docs/stores.md",
           "docs/unattended.md", "deploy", "benchmarks", "peers", "tests"}  # fmt: skip
GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
COMPARED = [(ROOT / f"docs/{name}.md").read_text("utf-8") for name in ("compare", "compare.zh-CN")]
READMES = [(ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def first_cells(text: str) -> list[str]:
    """Return the first cell of each row of its tables that is a name of ours."""
    return re.findall(r"^\| (`[^|]+?) \|", text.replace("、", ", "), re.MULTILINE)


def test_the_tree_names_what_is_there() -> None:
    tree = blocks(GUIDE, "text")[0]
    drawn = set(re.findall(r"^(?:[├└]── )?([\w./]+?)/? {2,}\S", tree, re.MULTILINE))
    there = {
        path.name
        for path in (ROOT / "f2scrapy").iterdir()
        if path.name[0] != "_" and path.name != "py.typed"
    }
    assert drawn - BESIDES == there


@pytest.mark.parametrize("block", blocks(GUIDE, "python"))
def test_the_code_shown_is_ours(block: str) -> None:
    place, code = block.split("\n", 1)
    assert code in (ROOT / place.removeprefix("# ")).read_text("utf-8")


def test_names_in_the_guide_are_ours() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for top in ("f2scrapy", "spiders", "pipelines")
        for path in (ROOT / top).rglob("*.py")
    )
    there = {*re.findall(r"^(?:class )?([A-Z]\w*[a-z]\w*)\b", code, re.MULTILINE), "None"}
    classes = re.findall(r"`([A-Z][a-z]+[A-Za-z]*)`", GUIDE)
    spiders = re.findall(r"`((?:douyin|tiktok)_\w+)`", GUIDE)
    assert [name for name in classes if name not in there] == []
    assert [name for name in spiders if name not in find_spider_modules(["spiders"])] == []


@pytest.mark.parametrize(
    ("folder", "text"),
    [*((ROOT, text) for text in (GUIDE, *READMES)), *((ROOT / "docs", text) for text in COMPARED)],
)
def test_links_lead_somewhere(folder: Path, text: str) -> None:
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    assert [name for name in linked if not (folder / name).is_file()] == []


def test_both_readmes_have_the_same_rows_in_the_same_order() -> None:
    english, chinese = map(first_cells, READMES)
    assert len(english) > 30
    assert english == chinese


@pytest.mark.parametrize("text", READMES)
def test_spiders_for_accounts_alone_are_marked(text: str) -> None:
    rows = [row for row in text.splitlines() if row.startswith("| ") and row.endswith("¹ |")]
    marked = {name for row in rows for name in re.findall(r"`((?:douyin|tiktok)_\w+)`", row)}
    spiders = {
        name: SpiderLoader(["spiders"]).load(name) for name in find_spider_modules(["spiders"])
    }
    assert marked == {name for name, spider in spiders.items() if spider.needs_account()}


def test_comparison_names_our_spiders() -> None:
    lines = [line for line in COMPARED[0].splitlines() if line.startswith("|")]
    rows = [line.split(" | ") for line in lines[2:]]
    assert {len(row) for row in rows} == {11}
    assert [row for row in rows if "`" not in row[-1]] == [], "a list of theirs without ours"
    named = re.findall(r"`((?:douyin|tiktok)_\w+)`", " ".join(row[-1] for row in rows))
    assert len(named) > 50
    assert [name for name in named if name not in find_spider_modules(["spiders"])] == []


@pytest.mark.parametrize("language", ["console", "yaml"])
def test_both_readmes_show_the_same_commands(language: str) -> None:
    english, chinese = ([bare(b) for b in blocks(text, language)] for text in READMES)
    assert english
    assert english == chinese


@pytest.mark.parametrize("text", READMES)
def test_readme_names_all_that_names_of_files_are_made_of(text: str) -> None:
    assert [name for name in VARIABLES.keys() - {"uniqueId"} if f"{{{name}}}" not in text] == []


def bare(block: str) -> list[str]:
    """A block without its comments."""
    return [line.partition(" #")[0].rstrip() for line in block.splitlines()]
