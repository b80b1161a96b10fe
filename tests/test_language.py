"""Both languages have all texts."""

import ast
import logging
import re
import time
from collections import defaultdict
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from string import Formatter

import pytest

from f2scrapy import text
from f2scrapy.api import cookies
from f2scrapy.browser.installed import INSTALL
from f2scrapy.command.main import main
from f2scrapy.crawl.extensions.log_redaction import translate_record
from f2scrapy.crawl.item_filter import INTERVAL_FORMS
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.run_report import summarize
from f2scrapy.crawl.targets import describe_wants
from f2scrapy.danmaku.__main__ import main as watch
from f2scrapy.doctor.examine import describe
from f2scrapy.doctor.finding import Finding, State, list_lines
from f2scrapy.errors import Outcome, Reason
from f2scrapy.language import choose_language, load_chinese, translate, translate_message
from f2scrapy.model.media import MediaKind
from f2scrapy.platforms import get_platform, list_platforms
from f2scrapy.programs import LineFormatter
from f2scrapy.text import describe_unknown

ROOT = Path(__file__).parents[1]
SOURCES = [
    path
    for folder in ("f2scrapy", "spiders", "pipelines")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if not {"sandbox", "signing", "proto", "language"} & set(path.parts)
]
CHINESE = load_chinese()


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN", "F2_LANG": "en"}, "en"),
        ({"LANG": "de_DE", "F2_LANG": "ZH"}, "zh"),
        ({"LANG": "zh_CN", "F2_LANG": "auto"}, "zh"),
    ],
)
def test_language_is_that_of_the_user(environment: dict[str, str], language: str) -> None:
    assert choose_language(environment) == language


def find_calls(path: Path) -> list[ast.Call]:
    return [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)]


def read_literals(path: Path) -> set[str]:
    """Return the literal texts that a module gives to `_`."""
    given = [n.args[0] for n in find_calls(path) if ast.unparse(n.func) == "_" and n.args]
    return {node.value for node in given if isinstance(node, ast.Constant)}


def list_tables() -> set[str]:
    """Return the texts of tables with translated entries."""
    from f2scrapy.browser import terminal as login
    from f2scrapy.command import arguments, summary
    from f2scrapy.danmaku import arguments as danmaku
    from f2scrapy.danmaku import stats_report
    from f2scrapy.danmaku import summary as rooms

    examples = {text for _, text in arguments.EXAMPLES}
    texts = {login._HEADLESS, login._PICTURE, *login._STATES.values(), *login._FAULTS.values()}
    columns = {*stats_report.MINUTES, *stats_report._SHOWN[0], *stats_report._SHOWN[1]}
    columns |= {*rooms._TABLE_NUMBERS, "room", "ended", "time"}
    return {*arguments.COMMANDS.values(), *examples, *summary._SKIPPED.values(), *texts, *columns,
            danmaku._EPILOG}  # fmt: skip


def list_advice() -> set[str]:
    """Return the advice of outcomes, and what a run says in its place."""
    tree = ast.parse((ROOT / "f2scrapy/crawl/run_log.py").read_text("utf-8"))
    given = {node.value for node in ast.walk(tree) if isinstance(node, ast.Return)}
    of_runs = {node.value for node in given if isinstance(node, ast.Constant)}
    found = {one.advice for one in [*Outcome, *Reason]} | of_runs
    return {str(one) for one in found if isinstance(one, str)} - {""}


def list_nouns() -> set[str]:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "f2scrapy").rglob("items/*.py"))
    text += "".join(
        path.read_text("utf-8") for path in (ROOT / "f2scrapy/platforms/common").glob("*.py")
    )
    found = {*re.findall(r'noun: ClassVar = "([^"]+)"', text), "row", "item"}
    return {f"{{count}} {noun}{end}" for noun in found for end in ("", "s")}


def test_each_text_has_a_translation() -> None:
    texts = (
        set[str]().union(*map(read_literals, SOURCES))
        | list_tables()
        | list_advice()
        | list_nouns()
        | {*Outcome}
    )
    assert len(texts) > 200
    assert sorted(texts - CHINESE.keys()) == []


# Messages: what the program writes as one English sentence, with values in it

RAISED = ("InputError", "UsageError", "argparse.ArgumentTypeError", "Refused", "describe_unknown")
LOGGED = ("warning", "error", "critical")
# Python's interface: no terminal shows its errors.
LEFT_FOLDERS = ("f2scrapy/f2/", "f2scrapy/crawl/script.py")
CHECKED_VALUES = ("f2scrapy/config/", "f2scrapy/crawl/", "f2scrapy/api/cookies.py",
                  "f2scrapy/api/browser_profile.py", "f2scrapy/command/",
                  "f2scrapy/archive/server.py")  # fmt: skip
LEFT: set[str] = set()  # messages without a translation; it may only shrink
PARTS = {  # of messages, which are translated as a whole
    "X1.schemes.X2: the scheme X3",
    "X1: X2, X3 of them parsed again, X4 have other valuesX5",
    "is it in use by another login?",
    "it has no profile",
    "it has no such profile; there are: X1",
    "run it once by hand",
    "waiting for ",
    "without a window here",
}
OPTIONAL = ("hint", "limit", "_suggest(error)")  # values that are often empty


def read_template(node: ast.expr) -> str:
    """Return a message with X1, X2 … in place of its values."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(map(read_template, node.values))
    if isinstance(node, ast.FormattedValue):
        return "" if ast.unparse(node.value) in OPTIONAL else "\0"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return read_template(node.left) + read_template(node.right)
    return "\0"


def list_assigned(path: Path) -> dict[str, list[ast.expr]]:
    """Return what a module assigns to names that it may give to an error or a log, by name."""
    found: dict[str, list[ast.expr]] = defaultdict(list)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] += list_branches(node.value)
    return found


def list_branches(node: ast.expr) -> list[ast.expr]:
    """Return both values of a choice, or the only one."""
    if isinstance(node, ast.IfExp):
        return [*list_branches(node.body), *list_branches(node.orelse)]
    return [node]


def list_messages(path: Path) -> set[str]:
    """Return the messages of a module that a user may read, with X1, X2 … in place of values.

    So are texts that the module assigns to a name before it gives the name to an error or a log.
    """
    place, found = path.relative_to(ROOT).as_posix(), set()
    if place.startswith(LEFT_FOLDERS):
        return found
    assigned = list_assigned(path)
    for call in find_calls(path):
        name = ast.unparse(call.func)
        is_log = "." in name and name.rpartition(".")[2] in LOGGED
        is_value = name == "ValueError" and place.startswith(CHECKED_VALUES)
        if name in RAISED or is_log or is_value or name == "Finding":  # of `f2scrapy doctor`
            given = call.args[2:] if name == "Finding" else call.args[:2]
            inner = [one for node in given for one in ast.walk(node) if isinstance(one, ast.Name)]
            for node in [*given, *(value for one in inner for value in assigned.get(one.id, ()))]:
                text = re.sub(r"%[sdg]", "\0", read_template(node))
                text += " is not known; did you mean \0?" if name == "describe_unknown" else ""
                found.add(text)
    return number_values(found)


def number_values(texts: set[str]) -> set[str]:
    """Return the sentences among texts, with X1, X2 … for each zero byte."""
    numbered = set()
    for one in texts:
        numbers = count(1)
        numbered.add(re.sub("\0", lambda _, it=numbers: f"X{next(it)}", one))
    return {one for one in numbered if re.search(r"[a-z]{2,} [a-z]{2,}", one)}


PLACES = {  # of texts among the arguments of a call
    "add_gap": 2, "add_lost": 2, "FileMissing": 1, "SoundMissing": 1, "add_remark": 1,
    "remarks.append": 0,
}  # fmt: skip


def list_details(path: Path) -> set[str]:
    """Return the details of gaps and the remarks in a module, likewise."""
    nodes = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            for called, place in PLACES.items():
                if name == called or name.endswith(f".{called}"):
                    nodes += node.args[place : place + 1]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "detail":
            nodes.append(node.value)
    return number_values(set(map(read_template, nodes)))


def is_translated(text: str) -> bool:
    """Return whether a text is Chinese, without three English words in a row."""
    bare = re.sub(r"`[^`]*`|pip install \S+", "", text)
    has_english = re.search(r"\b[a-z]+ [a-z]+ [a-z]+\b", bare)
    return bool(re.search("[\u4e00-\u9fff]", text)) and not has_english


def test_each_message_is_translated() -> None:
    """A new InputError or warning needs an entry in `f2scrapy/language/messages.py`."""
    details = set[str]().union(*map(list_details, SOURCES))
    assert len(details) > 20
    messages = details.union(*map(list_messages, SOURCES))
    assert len(messages) > 180
    left = {text for text in messages if not is_translated(translate_message(text, "zh"))}
    assert left - PARTS == LEFT
    assert left >= PARTS


def test_advice_with_a_sentence_more_is_translated() -> None:
    for one in list_advice():
        assert is_translated(translate_message(f"{one} A browser may help: {INSTALL}.", "zh")), one


def test_expected_values_and_link_kinds_are_translated() -> None:
    values = {"ge": 1, "gt": 1, "le": 1, "expected": "auto, bars, lines, none"}
    wishes = {form.format(**values) for form in text._EXPECTATIONS.values()}
    kinds = {
        describe_wants(platform, [kind])
        for platform in list_platforms()
        for kind in get_platform(platform).links.KINDS
    }
    for one in wishes | kinds | {cookies._WANT_FILE, INTERVAL_FORMS}:
        assert is_translated(translate_message(one, "zh")), one


def test_each_kind_of_file_that_may_be_lacking_has_a_word() -> None:
    for kind in {*MediaKind} - {"motion_photo", "desc", "info", "nfo", "live"}:  # made here
        shown = translate_message(f"3 works without {kind}, 1 work without sound", "zh")
        assert kind not in shown
        assert shown.startswith("3 个作品没有")


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("F2_RATE=a: want bytes per second, such as 500k or 2M",
         "F2_RATE=a：请填每秒字节数，例如 500k 或 2M"),
        ("option F2_MEIDA is not known; did you mean F2_MEDIA?",
         "没有选项 F2_MEIDA；是不是 F2_MEDIA？"),
        ("/a: b; c/d: no file can be written there (Permission denied)",
         "/a: b; c/d：那里不能写文件（没有权限）"),
        ("-a url=x: this is a work (aweme_id) of tiktok; douyin_mix wants a user (uid)",
         "-a url=x：这是 TikTok 的作品（aweme_id）；douyin_mix 需要的是用户（uid）"),
        ("OK: 200 of 200.", "OK：200/200。"),
        ("PRIVATE: 3 of 4, 1 explained (1 PRIVATE).", "PRIVATE：3/4，1 个有原因（1 PRIVATE）。"),
        ("INTERRUPTED: 0 of an unknown number. Run the same command again; finished files "
         "are kept.",
         "INTERRUPTED：0，总数未知。再运行同一条命令；已完成的文件会保留。"),
        ("a sentence that no table has", "a sentence that no table has"),
        ("argument --codec: invalid choice: 'x' (choose from 'h264', 'h265')",
         "参数 --codec：不能是 'x'；可选：'h264', 'h265'"),
        ("CAPTCHA", "CAPTCHA"),
        ("OK: 9 of 9, 1 work without music, 2 works without subtitle, 3 works without sound.",
         "OK：9/9，1 个作品没有音乐，2 个作品没有字幕，3 个作品没有声音。"),
        ("kind of event 'x' is not known; did you mean like?", "没有消息种类 'x'；是不是 like？"),
        ("no identity is free: a rests until 2026-12-01 13:35 UTC+8 (its budget); b rests until "
         "2026-12-01 14:00 UTC+8 (CAPTCHA); try again at 2026-12-01 13:35 UTC+8",
         "没有空闲的账号：a 休息到 2026-12-01 13:35 UTC+8（额度用完）；"
         "b 休息到 2026-12-01 14:00 UTC+8（CAPTCHA）；请在 2026-12-01 13:35 UTC+8 再试"),
    ],
)  # fmt: skip
def test_message_keeps_its_values(english: str, chinese: str) -> None:
    assert translate_message(english, "zh") == chinese
    assert translate_message(english, "en") == english


def test_translations_have_the_same_values_to_fill_in() -> None:
    for english, chinese in CHINESE.items():
        fields = [{name for _, name, _, _ in Formatter().parse(text) if name}
                  for text in (english, chinese)]  # fmt: skip
        assert fields[0] == fields[1], english


def test_translation_fills_in_values() -> None:
    assert translate("{count} works", "zh", count=3) == "3 个作品"
    assert translate("{count} works", "en", count=3) == "3 works"
    assert translate("not translated", "zh") == "not translated"


# The places that show texts


def test_places_show_the_language_of_the_user(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("F2_LANG", "zh")
    record = logging.LogRecord("x", logging.WARNING, "", 1, "%s: no such room", ("abc",), None)
    assert LineFormatter("%(message)s").format(record) == "abc：没有这个直播间"
    for level, shown in ((logging.ERROR, "没有这个用户"), (logging.INFO, "no such user")):
        record = logging.LogRecord("x", level, "", 1, "no such user", (), None)
        assert translate_record(record)
        assert record.msg == shown
    lines = list_lines([Finding("disk", State.BAD, "F2_PATH cannot be read (x)", "x")])
    assert lines[0] == "磁盘        有误：F2_PATH 无法读取（x）"
    assert lines[-2] == "接下来："
    assert main(["nothing", "-s", f"F2_PATH={tmp_path}"]) == 1
    assert capsys.readouterr().err.startswith("f2scrapy: nothing：这不是平台的链接")
    assert watch(["a", "--duration", "x"]) == 1
    assert "参数 --duration：请填秒数（不小于 0），不能是 'x'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    ["", "verify", "update", "archive migrate", "identity add", "fleet add", "live", "danmaku"],
)
def test_help_is_in_the_language_of_the_user(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("F2_LANG", "zh")
    with pytest.raises(SystemExit):
        main([*words.split(), "--help"])
    shown = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "显示本帮助" in shown
    assert not re.findall(r"\b[a-z]+ [a-z]+ [a-z]+\b", shown)


def test_reports_and_errors_stay_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("F2_LANG", "zh")
    assert describe_unknown("option F2_X", "F2_X", ["F2_XY"]) == (
        "option F2_X is not known; did you mean F2_XY?"
    )
    log = RunLog("douyin_user_post", datetime(2026, 11, 30, tzinfo=UTC))
    log.add_gap("x", Outcome.CAPTCHA, "a captcha instead of an answer")
    assert summarize(log).startswith("INTERRUPTED: 0 of 1, 1 missing (1 CAPTCHA).")
    [row] = describe([Finding("disk", State.GOOD, "none yet; the first run makes it")])
    assert (row["name"], row["text"]) == ("disk", "none yet; the first run makes it")


def test_hostile_text_takes_no_time() -> None:
    began = time.process_time()
    for one in ("a: b; c, d (e). " * 200, "x y: z\n" * 500, "a (b) or c, " * 40):
        translate_message(one, "zh")
    assert time.process_time() - began < 5
