"""The layout is kept: imports between folders, and spider = file = class."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from f2scrapy.api.browser_profile import load_profile
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms import get_platform
from f2scrapy.sandbox import routes
from f2scrapy.sandbox.http_types import Request
from f2scrapy.sandbox.links import OUTSIDE
from f2scrapy.sandbox.state import State

ROOT = Path(__file__).parents[1]
SPIDERS = sorted(path.stem for path in (ROOT / "spiders").glob("[a-z]*.py"))
STDLIB = set(sys.stdlib_module_names) | {"__future__"}

# Folders (and modules of the first floor): what each may import of the others. `Any.name` narrows
# a folder to one module. `platforms` and `danmaku` may name types of others (TYPE_CHECKING).
ALLOWED = {
    "": set(),  # f2scrapy/__init__.py
    "errors": set(),
    "signing": {"errors"},
    "text": {"errors"},
    "settings": {""},
    "model": {"errors", "text"},
    "archive": {"model", "errors", "text"},
    "download": {"errors", "text"},
    "platforms": {"model", "signing", "errors", "text"},
    "store": {"errors", "text"},
    "config": {"model", "platforms", "archive.naming", "archive.template", "archive.server",
               "download.rate", "store.address", "errors", "text", ""},
    "api": {"model", "config", "platforms", "signing", "errors", "text"},
    "identities": {"api", "archive", "errors", "text"},
    "notify": {"api", "config", "errors", "text"},
    "programs": {"api", "config", "errors", "text"},  # api: a log knows the identities' secrets
    "qr": set(),
    "rooms": {"api", "archive", "model", "platforms", "errors"},
    "danmaku": {"rooms", "api", "archive", "config", "download", "platforms", "model", "programs",
                "errors", "text"},
    "live": {"danmaku", "rooms", "notify", "programs", "api", "archive", "config", "download",
             "platforms", "model", "errors", "text"},
    "browser": {"qr", "api", "config", "platforms", "model", "errors", "text"},
    "doctor": {"browser", "api", "archive", "config", "platforms", "model", "errors", "text", ""},
    "crawl": {"browser", "doctor", "identities", "qr", "live", "danmaku", "rooms", "notify",
              "api", "archive", "config", "download", "platforms", "store", "model", "errors",
              "text", ""},
    "fleet": {"crawl", "identities", "notify", "archive", "platforms", "errors", "text"},
    "command": {"crawl", "live", "danmaku", "identities", "fleet", "notify", "api", "archive",
                "config", "platforms", "store", "model", "errors", "text", ""},
    "f2": {"browser", "crawl", "danmaku", "rooms", "qr", "api", "archive", "config", "platforms",
           "model", "signing", "errors", "text", ""},
    "sandbox": {"signing", "programs", "errors", "text"},
    "spiders": {"crawl", "model", "platforms", "errors"},
    "pipelines": {"crawl", "live", "rooms", "archive", "config", "download", "model", "errors",
                  "text"},
}  # fmt: skip
SPEAKERS = ("browser", "notify", "programs", "danmaku", "live", "doctor", "crawl", "command",
            "pipelines")  # fmt: skip
ALLOWED |= {"language": {"platforms"}} | {name: ALLOWED[name] | {"language"} for name in SPEAKERS}
SCRAPY = {"crawl", "spiders", "pipelines"}  # these alone import Scrapy or Twisted
PURE = ("f2scrapy.errors", "f2scrapy.text", "f2scrapy.archive.naming", "f2scrapy.archive.template",
        "f2scrapy.signing",
        "f2scrapy.platforms.douyin.links", "f2scrapy.platforms.tiktok.links")  # fmt: skip


def modules() -> Iterator[tuple[str, Path]]:
    for top in ("f2scrapy", "spiders", "pipelines"):
        for path in (ROOT / top).rglob("*.py"):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def imports(path: Path, name: str, *, types: bool = True) -> Iterator[str]:
    """Yield the modules a file imports; without `types`, not those that type checkers alone see."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree) if types else walk_runtime(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.removesuffix(".__init__").split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], base]).rstrip(".")
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def walk_runtime(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from walk_runtime(child)


def ours(names: Iterator[str]) -> set[str]:
    return {n for n in names if n.partition(".")[0] in {"f2scrapy", "spiders", "pipelines"}}


def folder(name: str) -> str:
    """Return the row of ALLOWED for a module: its folder, or its name on the first floor."""
    top, _, rest = name.removesuffix(".__init__").partition(".")
    return rest.partition(".")[0] if top == "f2scrapy" else top


MODULES = dict(modules())
NAMES = {name.removesuffix(".__init__") for name in MODULES}


def used_modules(name: str) -> set[str]:
    """Return our modules that a module imports when it runs."""
    return ours(imports(MODULES[name], name, types=False)) & NAMES - {"f2scrapy"}


@pytest.mark.parametrize("name", MODULES)
def test_imports_follow_the_directions(name: str) -> None:
    mine = folder(name)
    for used in used_modules(name):
        inner = used.removeprefix("f2scrapy.")
        fits = folder(used) == mine or any(f"{inner}.".startswith(f"{a}.") for a in ALLOWED[mine])
        assert fits, f"{name} imports {used}"


def test_spiders_and_pipelines_import_none_of_their_kind() -> None:
    for name in MODULES:
        if name.startswith(("spiders", "pipelines")):
            assert not [used for used in used_modules(name) if used.startswith(name[:7])]


def test_folders_import_each_other_in_no_circle() -> None:
    graph = {row: {folder(u) for n in MODULES if folder(n) == row for u in used_modules(n)} - {row}
             for row in ALLOWED}  # fmt: skip
    while free := [row for row, used in graph.items() if not used & graph.keys()]:
        for row in free:
            del graph[row]
    assert not graph


def test_the_first_floor_is_small() -> None:
    assert len(list((ROOT / "f2scrapy").glob("*.py"))) <= 8


@pytest.mark.parametrize("name", MODULES)
def test_scrapy_stays_in_its_wing(name: str) -> None:
    if folder(name) not in SCRAPY and name != "f2scrapy.sandbox.demo":
        tops = {used.partition(".")[0] for used in imports(MODULES[name], name)}
        assert not tops & {"scrapy", "twisted"}


@pytest.mark.parametrize(
    "module",
    [
        "danmaku.client",
        "live.runner",
        "api.session",
        "archive.archive",
        "settings",
        "crawl.list_reader",
        "f2.apps.douyin.handler",
        "f2.apps.tiktok.dl",
    ],
)
def test_programs_without_scrapy_load_none_of_it_and_no_extra(module: str) -> None:
    stores = "'opendal', 'httpx', 'paramiko'"
    absent = f"{{'scrapy', 'twisted', 'av', 'playwright', 'qrcode', 'yt_dlp', {stores}}}"
    code = f"import sys, f2scrapy.{module}; print({absent} & {{*sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("name", [n for n in MODULES if "sandbox" not in n])
def test_the_sandbox_and_the_settings_are_imported_nowhere(name: str) -> None:
    used = ours(imports(MODULES[name], name))
    assert not [u for u in used if u.startswith(("f2scrapy.sandbox", "f2scrapy.settings"))]


# Certificates are signed, too, but not by a platform's scheme.
@pytest.mark.parametrize("name", [n for n in MODULES if "sandbox" in n and "certif" not in n])
def test_sandbox_checks_signatures_and_never_makes_them(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text("utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not [function for function in called if function.split(".")[-1] == "sign"]


@pytest.mark.parametrize("name", [n for n in MODULES if n.startswith(PURE)])
def test_pure_modules_need_the_standard_library_only(name: str) -> None:
    for used in imports(MODULES[name], name):
        top = used.partition(".")[0]
        assert top in STDLIB | {"f2scrapy", "gmssl", "pydantic_core"}, f"{name} imports {used}"


PLATFORMS = ("douyin", "tiktok")


def shared_by_all(name: str) -> bool:
    """Neither a platform's own folder, nor what plays one, nor an algorithm."""
    own = (*(f"f2scrapy.platforms.{platform}" for platform in PLATFORMS), "f2scrapy.sandbox",
           *(f"f2scrapy.f2.apps.{platform}" for platform in PLATFORMS),
           "f2scrapy.signing", "spiders")  # fmt: skip
    return not f"{name}.".startswith(tuple(f"{folder}." for folder in own))


@pytest.mark.parametrize("name", [n for n in MODULES if shared_by_all(n)])
def test_what_is_shared_names_no_platform(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text("utf-8"))
    told = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert not [text for text in told if text in PLATFORMS]


def test_platforms_are_laid_out_alike() -> None:
    one, other = ({path.stem for path in (ROOT / "f2scrapy/platforms" / name).glob("[a-z]*")}
                  for name in PLATFORMS)  # fmt: skip
    assert one & other == {
        "endpoints",
        "items",
        "links",
        "guest",
        "pages",
        "webcast",
        "account",
        "site",
    }
    assert one ^ other == {"lyrics", "danmaku"}


@pytest.mark.parametrize("name", SPIDERS)
def test_spider_is_file_is_class(name: str) -> None:
    module = import_module(f"spiders.{name}")
    words = "".join(word.capitalize() for word in name.split("_"))
    spider = getattr(module, f"{words}Spider")
    assert spider.name == name
    assert spider.__doc__, "what it yields, and a command to copy"
    assert f"scrapy crawl {name}" in spider.__doc__
    assert spider.endpoints
    assert all(issubclass(kind, Endpoint) for kind in spider.endpoints)
    assert get_platform(name.partition("_")[0]).links.KINDS.keys() >= {*spider.wants}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_kind_of_link_names_a_spider(platform: str) -> None:
    tasks = {it.task for it in get_platform(platform).links.KINDS.values()} - {""}
    assert [task for task in tasks if f"{platform}_{task}" not in SPIDERS] == []


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
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]  # of any owner's checkout
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    names = listed.stdout.split("\0")
    assert "pyproject.toml" in names
    for name in names:
        text = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        # Douyin's own interfaces have such a folder, too, behind a name in braces.
        assert not re.search(rb"(?<![\w}])/(root|work|home|tmp)/", text), name


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
    route = routes.find_route(Request(kind.method, address.netloc, address.path), State())
    assert route is not OUTSIDE
    assert route.kind != "page"
    assert route.requirements.method == kind.method


@pytest.mark.parametrize("kind", endpoints(), ids=lambda kind: kind.__name__)
def test_interface_says_what_it_is(kind: type[Endpoint]) -> None:
    assert kind.__doc__
    assert not (kind.rows_path and kind.item_path), "a list of rows, or one thing"
    assert kind.referer.startswith("https://")
    assert kind.scheme == "" or kind.scheme in load_profile(kind.platform, {}).schemes
    assert kind.params in load_profile(kind.platform, {}).params
