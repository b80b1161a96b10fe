"""Environments of their own for the programs f2scrapy is measured beside."""

import subprocess
import venv
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent / ".bench"


def python(name: str, *requirements: str) -> Path:
    """Return the Python of environment `.bench/<name>`, made and filled on first use.

    *requirements* is what pip installs there, pinned, e.g. ``"f2==0.0.1.7"``; other ones than last
    time are installed anew.

    Raises:
        subprocess.CalledProcessError: pip could not install them; the next call tries again.
    """
    home = BENCH / name
    interpreter = home / "bin" / "python"
    receipt = home / "requirements.txt"
    wanted = "\n".join(requirements)
    if not receipt.exists() or receipt.read_text() != wanted:
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([interpreter, "-m", "pip", "install", "-q", *requirements], check=True)
        receipt.write_text(wanted)
    return interpreter
