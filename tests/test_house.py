"""The house stays as it was laid out: who imports whom, and spider = file = class."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from f2scrapy.api.browser_profile import client
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.link import CALLED
from f2scrapy.sandbox import routes
from f2scrapy.sandbox.http_types import Ask
from f2scrapy.sandbox.links import OUTSIDE
from f2scrapy.sandbox.state import World

ROOT = Path(__file__).parents[1]
SPIDERS = sorted(path.stem for path in (ROOT / "spiders").glob("[a-z]*.py"))
STDLIB = set(sys.stdlib_module_names) | {"__future__"}

ITEMS = {
    "f2scrapy.platforms.common",
    "f2scrapy.model.endpoint",
    "f2scrapy.model.item",
    "f2scrapy.errors",
}
# What a module may import of ours besides its own package: the longest prefix that fits counts.
ALLOWED = {
    "spiders": {
        "f2scrapy.crawl.spider",
        "f2scrapy.crawl.index_spider",
        "f2scrapy.crawl.arguments",
        "f2scrapy.model.endpoint",
        "f2scrapy.errors",
        "f2scrapy.model.link",
        "f2scrapy.platforms.douyin",
        "f2scrapy.platforms.tiktok",
    },
    "pipelines": {"f2scrapy"},
    "f2scrapy": {"f2scrapy"},
    "f2scrapy.settings": set(),
    "f2scrapy.errors": set(),
    "f2scrapy.signing": set(),
    "f2scrapy.archive.naming": {"f2scrapy.errors"},
    "f2scrapy.model.link": set(),
    "f2scrapy.api.sandbox_url": set(),
    "f2scrapy.download.filetype": set(),
    "f2scrapy.model.endpoint": {"f2scrapy.errors"},
    "f2scrapy.api.verdict": {"f2scrapy.model.endpoint", "f2scrapy.errors"},
    "f2scrapy.model.item": {"f2scrapy.model.endpoint", "f2scrapy.errors"},
    "f2scrapy.platforms.common": {
        "f2scrapy.model.endpoint",
        "f2scrapy.model.item",
        "f2scrapy.errors",
    },
    "f2scrapy.platforms.douyin.links": {"f2scrapy.errors", "f2scrapy.model.link"},
    "f2scrapy.platforms.douyin.endpoints": {
        "f2scrapy.model.endpoint",
        "f2scrapy.errors",
        "f2scrapy.platforms.douyin.pages",
    },
    "f2scrapy.platforms.douyin.pages": {"f2scrapy.model.endpoint", "f2scrapy.errors"},
    "f2scrapy.platforms.douyin.items": {"f2scrapy.platforms.douyin", *ITEMS},
    "f2scrapy.platforms.tiktok.links": {"f2scrapy.errors", "f2scrapy.model.link"},
    "f2scrapy.platforms.tiktok.endpoints": {
        "f2scrapy.model.endpoint",
        "f2scrapy.errors",
        "f2scrapy.model.link",
        "f2scrapy.platforms.tiktok.pages",
    },
    "f2scrapy.platforms.tiktok.pages": {"f2scrapy.model.endpoint", "f2scrapy.errors"},
    "f2scrapy.platforms.tiktok.items": {"f2scrapy.platforms.tiktok", *ITEMS},
}
PURE = ("f2scrapy.errors", "f2scrapy.archive.naming", "f2scrapy.signing", "f2scrapy.platforms.douyin.links",
        "f2scrapy.platforms.tiktok.links")  # fmt: skip


def modules() -> Iterator[tuple[str, Path]]:
    for top in ("f2scrapy", "spiders", "pipelines"):
        for path in (ROOT / top).rglob("*.py"):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def imports(path: Path, name: str) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.removesuffix(".__init__").split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], base]).rstrip(".")
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def ours(names: Iterator[str]) -> set[str]:
    return {n for n in names if n.partition(".")[0] in {"f2scrapy", "spiders", "pipelines"}}


def rule(name: str) -> str:
    fitting = [key for key in ALLOWED if f"{name}.".startswith(f"{key}.")]
    return max(fitting, key=len)


MODULES = dict(modules())


@pytest.mark.parametrize("name", MODULES)
def test_imports_follow_the_directions(name: str) -> None:
    key = rule(name)
    allowed = ALLOWED[key] | ({key} if key not in {"spiders", "pipelines"} else set())
    for used in ours(imports(MODULES[name], name)):
        fits = any(f"{used}.".startswith(f"{prefix}.") for prefix in allowed)
        assert fits or any(p.startswith(f"{used}.") for p in allowed), f"{name} imports {used}"


@pytest.mark.parametrize("name", [n for n in MODULES if "sandbox" not in n])
def test_nobody_imports_the_sandbox_or_the_settings(name: str) -> None:
    used = ours(imports(MODULES[name], name))
    assert not [u for u in used if u.startswith(("f2scrapy.sandbox", "f2scrapy.settings"))]


@pytest.mark.parametrize("name", [n for n in MODULES if "sandbox" in n])
def test_sandbox_checks_signatures_and_never_makes_them(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text("utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not [function for function in called if function.split(".")[-1] == "sign"]


@pytest.mark.parametrize("name", [n for n in MODULES if n.startswith(PURE)])
def test_pure_modules_need_the_standard_library_only(name: str) -> None:
    for used in imports(MODULES[name], name):
        top = used.partition(".")[0]
        assert top in STDLIB | {"f2scrapy", "gmssl"}, f"{name} imports {used}"


PLATFORMS = ("douyin", "tiktok")


def shared_by_all(name: str) -> bool:
    """Neither a platform's own folder, nor what plays one, nor an algorithm."""
    own = (*(f"f2scrapy.platforms.{platform}" for platform in PLATFORMS), "f2scrapy.sandbox",
           "f2scrapy.signing", "spiders")  # fmt: skip
    return not f"{name}.".startswith(tuple(f"{folder}." for folder in own))


@pytest.mark.parametrize("name", [n for n in MODULES if shared_by_all(n)])
def test_what_is_shared_names_no_platform(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text("utf-8"))
    told = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert not [text for text in told if text in PLATFORMS]


def test_platforms_are_laid_out_alike() -> None:
    one, other = ({path.stem for path in (ROOT / "f2scrapy" / name).glob("[a-z]*")}
                  for name in PLATFORMS)  # fmt: skip
    assert one & other == {"endpoints", "items", "links", "guest", "pages", "webcast"}
    assert one ^ other == {"lyrics", "captions"}


@pytest.mark.parametrize("name", SPIDERS)
def test_spider_is_file_is_class(name: str) -> None:
    module = import_module(f"spiders.{name}")
    words = "".join(word.capitalize() for word in name.split("_"))
    spider = getattr(module, f"{words}Spider")
    assert spider.name == name
    assert spider.__doc__, "what it yields, and a command to copy"
    assert f"scrapy crawl {name}" in spider.__doc__
    assert all(issubclass(kind, Endpoint) for kind in spider._endpoints())
    assert CALLED.keys() >= {*spider.wants}, "kinds that people are told of"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_readme_has_a_row_for_each_spider(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    missing = [name for name in SPIDERS if f"| `{name}` |" not in text]
    assert not missing


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_readme_has_a_row_for_each_option(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    settings = import_module("f2scrapy.settings")
    missing = [name for name in dir(settings) if name.startswith("F2_") and name not in text]
    assert not missing


NO_SOCKETS = """
import socket, sys
def refuse(*args, **kwargs):
    raise SystemExit("a connection was tried")
socket.socket.connect = socket.socket.connect_ex = socket.create_connection = refuse
sys.argv = {argv!r}
"""


@pytest.mark.parametrize("words", [["list"], ["crawl", "--help"], ["version"], ["settings"]])
def test_commands_open_no_connection(words: list[str]) -> None:
    code = NO_SOCKETS.format(argv=["scrapy", *words]) + "import scrapy.cmdline as c; c.execute()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_importing_everything_opens_nothing() -> None:
    names = [name.removesuffix(".__init__") for name in MODULES if not name.endswith("__main__")]
    code = NO_SOCKETS.format(argv=["x"]) + (
        "import builtins, importlib, os\n"
        "real = open\n"
        "def guarded(file, mode='r', *a, **k):\n"
        "    assert not set(mode) & set('wax+'), f'{file} was opened to be written'\n"
        "    return real(file, mode, *a, **k)\n"
        "builtins.open = guarded\n"
        f"[importlib.import_module(name) for name in {names!r}]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_no_path_of_a_machine_is_in_the_tree() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = listed.stdout.split("\0")
    assert "pyproject.toml" in names
    for name in names:
        text = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        text = text.replace(b"/home/search/item/", b"")  # an interface of Douyin's
        for folder in ("root", "work", "home"):
            assert f"/{folder}/".encode() not in text, name


def endpoints() -> list[type[Endpoint]]:
    """Every interface there is; those without an address are bases."""
    for name in MODULES:
        if ".endpoints" in name:
            import_module(name.removesuffix(".__init__"))
    found, left = [], [Endpoint]
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        if kind.__module__.startswith("f2scrapy.") and "url" in kind.__dict__:
            found.append(kind)
    return found


@pytest.mark.parametrize("kind", endpoints(), ids=lambda kind: kind.__name__)
def test_sandbox_answers_every_interface(kind: type[Endpoint]) -> None:
    address = urlsplit(kind.url)
    route = routes.find(Ask(kind.method, address.netloc, address.path), World())
    assert route is not OUTSIDE
    assert route.kind != "page"
    assert route.guard.method == kind.method


@pytest.mark.parametrize("kind", endpoints(), ids=lambda kind: kind.__name__)
def test_interface_says_what_it_is(kind: type[Endpoint]) -> None:
    assert kind.__doc__
    assert not (kind.rows and kind.thing), "a list of rows, or one thing"
    assert kind.referer.startswith("https://")
    assert kind.scheme == "" or kind.scheme in client(kind.platform, {}).schemes
    assert kind.params in client(kind.platform, {}).params
