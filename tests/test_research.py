"""docs/research.md: its pieces run one after the other, and give the picture that it shows."""

import os
import re
import shlex
import struct
import warnings
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pytest
from support import warm

from f2scrapy.sandbox.server import run_sandbox

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / f"docs/{name}.md" for name in ("research", "research.zh-CN")]
PICTURE = ROOT / "docs/images/likes.png"
CREATORS = ("demo", "clean200")


def list_pieces(page: Path) -> list[tuple[str, str]]:
    """Return the commands and the code of a page, in their order."""
    text = page.read_text("utf-8")
    return re.findall(r"^```(console|python)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_both_languages_have_the_same_pieces() -> None:
    english, chinese = map(list_pieces, PAGES)
    assert len(english) > 8
    assert english == chinese


def require_packages() -> None:
    """Skip a test without the extra `research`; in CI that is a failure."""
    for name in ("duckdb", "matplotlib", "pandas"):
        if os.environ.get("CI"):
            __import__(name)
        pytest.importorskip(name)


def test_pieces_lead_from_creators_to_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    require_packages()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    names: dict[str, Any] = {}
    with run_sandbox() as sandbox, warnings.catch_warnings():
        warnings.simplefilter("default")  # of the packages, which are not ours
        links = "\n".join(map(sandbox.get_user_url, CREATORS))
        Path("creators.txt").write_text(links, encoding="utf-8")
        for kind, piece in list_pieces(PAGES[0]):
            if kind == "python":
                exec(piece, names)
            else:
                run_command(piece.removeprefix("$ "), sandbox.url)
        names["plt"].close("all")
        sample = Path("sample.txt").read_text("utf-8").split()
        works = {one for name in CREATORS for one in sandbox.describe_files(name)}
    assert {*names["works"]["aweme_id"]} == works
    assert len(names["comments"]) == names["sample"]["comment_count"].sum()
    comments = names["comments"]
    replies = comments[comments["is_reply"]]
    assert (len(sample), len(replies) > 0) == (3, True)
    assert set(replies["reply_id"]) <= set(comments["comment_id"])
    assert len(replies) + comments["reply_id"].eq("").sum() == len(comments)
    assert set(names["growth"]["id"]) == works
    shown = capsys.readouterr().out
    assert "sandbox1" in shown
    assert "fetched" in shown, "the table of DuckDB"
    assert read_size(Path("likes.png")) == read_size(PICTURE) == (800, 350)
    assert PICTURE.stat().st_size <= 60_000


def run_command(line: str, url: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name[:3] != "F2_"}
    env = kept | {"F2_SANDBOX": url, "F2_PACE": "0"}
    with NamedTemporaryFile("r", encoding="utf-8") as log:
        words = shlex.split(line)[1:]
        code = warm.run_scrapy(words, env, Path.cwd(), log.name, warm.COMMAND)
        assert code == 0, log.read()


def read_size(picture: Path) -> tuple[int, int]:
    """Return width and height of a PNG, from its header."""
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return width, height
