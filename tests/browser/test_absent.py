"""Without the extra `browser` all is as before; with it, nothing is imported too early."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.crawling import PROJECT, Crawler

from f2scrapy.sandbox.server import run_sandbox

CODE = """
import sys
if {absent}:
    sys.modules["playwright"] = sys.modules["scrapy_playwright"] = None
sys.argv = ["scrapy", *{words}]
import atexit, scrapy.cmdline
atexit.register(lambda: print("loaded:", [n for n, m in sys.modules.items() if m and "playw" in n]))
scrapy.cmdline.execute()
"""


def run(words: list[str], *, absent: bool, **env: str) -> subprocess.CompletedProcess[str]:
    code = CODE.format(absent=absent, words=words)
    return subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True,
                          check=False, env={**os.environ, **env})  # fmt: skip


@pytest.mark.parametrize("absent", [True, False])
def test_plain_crawl_needs_no_browser(tmp_path: Path, absent: bool) -> None:
    with run_sandbox() as sandbox:
        crawl = Crawler(sandbox, tmp_path / "D", settings={"F2_MEDIA": ""})
        command = crawl.build_command(*crawl.build_arguments("one"))
        done = run(command["args"][3:], absent=absent, **command["env"])
    assert (done.returncode, "OK: 1 of 1." in done.stderr) == (0, True), done.stderr
    assert "loaded: []" in done.stdout


def test_without_it_login_and_lending_are_bad_input(tmp_path: Path) -> None:
    own = "url=https://www.douyin.com/user/self"
    words = ["crawl", "douyin_user_post", "-a", own, "-s", "F2_BROWSER=lend"]
    options = {"F2_PATH": str(tmp_path), "F2_SANDBOX": ""}
    for given in (["login", "douyin"], words):
        done = run(given, absent=True, **options)
        assert done.returncode == 1, done.stderr
        assert (
            "no browser can be driven here: pip install 'scrapy-playwright<0.0.49'" in done.stderr
        )
        assert "Traceback" not in done.stderr
