"""Rules are read strictly: what they name has to be there, and each has cases of both kinds."""

from pathlib import Path

import pytest

from hub.errors import FatalError
from hub.registry.rules import load_rules
from hub.settings import default_config_dir

CONFIG = default_config_dir()
RULE = """
id = "some_rule"
version = 1
kind = "inclusion"
unit = "person"
severity = "low"
from = 2025-01-01
title_id = "a"
title_en = "b"
text_id = "c"
text_en = "d"
evidence = "I"
[parameters]
programs = ["PKH"]
[when]
[[when.fact]]
vital = ["pindah"]
[[case]]
name = "one"
found = ["siti"]
[[case]]
name = "none"
"""


def read(tmp_path: Path, text: str, name: str = "some_rule") -> None:
    (tmp_path / f"{name}.toml").write_text(text)
    load_rules(tmp_path, CONFIG / "programs")


def test_the_words_for_the_person_concerned_are_there_in_both_languages() -> None:
    rules = load_rules(CONFIG / "rules", CONFIG / "programs")
    assert len(rules) > 25
    for rule in rules.values():
        texts = (rule.title_id, rule.title_en, rule.text_id, rule.text_en)
        assert all(len(text) > 10 for text in texts), rule.id
        assert rule.text_id != rule.text_en


def test_a_sound_rule_is_read(tmp_path: Path) -> None:
    read(tmp_path, RULE)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('vital = ["pindah"]', 'vitals = ["pindah"]', "no known key"),
        ('vital = ["pindah"]', 'vital = ["pindah"]\nsex = "L"', "a fact is one of"),
        ('["PKH"]', '["PKX"]', "not declared: PKX"),
        ("programs =", "programmes =", "parameters has no programs"),
        ('id = "some_rule"', 'id = "other_rule"', "its file is other_rule.toml"),
        ('found = ["siti"]', "found = []", "its cases need one"),
        ('name = "none"', 'name = "none"\nfound = ["siti"]', "its cases need one"),
        ('evidence = "I"', 'evidence = "I"\nsql = "none.sql"', "either"),
        ("from = 2025-01-01", "from = 2025-01-01\nto = 2025-01-01", "later than `from`"),
        ('vital = ["pindah"]', "age = { under = 60, from = 3 }", "one of `under` and `from`"),
    ],
    ids=["key", "words", "program", "parameter", "name", "found", "nothing", "two ways", "days", "age"],
)
def test_what_is_wrong_with_a_rule_is_told_with_its_file(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in RULE
    with pytest.raises(FatalError, match=told) as caught:
        read(tmp_path, RULE.replace(old, new, 1))
    assert "some_rule.toml" in caught.value.message


def test_a_sql_file_that_is_missing_is_told(tmp_path: Path) -> None:
    text = RULE.replace('[when]\n[[when.fact]]\nvital = ["pindah"]\n', "")
    with pytest.raises(FatalError, match=r"there is no sql/none\.sql"):
        read(tmp_path, text.replace('evidence = "I"', 'evidence = "I"\nsql = "none.sql"'))
