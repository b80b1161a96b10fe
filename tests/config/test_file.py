"""defaults < file < environment < command line."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from f2scrapy import settings as project
from f2scrapy.api.browser_profile import client
from f2scrapy.config import file
from f2scrapy.config.options import Options
from f2scrapy.crawl.arguments import CursorArgs
from f2scrapy.errors import InputError


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    def settings(yaml: str | None = None, **options: Any) -> Settings:
        if yaml is not None:
            (tmp_path / "f2scrapy.yaml").write_text(yaml, encoding="utf-8")
        loaded = Settings()
        loaded.setmodule(project, priority="project")
        loaded.setdict(options, priority="cmdline")
        file.load(loaded)
        return loaded

    return settings


def test_file_beats_default_environment_beats_file_command_beats_all(load, monkeypatch) -> None:
    assert load()["F2_PATH"] == "Download"
    assert load("path: a")["F2_PATH"] == "a"
    monkeypatch.setenv("F2_PATH", "b")
    assert load("path: a")["F2_PATH"] == "b"
    assert load("path: a", F2_PATH="c")["F2_PATH"] == "c"


def test_null_never_overrides(load) -> None:
    assert load("path: null\ndouyin: null")["F2_PATH"] == "Download"


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("pathh: a", "pathh is not known; did you mean path?"),
        ("douyin_user_pots: {}", "did you mean douyin_user_post?"),
        ("douyin: 5", "douyin: want names and values below it"),
        ("- a", "want sections"),
        ("a: [", "cannot be read: line 1: expected"),
        ('path: "C:\\Users"', "; what holds a \\ goes between single quotes"),
        ("F2_PATH: x", "F2_PATH is not known; did you mean path?"),
        ("yes: x", "True is not known"),
        ("file: x", "f2scrapy.yaml: file is not known; "),
        ("config: x", "config is not known; there are: archive, backoff"),
        ("path: a\npace: 1\npath: b", "line 3: path stands there a second time"),
        ("douyin: {}\ndouyin: {media: cover}", "line 2: douyin stands there a second"),
        ("path: 2024-13-01", "cannot be read: month must be in 1..12"),
        ("path: ~nosuch/x", "F2_PATH=~nosuch/x: nobody knows the folder"),
        ('archive: "a\\0b"', "no path can hold that"),
        ("pace: .inf", "F2_PACE=inf: want 86400 or less"),
    ],
)
def test_bad_file_is_one_clear_line(load, yaml: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        load(yaml)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_named_file_must_be_there(load, monkeypatch) -> None:
    monkeypatch.setenv("F2_CONFIG", "none.yaml")
    with pytest.raises(InputError, match="there is no such file"):
        load()


def test_messages_name_the_file_there_is(load, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("douyin_user_post: {max_count: 1}\nclient: {doyin: {}}")
    settings = load(F2_CONFIG=str(mine))
    with pytest.raises(InputError, match=f"^{mine}: douyin_user_post"):
        file.spider_defaults(settings, "douyin_user_post", CursorArgs)
    with pytest.raises(InputError, match=f"^{mine}: client.doyin"):
        client("douyin", *file.client_changes(settings))


def test_spider_that_does_not_load_is_named_and_troubles_no_other(load, monkeypatch) -> None:
    files = {**file.places(file.SPIDERS), "douyin_broken": "spiders.douyin_broken"}
    monkeypatch.setattr(file, "places", lambda _: files)
    defaults = partial(file.spider_defaults, spider="douyin_user_post", kind=CursorArgs)
    assert defaults(load("douyin: {max_counts: 7, keyword: sea}")) == {"max_counts": 7}
    with pytest.raises(InputError, match=r"max_count; spiders/douyin_broken.py cannot be loaded"):
        defaults(load("douyin: {max_count: 7}"))


def test_spider_beats_platform(load) -> None:
    settings = load("douyin: {page_counts: 5, max_counts: 7}\ndouyin_user_post: {page_counts: 9}")
    defaults = file.spider_defaults(settings, "douyin_user_post", CursorArgs)
    assert defaults == {"page_counts": 9, "max_counts": 7}


def test_options_of_one_spider(load) -> None:
    settings = load("path: a\ndouyin_user_post: {path: b}")
    file.spider_settings(settings, "douyin_user_post", {})
    assert settings["F2_PATH"] == "b"


def test_options_of_one_spider_are_of_use(load) -> None:
    settings = load("douyin_user_post: {pace: slow}")
    with pytest.raises(InputError, match="F2_PACE=slow: want a number"):
        file.spider_settings(settings, "douyin_user_post", {})


@pytest.mark.parametrize(("yaml", "media"), [("", "none"), ("media: cover", "cover")])
def test_spider_has_its_own_defaults_until_the_user_speaks(load, yaml: str, media: str) -> None:
    settings = load(yaml)
    file.spider_settings(settings, "douyin_user_post", {"F2_MEDIA": "none"})
    assert settings["F2_MEDIA"] == media


def test_unknown_argument_names_the_nearest(load) -> None:
    settings = load("douyin_user_post: {max_count: 1}")
    with pytest.raises(InputError, match=r"douyin_user_post.max_count is not known; .*max_counts"):
        file.spider_defaults(settings, "douyin_user_post", CursorArgs)


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
        file.spider_defaults(load(yaml), "douyin_user_post", CursorArgs)


def test_another_section_has_its_own_names(load) -> None:
    settings = load("douyin_search: {keyword: sea, pace: 2}\ntiktok: {max_counts: 3}\ndouyin_mix:")
    assert file.spider_defaults(settings, "douyin_user_post", CursorArgs) == {}


def test_merged_names_may_stand_there_again(load) -> None:
    settings = load("douyin: &all {path: a}\ndouyin_user_post: {<<: *all, path: b}")
    assert settings["F2_FILE"]["douyin_user_post"] == {"path": "b"}


@pytest.mark.parametrize("name", ["F2_PACE", "F2_BACKOFF", "F2_STALL", "F2_LIVE_POLL"])
def test_no_pause_is_endless(load, name: str) -> None:
    for value in ("inf", "1e9", "nan"):
        with pytest.raises(InputError, match=f"^{name}={value}: want "):
            load(**{name: value})


@pytest.mark.parametrize("name", ["F2_PATH", "F2_ARCHIVE", "F2_COOKIES", "F2_REPORT", "F2_CONFIG"])
def test_folder_of_nobody(load, name: str) -> None:
    with pytest.raises(InputError, match="~nosuch/x"):
        load(**{name: "~nosuch/x"})


def test_client_can_be_changed_in_part(load) -> None:
    settings = load("client: {douyin: {browser: {version: 199.0.0.0}}}")
    known = client("douyin", *file.client_changes(settings))
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
def test_bad_client_key(load, yaml: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        client("tiktok" if "tiktok" in yaml else "douyin", *file.client_changes(load(yaml)))


def test_cookie_is_not_taken_from_a_command(load) -> None:
    with pytest.raises(InputError, match="environment only"):
        load(F2_COOKIE="sessionid=1")


def test_pace_becomes_scrapys_delay(load) -> None:
    settings = load(F2_PACE="0")
    file.Config().update_settings(settings)
    assert settings.getfloat("DOWNLOAD_DELAY") == 0
    assert not settings.getbool("AUTOTHROTTLE_ENABLED")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"F2_MEDA": "video"}, "F2_MEDA is not known; did you mean F2_MEDIA?"),
        ({"F2_FOO": "1"}, "F2_FOO is not known; there are: F2_ARCHIVE, "),
        ({"F2_PACE": "slow"}, "F2_PACE=slow: want a number"),
        ({"F2_PACE": "-1"}, "F2_PACE=-1: want 0 or more"),
        ({"F2_MEDIA_CONCURRENCY": "0"}, "F2_MEDIA_CONCURRENCY=0: want 1 or more"),
        ({"F2_FOLDERIZE": "ja"}, "F2_FOLDERIZE=ja: want yes or no"),
        ({"F2_PROGRESS": "bar"}, "F2_PROGRESS=bar: want auto, bars, lines or none"),
        ({"F2_SANDBOX": "127.0.0.1:1"}, "F2_SANDBOX=127.0.0.1:1: want http://127.0.0.1:PORT"),
        ({"F2_SANDBOX": "http://example.com:80"}, "F2_SANDBOX=http://example.com:80: want "),
        ({"F2_SANDBOX": "http://127.0.0.1:99999"}, "F2_SANDBOX=http://127.0.0.1:99999: want "),
    ],
)
def test_bad_option_is_one_clear_line(load, options: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as error:
        load(**options)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_unknown_option_of_the_environment(load, monkeypatch) -> None:
    monkeypatch.setenv("F2_NAMIMG", "x")
    with pytest.raises(InputError, match=r"did you mean F2_NAMING\?"):
        load()


def test_options_have_their_types(load) -> None:
    settings = load("media: [video, image]", F2_FOLDERIZE="no", F2_PACE="2")
    assert settings["F2_FOLDERIZE"] is False
    assert settings["F2_PACE"] == 2.0
    assert settings.getlist("F2_MEDIA") == ["video", "image"]


def test_each_option_has_a_type(load) -> None:
    names = {name for name in dir(project) if name.startswith("F2_")}
    assert names == {f"F2_{key.upper()}" for key in Options.model_fields}
