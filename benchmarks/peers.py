"""Prepare environments for the programs f2scrapy is measured beside."""

import shutil
import subprocess
import venv
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent / ".bench"


class AbsentError(Exception):
    """A program to measure beside is not installed and cannot be installed."""


def find_program(name: str) -> str:
    """Return the path of an installed program.

    Raises:
        AbsentError: there is no program of that name.
    """
    path = shutil.which(name)
    if path is None:
        raise AbsentError(f"{name} is not on this machine")
    return path


def prepare_python(name: str, *requirements: str) -> Path:
    """Return the Python of environment `.bench/<name>`, created and filled on first use.

    *requirements* is installed there by pip, pinned, e.g. ``"f2==0.0.1.7"``; when they change, the
    environment is created again.

    Raises:
        AbsentError: pip could not install them; the next call tries again.
    """
    home = BENCH / name
    interpreter = home / "bin" / "python"
    receipt = home / "requirements.txt"
    wanted = "\n".join(requirements)
    if not receipt.exists() or receipt.read_text() != wanted:
        venv.create(home, with_pip=True, clear=True)
        pip = [interpreter, "-m", "pip", "install", "-q", *requirements]
        if subprocess.run(pip, check=False).returncode:
            raise AbsentError(f"pip could not install {' '.join(requirements)}")
        receipt.write_text(wanted)
    return interpreter
