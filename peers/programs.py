"""The clients, how each is started, and how its results are read."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from benchmarks.peers import AbsentError, prepare_python
from peers.certificate import Authority

_CLIENTS = Path(__file__).parent / "clients"
_TIMEOUT_S = 240
Facts = Mapping[str, str]


@dataclass(frozen=True)
class Result:
    """One interface of a client: whether it was answered, and if not, why."""

    client: str
    interface: str
    answered: bool
    reason: str = ""


@dataclass(frozen=True)
class Call:
    """A run of a command-line client: its arguments, and what has to be on disk or shown then."""

    interface: str
    arguments: Callable[[Facts], list[str]]
    suffixes: tuple[str, ...] = ()  # of files that must be there and hold something
    shows: str = ""  # text in its output
    is_quick: bool = False
    seconds: float = 0  # after which it is stopped; 0 = it ends by itself


@dataclass(frozen=True)
class Program:
    """A client: its requirement for pip, and its script in `clients/` or its calls."""

    name: str
    requirement: str
    script: str = ""
    module: str = ""  # for `python -m`
    proxy_options: tuple[str, ...] = ()  # before the address of the proxy
    calls: tuple[Call, ...] = ()
    is_quick: bool = False
    extras: tuple[str, ...] = field(default=())

    async def run(
        self, sandbox: str, proxy: str, authority: Authority, facts: Facts, part: str
    ) -> list[Result]:
        """Run the client in its environment; a client that cannot be installed gives one result."""
        try:
            name = f"peers-{self.requirement.partition('==')[0].lower()}"
            python = await asyncio.to_thread(prepare_python, name, self.requirement, *self.extras)
        except AbsentError as error:
            return [Result(self.name, "installation", False, str(error))]
        environment = {
            **os.environ,
            "PEERS_SANDBOX": sandbox, "PEERS_PROXY": proxy, "PEERS_PART": part,
            "PEERS_FACTS": json.dumps(dict(facts)),
            "SSL_CERT_FILE": str(authority.path), "REQUESTS_CA_BUNDLE": str(authority.path),
            "PYTHONWARNINGS": "ignore",
        }  # fmt: skip
        if self.script:
            return await self._run_script(python, environment)
        calls = [call for call in self.calls if part == "all" or call.is_quick]
        return [await self._run_call(python, c, environment, facts, proxy) for c in calls]

    async def _run_script(self, python: Path, environment: Mapping[str, str]) -> list[Result]:
        with tempfile.TemporaryDirectory() as folder:
            command = [str(python), str(_CLIENTS / self.script)]
            output = await _run(command, environment, folder, _TIMEOUT_S)
        lines = [line[6:] for line in output.splitlines() if line.startswith("PEERS ")]
        results = [Result(self.name, **json.loads(line)) for line in lines]
        return results or [Result(self.name, "start", False, output.strip()[-300:])]

    async def _run_call(
        self, python: Path, call: Call, environment: Mapping[str, str], facts: Facts, proxy: str
    ) -> Result:
        with tempfile.TemporaryDirectory() as folder:
            command = [str(python), "-m", self.module, *self.proxy_options, proxy]
            command += call.arguments(facts)
            output = await _run(command, environment, folder, call.seconds or _TIMEOUT_S)
            written = _list_suffixes(Path(folder))
        answered = written >= set(call.suffixes) and call.shows in output
        objections = await asyncio.to_thread(_take_violations, environment["PEERS_SANDBOX"])
        last = next((line for line in reversed(output.splitlines()) if line.strip()), "")
        reason = "" if answered else "; ".join(filter(None, (objections, last)))
        return Result(self.name, call.interface, answered, reason[:300])


async def _run(
    command: list[str], environment: Mapping[str, str], folder: str, seconds: float
) -> str:
    """Return the output of a program, which is stopped after `seconds`."""
    process = await asyncio.create_subprocess_exec(
        *command, env=dict(environment), cwd=folder,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    reading = asyncio.create_task(process.communicate())
    done, _ = await asyncio.wait([reading], timeout=seconds)
    if not done:
        process.terminate()
    output, _ = await reading
    text = output.decode(errors="replace")
    if os.environ.get("PEERS_SHOW"):
        sys.stderr.write(text)
    return text


def _list_suffixes(folder: Path) -> set[str]:
    """Return the suffixes of the files that a client wrote, those of empty files left out."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.suffix for path in files if path.stat().st_size > 0}


def _take_violations(sandbox: str) -> str:
    opener = build_opener(ProxyHandler({}))
    with opener.open(f"{sandbox}/__report") as response:
        found = json.load(response)["violations"]
    opener.open(f"{sandbox}/__reset", b"").close()
    return "; ".join(dict.fromkeys(entry["what"] for entry in found))


_TIKTOK = "https://www.tiktok.com"


def _user(facts: Facts) -> str:
    return f"{_TIKTOK}/@{facts['unique_id']}"


def _list(facts: Facts, name: str) -> list[str]:
    return ["--range", "1-3", f"{_user(facts)}/{name}"]


def _log_in(facts: Facts) -> list[str]:
    return ["-o", f"cookies={json.dumps({'sessionid': facts['session']})}"]


# fmt: off
PROGRAMS = (
    Program("f2-douyin", "f2==0.0.1.7", script="f2_douyin.py", is_quick=True),
    Program("f2-tiktok", "f2==0.0.1.7", script="f2_tiktok.py"),
    Program(
        "yt-dlp", "yt-dlp==2026.10.26", module="yt_dlp", is_quick=True,
        proxy_options=("--compat-options", "no-certifi", "--no-warnings", "--retries", "1",
                       "--proxy"),
        calls=(
            Call("work", lambda f: [f"{_user(f)}/video/{f['work']}"], (".mp4",), is_quick=True),
            Call("list", lambda f: ["--playlist-end", "3", _user(f)], (".mp4",)),
            Call("collection", lambda f: ["--flat-playlist", "-j",
                                          f"{_user(f)}/collection/x-{f['collection']}"],
                 shows='"id"'),
            Call("live", lambda f: ["-j", f"{_user(f)}/live"], shows="flv"),
        ),
    ),
    Program(
        "gallery-dl", "gallery-dl==1.32.18", module="gallery_dl", extras=("yt-dlp==2026.10.26",),
        proxy_options=("-d", ".", "-o", "sleep-request=0", "--proxy"),
        calls=(
            Call("work", lambda f: [f"{_user(f)}/video/{f['work']}"], (".mp4",)),
            Call("photos", lambda f: [f"{_user(f)}/photo/{f['album']}"], (".jpg",)),
            Call("posts", lambda f: _list(f, "posts"), (".mp4",)),
            Call("likes", lambda f: _list(f, "liked"), (".mp4",)),
            Call("reposts", lambda f: _list(f, "reposts"), (".jpg",)),
            Call("stories", lambda f: [f"{_user(f)}/stories"], (".mp4",)),
            Call("saved", lambda f: [*_log_in(f), *_list(f, "saved")], (".mp4",)),
        ),
    ),
    Program(
        "streamlink", "streamlink==8.6.3", module="streamlink", proxy_options=("--http-proxy",),
        calls=(
            Call("tiktok qualities", lambda f: ["--json", f"{_user(f)}/live"], shows="h265_hd"),
            Call("tiktok recording", lambda f: ["-o", "room.flv", f"{_user(f)}/live", "best"],
                 (".flv",), seconds=12),
            Call("douyin recording",
                 lambda f: ["-o", "room.flv", f"https://live.douyin.com/{f['web_rid']}", "best"],
                 (".flv",), seconds=12),
        ),
    ),
    Program("tiktoklive", "TikTokLive==7.0.1", script="tiktoklive.py", is_quick=True),
    Program("piratetok", "piratetok-live-py==0.3.0", script="piratetok.py"),
    Program("streamget", "streamget==4.0.10", script="streamget_rooms.py"),
    Program("douyinsolver", "douyinsolver==1.0.0", script="douyinsolver.py"),
)
# fmt: on
# Interfaces that are refused for a reason that is known: see docs/sandbox.md.
MISSING: frozenset[tuple[str, str]] = frozenset()
