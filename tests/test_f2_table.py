"""docs/F2.md: no row is missing, every name in it is there, its example runs."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.sandbox.server import Sandbox

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/F2.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| ([DTSX]-\w+) \| [^|]+ \| ([^|]+) \|$", TEXT, re.MULTILINE))


def found(name: str) -> Any:
    """Return the object that a dotted name stands for."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing: Any = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            thing = getattr(thing, part)
        return thing
    raise ImportError(name)


def test_no_row_is_missing(shared: Path) -> None:
    coverage = (shared / "reference/f2/coverage.md").read_text("utf-8")
    named = set(re.findall(r"^\| ((?:D-|T-|S-|X-)\w+) \|", coverage, re.MULTILINE))
    assert set(ROWS) == named
    assert len(ROWS) == 187


@pytest.mark.parametrize("row", ROWS)
def test_what_a_row_names_is_there(row: str) -> None:
    names = re.findall(r"`((?:f2scrapy|pipelines)\.[\w.]+|(?:douyin|tiktok)_\w+)`", ROWS[row])
    assert names or ROWS[row].startswith("— "), "a name, or why there is none"
    for name in names:
        if "." not in name:
            assert (ROOT / "spiders" / f"{name}.py").is_file(), name
        else:
            assert found(name) is not None


async def test_the_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [code] = re.findall(r"^```python\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    example: dict[str, Any] = {"__name__": "example"}
    exec(code, example)
    monkeypatch.chdir(tmp_path)
    async with Sandbox() as sandbox:
        monkeypatch.setenv("F2_SANDBOX", sandbox.url)
        monkeypatch.setenv("F2_PACE", "0")
        await example["main"](f"看 {sandbox.get_user_url('demo')}")
        assert not sandbox.state.report.violations
    said = capsys.readouterr().out
    for expected in ("not found: ", "\n184 Mozilla/5.0", "a_bogus=", "X-Bogus=", "&signature=",
                     "\ndouyin/post/演示账号\n", "_video.mp4", "▀"):  # fmt: skip
        assert expected in said
    assert (tmp_path / "work.svg").is_file()
