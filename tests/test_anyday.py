"""The tests say the same on any day: steady examples, and what `make test-anyday` needs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ANYDAY = Path(__file__).parents[1] / ".ci/anyday"


def examples() -> list[tuple[str, int]]:
    """Return what Hypothesis draws."""
    drawn = []

    @given(text=st.text(), number=st.integers())
    def draw(text: str, number: int) -> None:
        drawn.append((text, number))

    draw()
    return drawn


@pytest.mark.skipif(not settings.default.derandomize, reason="make fuzz draws at random")
def test_examples_do_not_depend_on_what_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = examples()
    names = [f"word{number}" for number in range(500)]
    (tmp_path / "more_words.py").write_text(f"WORDS = {names}\nNUMBERS = {[*range(7000, 9000)]}\n")
    monkeypatch.syspath_prepend(tmp_path)
    import more_words

    assert examples() == before
    assert sys.modules.pop("more_words") is more_words


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_missing_faketime_is_one_line_and_fails_in_ci(ci: str, code: int, tmp_path: Path) -> None:
    for command in ("bash", "dirname"):
        (tmp_path / command).symlink_to(shutil.which(command) or "")
    env = {"PATH": str(tmp_path), "CI": ci}
    done = subprocess.run(
        [tmp_path / "bash", ANYDAY], env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert [line.split()[:3] for line in done.stderr.splitlines()] == [
        ["test-anyday:", "faketime", "is"]
    ]
