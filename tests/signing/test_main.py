import json
import subprocess
import sys
from pathlib import Path

import pytest

from f2scrapy.signing.__main__ import RUNNERS, main

CARRIED = Path(__file__).with_name("vectors.json")
GROUPS = json.loads(CARRIED.read_text(encoding="utf-8"))


def run(capsys, tmp_path, groups):
    path = tmp_path / "vectors.json"
    path.write_text(json.dumps(groups), encoding="utf-8")
    code = main([str(path)])
    return code, capsys.readouterr()


@pytest.mark.parametrize("group", RUNNERS)
def test_carried_vectors_pass(group, capsys, tmp_path):
    code, printed = run(capsys, tmp_path, {group: GROUPS[group]})
    assert printed.out == f"{group}: {len(GROUPS[group])} passed, 0 failed\n", printed.err
    assert code == 0


def test_reference_vectors_pass(shared, capsys):
    assert main([str(shared / "reference/signing/vectors.json")]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("group", RUNNERS)
def test_a_wrong_output_fails(group, capsys, tmp_path):
    vector = json.loads(json.dumps(GROUPS[group][0]).replace('"output": "', '"output": "x'))
    vector["output"] = vector["output"] if isinstance(vector["output"], str) else {}
    code, printed = run(capsys, tmp_path, {group: [vector, GROUPS[group][1]]})
    assert code != 0
    assert printed.out == f"{group}: 1 passed, 1 failed\n"
    assert vector["id"] in printed.err


@pytest.mark.parametrize("group", [group for group in RUNNERS if "decoded" in GROUPS[group][0]])
def test_a_wrong_decoding_fails(group, capsys, tmp_path):
    for part in GROUPS[group][0]["decoded"]:
        vector = GROUPS[group][0] | {"decoded": {part: "other"}}
        code, printed = run(capsys, tmp_path, {group: [vector]})
        assert code != 0
        assert f"decoded {part} differs" in printed.err


def test_a_group_without_runner_is_not_passed(capsys, tmp_path):
    code, printed = run(capsys, tmp_path, {"meta": {}, "new_scheme": [{}, {}]})
    assert printed.out == "new_scheme: not supported, 2 not run\n"
    assert code != 0


def test_from_the_command_line():
    command = [sys.executable, "-m", "f2scrapy.signing"]
    assert subprocess.run([*command, CARRIED], check=False, capture_output=True).returncode == 0
    assert subprocess.run(command, check=False, capture_output=True).returncode != 0


@pytest.mark.parametrize(
    ("file", "message"), [("none.json", "cannot be read: No such file"), ("text", "want JSON")]
)
def test_file_without_vectors_exits_with_one_line(file, message, tmp_path):
    (tmp_path / "text").write_text("[hello")
    with pytest.raises(SystemExit, match=message):
        main([str(tmp_path / file)])
