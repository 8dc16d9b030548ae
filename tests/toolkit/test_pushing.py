"""A tray holds the last word on every key, whatever came before, and nothing of one sender touches another's."""

import json
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hub.toolkit.pushing import Tray

WORDS = st.sampled_from(["a", "b", 'c"|d', "é\n"])
ROWS = st.lists(
    st.fixed_dictionaries({"sender": WORDS, "name": WORDS, "value": st.text(max_size=3)}), max_size=6
)


def lying(directory: Path) -> list[dict[str, str]]:
    return [
        json.loads(line) for path in directory.glob("*.ndjson") for line in path.read_bytes().splitlines()
    ]


def _text(row: dict[str, str]) -> str:
    return json.dumps(row, sort_keys=True)


@given(messages=st.lists(ROWS, max_size=4))
def test_the_last_word_on_every_key_stands_and_each_once(messages: list[list[dict[str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as made:
        directory = Path(made) / "tray"
        tray = Tray(directory, ("sender", "name"))
        last: dict[tuple[str, str], dict[str, str]] = {}
        for rows in messages:
            for sender in {row["sender"] for row in rows}:
                tray.lay(sender, [row for row in rows if row["sender"] == sender])
            last |= {(row["sender"], row["name"]): row for row in rows}
        found = lying(directory)
        assert sorted(found, key=_text) == sorted(last.values(), key=_text)
        assert not list(directory.glob(".*.ndjson"))


def test_what_meets_decides_what_stands_and_other_files_stay_as_they_are(tmp_path: Path) -> None:
    tray = Tray(tmp_path, ("name",), lambda old, new: {**new, "first": old.get("first", old["value"])})
    rows = [{"name": str(number), "value": "1"} for number in range(40)]
    tray.lay("x", rows)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.ndjson")}
    tray.lay("x", [{"name": "7", "value": "2"}])
    [changed] = [path for path, at in before.items() if path.stat().st_mtime_ns != at]
    assert {"name": "7", "value": "2", "first": "1"} in [
        json.loads(line) for line in changed.read_text().splitlines()
    ]
    assert len(lying(tmp_path)) == 40
