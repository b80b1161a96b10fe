"""Test that names are valid on every file system, not empty, and different for two works."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from itertools import islice
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from f2scrapy.archive.naming import (
    NAME_BYTES,
    fold,
    iter_candidates,
    make_safe_name,
)
from f2scrapy.archive.template import VARIABLES, Template
from f2scrapy.errors import InputError
from f2scrapy.text import make_visible

pytestmark = pytest.mark.clock

FAMILY = "👨‍👩‍👧‍👦"
HOSTILE = [
    *'\\/:*?"<>|. \t\n\r\x00\x1f\x7f\x85\u200b\u200d\u202e\u2066\ufeff\u0301\u0338\u037e\u2329',
    *"😀♂🏽️🇨🇳🏴\U000e0067\U000e007f한각é中\ud83d\uffff",
    FAMILY,
    "CON",
    "nul.txt",
    "COM1",
    "..",
]
texts = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(HOSTILE)).map("".join))
limits = st.integers(min_value=1, max_value=255)


def make_work(**values: object) -> SimpleNamespace:
    """Make a work for the template."""
    known = {
        "id": "7298145681699622182",
        "create_time": datetime(2023, 10, 29, 20, 11, 33, tzinfo=UTC),
        "desc": "海边 日落",
        "nickname": "小明",
        "digg_count": 42,
    }
    return SimpleNamespace(**(known | values))


# make_safe_name()


@given(texts, limits)
@example("🀀\u200d🀀", 7)
@example("🏴\U000e0067\U000e007f", 9)
def test_safe_name_is_idempotent(text: str, limit: int) -> None:
    assert make_safe_name(make_safe_name(text, limit), limit) == make_safe_name(text, limit)


@given(texts, limits)
def test_safe_name_keeps_the_limit_and_is_not_empty_or_a_dot(text: str, limit: int) -> None:
    name = make_safe_name(text, limit)
    assert 0 < len(name.encode()) <= limit
    assert name not in {".", ".."}


@given(texts)
def test_safe_name_has_no_forbidden_or_invisible_character(text: str) -> None:
    name = make_safe_name(text)
    assert not set(name) & set('<>:"/\\|?*\u200b\u202e\u2066\ufeff')
    assert all(unicodedata.category(character) not in {"Cc", "Cs"} for character in name)
    assert name == name.strip(" .") == unicodedata.normalize("NFC", name)


@given(texts)
def test_visible_text_is_one_line_without_controls(text: str) -> None:
    line = make_visible(text)
    assert not set(line) & set("\u200b\u202e\u2066\ufeff\u2028")
    assert all(unicodedata.category(character) not in {"Cc", "Cs"} for character in line)


@settings(max_examples=settings.default.max_examples // 2)
@given(text=texts)
def test_safe_name_has_room_for_the_suffixes_of_a_part(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    name = make_safe_name(text)
    final = f"{name}_7298145681699622182_9{'_' + 'x' * 31}.part.json"
    path = tmp_path_factory.mktemp("names") / final
    path.write_bytes(b"1")
    assert [entry.name for entry in path.parent.iterdir()] == [final]


@pytest.mark.parametrize(
    "text", ["CON", "con", "nul.txt", "Aux.tar.gz", "COM1", "lpt9.x", "COM¹", "CON .a", "conin$"]
)
def test_safe_name_avoids_devices(text: str) -> None:
    assert make_safe_name(text) == f"_{text}"


@pytest.mark.parametrize("text", ["CONSOLE", "COM", "COM10", "nullable", "a.con"])
def test_safe_name_leaves_words_that_resemble_a_device(text: str) -> None:
    assert make_safe_name(text) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a/b\\c", "a_b_c"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("  two\n\n lines\t", "two lines"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("e\u200b\u0301", "é"),
        ("cut \ud83d", "cut"),
        ("dots...", "dots"),
        (".hidden", "hidden"),
        ("한국어 かな é #tag", "한국어 かな é #tag"),
        (f"{FAMILY}❤️‍🔥🏴󠁧󠁢󠁥󠁮󠁧󠁿🇨🇳", f"{FAMILY}❤️‍🔥🏴󠁧󠁢󠁥󠁮󠁧󠁿🇨🇳"),
        ("a\u200db", "ab"),
    ],
)
def test_safe_name_by_example(text: str, name: str) -> None:
    assert make_safe_name(text) == name


@pytest.mark.parametrize("unit", [FAMILY, "🇨🇳", "👍🏽", "é̂", "❤️", "中", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_safe_name_is_cut_between_graphemes(unit: str) -> None:
    for limit in range(len(unit.encode()), 120):
        assert make_safe_name(unit * 60, limit) == unit * (limit // len(unit.encode()))


# fold()


@given(st.text())
def test_fold_ignores_case_and_normal_form(text: str) -> None:
    assert fold(text) == fold(text.upper()) == fold(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(("one", "other"), [("ı", "I"), ("ſ", "s"), ("Straße", "STRASSE")])
def test_fold_is_coarser_than_any_file_system(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_fold_distinguishes_different_names() -> None:
    assert fold("Å") == fold("a\u030a") != fold("a")


# iter_candidates()


def test_names_have_alternatives_without_end() -> None:
    assert list(islice(iter_candidates("x", "729"), 4)) == ["x", "x_729", "x_729_2", "x_729_3"]


# Template


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{create}_{desc}", "2023-10-30 04-11-33_海边 日落"),
        ("{aweme_id}", "7298145681699622182"),
        ("{create:%Y%m%d}-{nickname}", "20231030-小明"),
        ("{desc:.2}", "海边"),
        ("{likes:06} {aweme_id:.3}", "000042 729"),
        ("{likes:03d}", "042"),
        ("{{{desc}}}", "{海边 日落}"),
        ("{title}{caption}{aweme_id}", "7298145681699622182"),
    ],
)
def test_template_by_example(template: str, name: str) -> None:
    assert Template(template).render(make_work()) == name


@pytest.mark.parametrize("name", VARIABLES)
def test_item_may_lack_any_variable(name: str) -> None:
    assert Template(f"x{{{name}}}").render(SimpleNamespace(id="7")) in {"x", "x7"}


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{creat}", "did you mean create?"),
        ("{zzz}", "there are: aweme_id"),
        ("{}_{desc}", "an empty name"),
        ("plain", "needs a variable"),
        ("{desc", "expected '}'"),
        ("desc}", "'}'"),
        ("{desc!r}", "!r"),
        ("{desc.__class__}", "desc.__class__ is not known"),
        ("{desc[0]}", "is not known"),
        ("{desc:{uid}}", "format"),
        ("{desc:>99999999}", "format"),
        ("{likes:.2f}", "format"),
        ("{create:%Y//%m}", "format"),
        ("{date:/%Y}{desc}", "format"),
        ("{date:%Y/}{desc}", "format"),
        ("{create:%Q}", "format"),
        ("{date:YYYY}/{desc}", "format"),
        ("%(title)s.%(ext)s", "in braces, such as {title}"),
        ("{id}_{desc}", "did you mean aweme_id?"),
        ("{playlist_index}_{desc}", "did you mean mix_episode?"),
        ("~/{desc}", "the root folder is F2_PATH"),
        ("D:/{desc}", "a drive is named in F2_PATH"),
        ("/{desc}", "a folder without a name"),
        ("{nickname}//{desc}", "a folder without a name"),
        ("../{desc}", "a folder without a name"),
        ("{date:%Y}/ . /{desc}", "a folder without a name"),
        ("{desc}/", "needs a variable"),
        ("{desc}/video", "needs a variable"),
        ("..\\{desc}", "folders are made by /"),
        ("{desc}_{index}", "stand at the end only"),
        (" {index}.{ext}", "needs a variable"),
        ("{desc} [{index}].{ext}", "want a separator"),
        ("{index}_{desc}.{ext}", "stand at the end only"),
        ("{desc}.{ext}.{ext}", "stand at the end only"),
        ("{desc}_{ext}", "stand at the end only"),
        ("{desc}.{ext}_", "stand at the end only"),
        ("{desc}.{ext:3}", "stand at the end only"),
        ("{desc}{index}.{ext}", "want a separator"),
        ("{desc}1{index}.{ext}", "want a separator"),
        ("{desc}/{index}.{ext}", "want a separator"),
        ("{desc}_{index} .{ext}", "want a separator"),
        ("{desc}_{index:.2}.{ext}", "takes a width"),
        ("{desc}_{index:99}.{ext}", "takes a width"),
        ("{desc}:{create}", "can hold :"),
    ],
)
def test_invalid_template_is_refused(template: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        Template(template)
    assert message in str(caught.value)
    assert str(caught.value).startswith("F2_NAMING=")


@given(st.text())
def test_template_is_refused_or_gives_a_safe_name(text: str) -> None:
    try:
        name = Template(text).render(make_work())
    except InputError:
        return
    assert all(make_safe_name(part) == part for part in name.split("/"))


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("{date:%Y/%m}/{desc}", "2023/10/海边 日落"),
        ("{nickname}/{date}/{aweme_id}", "小明/2023-10-30/7298145681699622182"),
        ("all {kind}s/{date:%Y}-{date:%m/%d}_{desc}", "2023-10/30_海边 日落"),
        ("archive/{desc}", "archive/海边 日落"),
        ("{mix_name}/{mix_episode:03} - {desc}", "海边 日落"),
        ("mix {mix_name}/{mix_episode:03} - {desc}", "海边 日落"),
        ("CON /{desc}", "_CON/海边 日落"),
    ],
)
def test_folders_by_example(template: str, path: str) -> None:
    """A folder of which all values are missing is left out."""
    assert Template(template).render(make_work(mix_name="", mix_episode=0)) == path


def test_work_of_a_mix_has_its_folder_and_place() -> None:
    work = make_work(mix_name="海/边", mix_episode=7)
    template = Template("{mix_name}/{mix_episode:03}_{desc}")
    assert template.render(work) == "海_边/007_海边 日落"


@pytest.mark.parametrize(
    "hostile", ["../../etc/x\\y", "..", ".", "a/\0/b", "\u202e/", "nul.", "CON"]
)
def test_value_makes_no_folders(hostile: str) -> None:
    path = Template("{nickname}/{desc}").render(make_work(nickname=hostile, desc=hostile))
    parts = path.split("/")
    assert len(parts) <= 2
    assert all(make_safe_name(part) == part not in (".", "..") for part in parts)


def test_folders_are_cut_with_the_name_and_left_out_at_last() -> None:
    work, template = make_work(nickname="长" * 90, desc="短" * 90), Template("{nickname}/{desc}")
    assert [len(part.encode()) for part in template.render(work, 60).split("/")] == [60, 59]
    assert template.render(work, 0) == work.id


@pytest.mark.parametrize(
    ("template", "video", "picture"),
    [
        ("{desc}", "_video.mp4", "_image_2.webp"),
        ("{desc}.{ext}", ".mp4", "_2.webp"),
        ("{desc}_{index:02}.{ext}", ".mp4", "_02.webp"),
        ("{desc} - {index}.{ext}", ".mp4", " - 2.webp"),
    ],
)
def test_ends_of_files(template: str, video: str, picture: str) -> None:
    made, path = Template(template), "d/post/x/海边 日落"
    assert made.render(make_work()) == "海边 日落"
    for suffix in ("_video.mp4", ".mp4"):  # by this and any earlier template
        assert made.build_end("video", suffix, path) == video
    for suffix in ("_image_2.webp", "_2.webp"):
        assert made.build_end("image_2", suffix, path) == picture
    for asset, suffix in [("live_2", "_live_2.mp4"), ("desc", "_desc.txt"), ("info", ".info.json")]:
        assert made.build_end(asset, suffix, path) == suffix
    assert made.build_end("nfo", "_video.nfo", path) == video.replace("mp4", "nfo")
    assert made.build_end("danmaku_ass", "_video.ass", path) == video.replace("mp4", "ass")
    captions = "_subtitle_eng-US.srt" if video.startswith("_") else ".eng-US.srt"
    for suffix in ("_subtitle_eng-US.srt", ".eng-US.srt"):
        assert made.build_end("subtitle_eng-US_srt", suffix, path) == captions


def test_only_the_separator_before_a_number_is_of_pictures() -> None:
    template = Template("{desc} [{aweme_id:.4}]_{index}.{ext}")
    assert template.render(make_work()) == "海边 日落 [7298]"
    assert template.build_end("image_2", "_image_2.webp", "x") == "_2.webp"


@given(st.lists(st.sampled_from(["x", "_live", "_1", "_video", "_image", "_VIDEO", ".mp4"])), texts)
@example(["x", "_live", "_1"], "")
def test_no_two_files_of_a_folder_have_one_name(words: list[str], more: str) -> None:
    """The file of a work is never that of another work with a similar name."""
    template = Template("{desc}.{ext}")
    names = {make_safe_name("".join(words[:at]) + more) for at in range(len(words) + 1)}
    files = [("video", "_video.mp4"), ("live_1", "_live_1.mp4"), ("image_1", "_image_1.webp")]
    different = {fold(name): name for name in names}.values()
    ends = [(name, template.build_end(*file, name)) for name in different for file in files]
    paths = [fold(f"{name}{end}") for name, end in ends]
    assert len(paths) == len(set(paths))


def test_precision_counts_visible_characters_and_keeps_graphemes() -> None:
    assert Template("{desc:.3}").render(make_work(desc=f"a\u200b{FAMILY}b")) == "a"


@pytest.mark.parametrize("desc", ["", None, "...", "\u200b", "___"])
def test_empty_name_becomes_the_id(desc: str | None) -> None:
    assert Template("{desc}").render(make_work(desc=desc)) == "7298145681699622182"


def test_separator_behind_a_missing_value_is_removed() -> None:
    assert Template("{create} - {desc}").render(make_work(create_time=None, desc="a_")) == "a_"
    assert Template("_{create}_{desc}").render(make_work(create_time=None, desc="a")) == "_a"


def test_cut_name_keeps_the_id() -> None:
    name = Template("{create}_{desc}_{aweme_id}").render(make_work(desc="长" * 500))
    assert name.endswith("长_7298145681699622182")
    assert NAME_BYTES - 3 < len(name.encode()) <= NAME_BYTES


def test_name_of_maximum_length_is_not_cut() -> None:
    assert Template("{desc}").render(make_work(desc="x" * NAME_BYTES)) == "x" * NAME_BYTES


def test_variables_of_ones_own() -> None:
    own = {"location": "New York: 5/7", "desc": "mine"}
    template = Template("{desc}_{location:.8}_{nickname}", own)
    assert template.render(make_work()) == "mine_New York_小明"
    assert Template("{location}", own).render(make_work()) == "New York_ 5_7"
    with pytest.raises(InputError, match="loaction is not known; did you mean location"):
        Template("{loaction}", own)
