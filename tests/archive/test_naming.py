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
    VARIABLES,
    Template,
    fold,
    iter_candidates,
    make_safe_name,
)
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
        ("{create:%Y/%m}", "format"),
        ("{create:%Q}", "format"),
        ("{nickname}/{desc}", "F2_FOLDERIZE"),
        ("..\\{desc}", "F2_FOLDERIZE"),
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
    assert make_safe_name(name) == name


def test_value_makes_no_folders() -> None:
    assert Template("{desc}").render(make_work(desc="../../etc/x\\y")) == "_.._etc_x_y"


def test_precision_counts_visible_characters_and_keeps_graphemes() -> None:
    assert Template("{desc:.3}").render(make_work(desc=f"a\u200b{FAMILY}b")) == "a"


@pytest.mark.parametrize("desc", ["", None, "...", "\u200b", "___"])
def test_empty_name_becomes_the_id(desc: str | None) -> None:
    assert Template("{desc}").render(make_work(desc=desc)) == "7298145681699622182"


def test_separator_behind_a_missing_value_is_removed() -> None:
    assert Template("{create} - {desc}").render(make_work(create_time=None, desc="a_")) == "a_"
    assert Template("_{create}_{desc}").render(make_work(create_time=None, desc="a")) == "__a"


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
