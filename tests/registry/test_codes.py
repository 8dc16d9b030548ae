import pytest

from hub.registry.codes import Code, CodeList, load_code_lists, load_pmks
from hub.settings import default_config_dir

REFERENCE = default_config_dir() / "reference"
CODES = load_code_lists(REFERENCE)


@pytest.mark.parametrize(
    ("scheme", "writing", "code"),
    [
        ("sex", "laki-laki", "L"),
        ("sex", " Perempuan ", "P"),
        ("sex", "1", "L"),
        ("shdk", "KEPALA  KELUARGA", "1"),
        ("religion", "Islam", "1"),
        ("occupation", "PETANI/PEKEBUN", "9"),
        ("benefit_event", "SP2D", "sp2d"),
        ("vital", "Meninggal", "meninggal"),
    ],
)
def test_a_known_writing_leads_to_its_code(scheme: str, writing: str, code: str) -> None:
    assert CODES[scheme].code_of(writing) == code


@pytest.mark.parametrize("writing", ["", "X", "3", "LAKI"])
def test_an_unknown_writing_is_not_guessed(writing: str) -> None:
    assert CODES["sex"].code_of(writing) is None


def test_the_lists_have_the_lengths_of_their_forms() -> None:
    lengths = {scheme: len(entries.entries) for scheme, entries in CODES.items()}
    expected = {
        "shdk": 11,
        "religion": 7,
        "marital": 4,
        "education": 10,
        "occupation": 89,
        "pmks": 26,
        "psks": 12,
    }
    assert expected.items() <= lengths.items()
    assert {one.note for one in CODES["disaster"]} == {"natural", "non_natural", "social"}


def test_a_writing_for_two_codes_is_refused() -> None:
    with pytest.raises(ValueError, match="two codes"):
        CodeList("sex", (Code("L", "LAKI"), Code("P", "laki")))


def test_sensitive_types_are_those_of_health_crime_children_and_sexual_life() -> None:
    types = load_pmks(REFERENCE)
    assert {one.code for one in types if one.sensitive} == {
        "3",
        "5",
        "6",
        "9",
        "10",
        "15",
        "16",
        "17",
        "18",
        "19",
    }
    assert {one.code for one in types if one.sealed} == {"10", "16"}
    assert types[22].sex == "P"
    assert types[0].ages == (0, 5)


def test_an_entry_is_found_by_code() -> None:
    assert CODES["sex"]["L"].label_en == "male"
    assert "L" in CODES["sex"]
    with pytest.raises(KeyError):
        CODES["sex"]["X"]
