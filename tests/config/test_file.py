"""defaults < file < environment < command line."""

from pathlib import Path
from typing import Any

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from f2scrapy import settings as project
from f2scrapy.api.browser_profile import BrowserProfile
from f2scrapy.api.browser_profile import load_profile as build_client
from f2scrapy.config import spider_files
from f2scrapy.config.file import load_options
from f2scrapy.config.options import NAMES, Options
from f2scrapy.crawl import sections
from f2scrapy.crawl.addon import OptionsAddon, get_user_file, load_settings
from f2scrapy.crawl.arguments import CursorArgs
from f2scrapy.crawl.requests import MEDIA_SLOT
from f2scrapy.crawl.sections import apply_spider_options, read_spider_arguments
from f2scrapy.crawl.shared import get_options
from f2scrapy.errors import InputError
from f2scrapy.model.media import MediaKind


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """load("path: a", F2_PACE="1"): the settings of a crawl with such a file and command line."""
    monkeypatch.chdir(tmp_path)

    def settings(yaml: str | None = None, **options: Any) -> Settings:
        if yaml is not None:
            (tmp_path / "f2scrapy.yaml").write_text(yaml, encoding="utf-8")
        loaded = Settings()
        loaded.setmodule(project, priority="project")
        loaded.setdict(options, priority="cmdline")
        load_settings(loaded)
        return loaded

    return settings


@pytest.fixture(params=["in a crawl", "without Scrapy"])
def parse(request: pytest.FixtureRequest, load, tmp_path: Path):
    """parse("path: a", F2_PACE="1"): the options, in a crawl and of a program without Scrapy."""

    def options(yaml: str | None = None, **given: Any) -> Options:
        if request.param == "in a crawl":
            return get_options(Crawler(Spider, load(yaml, **given)))
        if yaml is not None:
            (tmp_path / "f2scrapy.yaml").write_text(yaml, encoding="utf-8")
        return load_options(**given)

    return options


def read_arguments(settings: Settings, spider: str = "douyin_user_post") -> dict[str, Any]:
    return read_spider_arguments(get_user_file(settings), spider, CursorArgs)


def build(platform: str, options: Options) -> BrowserProfile:
    return build_client(platform, options.client, options.file_name)


def test_file_beats_default_environment_beats_file_command_beats_all(parse, monkeypatch) -> None:
    assert parse().path == Path("Download")
    assert parse("path: a").path == Path("a")
    monkeypatch.setenv("F2_PATH", "b")
    assert parse("path: a").path == Path("b")
    assert parse("path: a", F2_PATH="c").path == Path("c")


def test_settings_of_scrapy_have_the_same_order(load, monkeypatch) -> None:
    assert load()["F2_PATH"] == "Download"
    assert load("path: a")["F2_PATH"] == "a"
    monkeypatch.setenv("F2_PATH", "b")
    assert load("path: a")["F2_PATH"] == "b"
    assert load("path: a", F2_PATH="c")["F2_PATH"] == "c"


def test_null_never_overrides(parse) -> None:
    assert parse("path: null\ndouyin: null").path == Path("Download")


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("pathh: a", "pathh is not known; did you mean path?"),
        ("douyin_user_pots: {}", "did you mean douyin_user_post?"),
        ("douyin: 5", "douyin: want names and values below it"),
        ("- a", "want sections"),
        ("a: [", "cannot be read: line 1: expected"),
        ('path: "C:\\Users"', "; put text with a \\ into single quotes"),
        ("F2_PATH: x", "F2_PATH is not known; did you mean path?"),
        ("yes: x", "True is not known"),
        ("file: x", "f2scrapy.yaml: file is not known; "),
        ("config: x", "config is not known; there are: after, archive"),
        ("path: a\npace: 1\npath: b", "line 3: path stands there a second time"),
        ("douyin: {}\ndouyin: {media: cover}", "line 2: douyin stands there a second"),
        ("path: 2024-13-01", "cannot be read: month must be in 1..12"),
        ("path: ~nosuch/x", "F2_PATH=~nosuch/x: the home folder of that user is not known"),
        ('archive: "a\\0b"', "a path cannot contain a zero byte"),
        ("pace: .inf", "F2_PACE=inf: want 86400 or less"),
        ("path: 2024", "F2_PATH=2024: want a text: put it into quotes"),
        ("naming: [a]", "F2_NAMING=['a']: want a text"),
        ("media: no", "F2_MEDIA=False: want a text: put it into quotes"),
        ("media: [5]", "F2_MEDIA: '5' is not known; there are"),
        ("live_danmaku: [as]", "F2_LIVE_DANMAKU: 'as' is not known; did you mean ass?"),
        ("a: " + "[" * 3000, "cannot be read: too many brackets are open at once"),
    ],
)
def test_bad_file_is_one_clear_line(parse, yaml: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        parse(yaml)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_named_file_must_be_there(parse, monkeypatch) -> None:
    monkeypatch.setenv("F2_CONFIG", "none.yaml")
    with pytest.raises(InputError, match="there is no such file"):
        parse()


def test_messages_name_the_file_there_is(load, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("douyin_user_post: {max_count: 1}\nclient: {doyin: {}}")
    settings = load(F2_CONFIG=str(mine))
    with pytest.raises(InputError, match=f"^{mine}: douyin_user_post"):
        read_arguments(settings)
    with pytest.raises(InputError, match=f"^{mine}: client.doyin"):
        build("douyin", get_options(Crawler(Spider, settings)))
    with pytest.raises(InputError, match=f"^{mine}: client.doyin"):
        build("douyin", load_options(F2_CONFIG=str(mine)))


def test_spider_that_does_not_load_is_named_and_troubles_no_other(load, monkeypatch) -> None:
    files = {**spider_files.find_spider_modules(), "douyin_broken": "spiders.douyin_broken"}
    for module in (spider_files, sections):
        monkeypatch.setattr(module, "find_spider_modules", lambda: files)
    settings = load("douyin: {max_counts: 7, keyword: sea}")
    assert read_arguments(settings) == {"max_counts": 7}
    with pytest.raises(InputError, match=r"max_count; spiders/douyin_broken.py cannot be loaded"):
        read_arguments(load("douyin: {max_count: 7}"))


def test_spider_beats_platform(load) -> None:
    settings = load("douyin: {page_counts: 5, max_counts: 7}\ndouyin_user_post: {page_counts: 9}")
    assert read_arguments(settings) == {"page_counts": 9, "max_counts": 7}


def test_options_of_one_spider(load) -> None:
    settings = load("path: a\ndouyin_user_post: {path: b}")
    apply_spider_options(settings, "douyin_user_post", {})
    assert settings["F2_PATH"] == "b"


def test_options_of_one_spider_are_of_use(load) -> None:
    settings = load("douyin_user_post: {pace: slow}")
    apply_spider_options(settings, "douyin_user_post", {})
    with pytest.raises(InputError, match="F2_PACE=slow: want a number"):
        get_options(Crawler(Spider, settings))


@pytest.mark.parametrize(("yaml", "media"), [("", "none"), ("media: cover", "cover")])
def test_spider_has_its_own_defaults_until_the_user_speaks(load, yaml: str, media: str) -> None:
    settings = load(yaml)
    apply_spider_options(settings, "douyin_user_post", {"F2_MEDIA": "none"})
    assert settings["F2_MEDIA"] == media


def test_unknown_argument_names_the_nearest(load) -> None:
    settings = load("douyin_user_post: {max_count: 1}")
    with pytest.raises(InputError, match=r"douyin_user_post.max_count is not known; .*max_counts"):
        read_arguments(settings)


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("douyin_user_like: {max_count: 1}", r"douyin_user_like.max_count is .*max_counts\?"),
        ("tiktok_user_post: {keyword: sea}", r"tiktok_user_post.keyword is not known"),
        ("tiktok: {nonsense: 1}", r"tiktok.nonsense is not known"),
        ("douyin_user_like: {1: 2}", r"douyin_user_like.1 is not known"),
    ],
)
def test_unknown_name_in_another_section(load, yaml: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_arguments(load(yaml))


def test_another_section_has_its_own_names(load) -> None:
    settings = load("douyin_search: {keyword: sea, pace: 2}\ntiktok: {max_counts: 3}\ndouyin_mix:")
    assert read_arguments(settings) == {}


def test_merged_names_may_stand_there_again(load) -> None:
    settings = load("douyin: &all {path: a}\ndouyin_user_post: {<<: *all, path: b}")
    assert get_user_file(settings).section("douyin_user_post") == {"path": "b"}


@pytest.mark.parametrize("name", ["F2_PACE", "F2_BACKOFF", "F2_STALL", "F2_LIVE_POLL"])
def test_no_pause_is_endless(parse, name: str) -> None:
    for value in ("inf", "1e9", "nan"):
        with pytest.raises(InputError, match=f"^{name}={value}: want "):
            parse(**{name: value})


@pytest.mark.parametrize("name", ["F2_PATH", "F2_ARCHIVE", "F2_COOKIES", "F2_REPORT", "F2_CONFIG"])
def test_home_folder_that_is_not_there(parse, name: str) -> None:
    with pytest.raises(InputError, match="~nosuch/x"):
        parse(**{name: "~nosuch/x"})


def test_client_can_be_changed_in_part(parse) -> None:
    known = build("douyin", parse("client: {douyin: {browser: {version: 199.0.0.0}}}"))
    assert known.browser.version == "199.0.0.0"
    assert known.params["web"]["aid"] == "6383"


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("client: {douyin: {browzer: 1}}", r"client.douyin.browzer is not known; .*browser\?"),
        ("client: {douyin: {browser: {versoin: 1}}}", r"versoin is not known; .*version\?"),
        ("client: {douyin: {cookie_hosts: x}}", "client.douyin.cookie_hosts: want a list"),
        ("client: {douyin: {schemes: {web: x_gnarly}}}", r"x_gnarly is not known; .*a_bogus"),
        ("client: {douyin: {schemes: {wep: a_bogus}}}", r"did you mean web\?"),
        (
            "client: {tiktok: {schemes: {/api/comments/list/: x_bogus}}}",
            r"mean /api/comment/list/\?",
        ),
        (
            "client: {tiktok: {schemes: {/api/comment/list/: webcast}}}",
            r"\.schemes\./api/.*webcast is",
        ),
        ("client: {doyin: {}}", r"client.doyin is not known; .*douyin\?"),
        ("client: {1: {}}", r"client.1 is not known"),
        ("client: {douyin: {browser: {user_agent: 'x {nope}'}}}", r"user_agent: want no braces"),
        ('client: {douyin: {browser: {user_agent: "a\\nb"}}}', r"user_agent: want one line"),
        ('client: {douyin: {browser: {headers: {X: "a\\nb"}}}}', r"headers.X: want one line"),
        ("client: {douyin: {params: {web: {x: '{nope}'}}}}", r"\{nope\} is not known; there are"),
    ],
)
def test_bad_client_key(parse, yaml: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        build("tiktok" if "tiktok" in yaml else "douyin", parse(yaml))


def test_cookie_is_not_taken_from_a_command(load) -> None:
    with pytest.raises(InputError, match="environment only"):
        load(F2_COOKIE="sessionid=1")


def test_cookie_of_the_environment_is_shown_nowhere(parse, monkeypatch) -> None:
    monkeypatch.setenv("F2_COOKIE", "sessionid=s3cret")
    options = parse()
    assert options.cookie == "sessionid=s3cret"
    assert "s3cret" not in repr(options)


def test_whole_number_may_have_a_point(load) -> None:
    settings = load(F2_MEDIA_CONCURRENCY="8.0")
    OptionsAddon().update_settings(settings)
    assert settings["DOWNLOAD_SLOTS"][MEDIA_SLOT]["concurrency"] == 8
    assert get_options(Crawler(Spider, settings)).media_concurrency == 8


def test_pace_becomes_scrapys_delay(load) -> None:
    settings = load(F2_PACE="0")
    OptionsAddon().update_settings(settings)
    assert settings.getfloat("DOWNLOAD_DELAY") == 0
    assert not settings.getbool("AUTOTHROTTLE_ENABLED")


@pytest.mark.parametrize("switch", ["TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED"])
def test_an_extension_that_is_off_is_not_imported(load, switch) -> None:
    settings = load()
    settings.setmodule("f2scrapy.settings")
    settings.set(switch, value=True, priority="cmdline")
    OptionsAddon().update_settings(settings)
    names = " ".join(settings.getdict("EXTENSIONS_BASE"))
    assert ("telnet" in names) is (switch == "TELNETCONSOLE_ENABLED")
    assert ("remote_control" in names) is (switch == "REMOTE_CONTROL_ENABLED")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"F2_MEDA": "video"}, "F2_MEDA is not known; did you mean F2_MEDIA?"),
        ({"F2_FOO": "1"}, "F2_FOO is not known; there are: F2_AFTER, "),
        ({"F2_PACE": "slow"}, "F2_PACE=slow: want a number"),
        ({"F2_PACE": "-1"}, "F2_PACE=-1: want 0 or more"),
        ({"F2_MEDIA_CONCURRENCY": "0"}, "F2_MEDIA_CONCURRENCY=0: want 1 or more"),
        ({"F2_RANGES": "9"}, "F2_RANGES=9: want 8 or less"),
        ({"F2_FOLDERIZE": "ja"}, "F2_FOLDERIZE=ja: want yes or no"),
        ({"F2_PROGRESS": "bar"}, "F2_PROGRESS=bar: want one of auto, bars, lines, none"),
        ({"F2_PLAN": "x"}, "F2_PLAN=x: want one of formats, files, rows"),
        ({"F2_SANDBOX": "127.0.0.1:1"}, "F2_SANDBOX=127.0.0.1:1: want http://127.0.0.1:PORT"),
        ({"F2_SANDBOX": "http://example.com:80"}, "F2_SANDBOX=http://example.com:80: want "),
        ({"F2_SANDBOX": "http://127.0.0.1:99999"}, "F2_SANDBOX=http://127.0.0.1:99999: want "),
    ],
)
def test_bad_option_is_one_clear_line(parse, options: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as error:
        parse(**options)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "nearest"), [("F2_PAHT", "F2_PATH"), ("cookie", "F2_COOKIES"), ("path", "F2_PATH")]
)
def test_unknown_keyword_of_a_program(name: str, nearest: str) -> None:
    with pytest.raises(
        InputError, match=rf"^option {name} is not known; did you mean {nearest}\?$"
    ):
        load_options(**{name: "x"})


def test_unknown_option_of_the_environment(parse, monkeypatch) -> None:
    monkeypatch.setenv("F2_NAMIMG", "x")
    with pytest.raises(InputError, match=r"did you mean F2_NAMING\?"):
        parse()


def test_options_have_their_types(parse) -> None:
    options = parse("media: [video, image]", F2_FOLDERIZE="no", F2_PACE="2")
    assert options.folderize is False
    assert options.pace == 2.0
    assert options.media == {MediaKind.VIDEO, MediaKind.IMAGE}


def test_options_cannot_be_changed(parse) -> None:
    with pytest.raises(ValueError, match="frozen"):
        parse().pace = 5


def test_places_follow_from_the_options(parse) -> None:
    options = parse(F2_PATH="a")
    assert options.archive_place == Path("a/f2scrapy.db")
    assert options.identity_path == Path("a/f2scrapy.identity.json")
    options = parse(F2_ARCHIVE="b/c.db", F2_SANDBOX="http://127.0.0.1:5")
    assert options.archive_place == Path("b/c.db")
    assert options.identity_path == Path("b/f2scrapy.identity.sandbox.json")


def test_each_option_has_a_type() -> None:
    names = {name for name in dir(project) if name.startswith("F2_")}
    assert names == set(NAMES)
    assert {name.removeprefix("F2_").lower() for name in names} <= set(Options.model_fields)
