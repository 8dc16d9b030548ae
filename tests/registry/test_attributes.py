"""The attribute set: typed, checked, and told to the database as code lists."""

from pathlib import Path

import pytest

from hub.errors import FatalError
from hub.registry.attributes import NO_ATTRIBUTES, attributes_of, load_attributes

CONFIG = Path(__file__).parents[2] / "config"
ONE = """
vocabulary = "pmt-1"
[[attribute]]
code = "lantai"
unit = "family"
kind = "code"
label_id = "Lantai"
label_en = "Floor"
evidence = "V"
codes = { tanah = { label_id = "tanah", label_en = "earth" } }
[[attribute]]
code = "bekerja"
unit = "person"
kind = "yes_no"
label_id = "Bekerja"
label_en = "Works"
evidence = "I"
applies = { age_from = 5 }
"""


def written(directory: Path, text: str) -> Path:
    path = directory / "attributes.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_product_s_own_set_asks_of_persons_and_of_families() -> None:
    found = attributes_of(CONFIG)
    assert found.of("person")
    assert found.of("family")
    assert set(found.by_code) == {one.code for one in (*found.of("person"), *found.of("family"))}


def test_a_configuration_without_a_set_expects_nothing(tmp_path: Path) -> None:
    assert attributes_of(tmp_path) == NO_ATTRIBUTES
    assert list(NO_ATTRIBUTES.code_rows()) == []


def test_attributes_and_their_values_are_code_lists_in_the_order_of_the_set(tmp_path: Path) -> None:
    rows = list(load_attributes(written(tmp_path, ONE)).code_rows())
    assert [(row.scheme, row.code, row.label_id, row.sort) for row in rows] == [
        ("pmt-1", "lantai", "Lantai", 1),
        ("pmt-1:lantai", "tanah", "tanah", 1),
        ("pmt-1", "bekerja", "Bekerja", 2),
        ("pmt-1:bekerja", "true", "Ya", 1),
        ("pmt-1:bekerja", "false", "Tidak", 2),
    ]


@pytest.mark.parametrize(
    ("old", "new", "trouble"),
    [
        ('kind = "yes_no"', 'kind = "code"', "codes are given where the kind is"),
        ('code = "bekerja"', 'code = "lantai"', "stands twice: lantai"),
        ('unit = "person"', 'unit = "family"', "applies to all families"),
        ("age_from = 5", "age_from = 9, age_to = 5", "age_to is before age_from"),
        ('vocabulary = "pmt-1"', "", "needs the name of its vocabulary"),
        ('evidence = "I"', 'evidence = "X"', "evidence"),
        ('evidence = "I"', 'evidence = "I"\nweight = 1', "weight: is no known key"),
    ],
)
def test_a_faulty_set_is_refused_by_name(tmp_path: Path, old: str, new: str, trouble: str) -> None:
    with pytest.raises(FatalError, match=trouble):
        load_attributes(written(tmp_path, ONE.replace(old, new)))
