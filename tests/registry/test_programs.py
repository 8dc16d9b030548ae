from datetime import date
from pathlib import Path

import pytest

from hub.errors import FatalError
from hub.registry.programs import load_programs
from hub.settings import default_config_dir

PROGRAMS = load_programs(default_config_dir() / "programs")
HEAD = """
code = "A"
number = 1
name_id = "A"
name_en = "A"
owner = "A"
unit = "family"
kind = "money"
evidence = "I"
"""
AMOUNT = """
[[amounts]]
from = 2024-01-01
amount_idr = 1
per = "month"
unit = "family"
evidence = "I"
"""

BESIDE = '[[{}]]\nprogram = "{}"\nunit = "family"\nfrom = 2024-01-01\nevidence = "I"\n'


def refused(directory: Path, text: str) -> str:
    (directory / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FatalError) as trouble:
        load_programs(directory)
    return trouble.value.message


def test_all_programs_of_the_field_are_declared() -> None:
    assert set(PROGRAMS) == {
        "PKH", "BPNT", "PIP", "PBI-JK", "BLT-DD", "BST", "KUBE", "UEP", "RTLH", "KKS", "RASTRA", "ATENSI",
        "PERMAKANAN", "YAPI", "PENA", "RUTILAHU", "SEMBAKO_ADAPTIF", "BLT_BBM", "BPNT_PPKM", "BLT",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("program", "component", "day", "amount"),
    [
        ("BPNT", None, date(2019, 12, 31), 110_000),
        ("BPNT", None, date(2020, 1, 1), 150_000),
        ("BPNT", None, date(2020, 3, 1), 200_000),
        ("PKH", "lansia", date(2026, 11, 1), 2_400_000),
        ("PIP", "sma", date(2023, 12, 31), 1_000_000),
        ("PIP", "sma", date(2024, 1, 1), 1_800_000),
        ("PBI-JK", "premi", date(2026, 11, 1), 42_000),
    ],
)
def test_the_amount_is_that_in_force_on_the_day(
    program: str, component: str | None, day: date, amount: int
) -> None:
    found = PROGRAMS[program].amount_on(day, component)
    assert found is not None
    assert found.amount_idr == amount


def test_before_the_first_decree_there_is_no_amount() -> None:
    assert PROGRAMS["BPNT"].amount_on(date(2016, 12, 31)) is None


def test_village_fund_aid_excludes_the_family_hope_program() -> None:
    assert {one.program for one in PROGRAMS["BLT-DD"].excludes} >= {"PKH", "BPNT"}


def test_an_unknown_key_is_named_with_its_file(tmp_path: Path) -> None:
    message = refused(tmp_path, HEAD + 'colour = "red"\n')
    assert "a.toml" in message
    assert "colour: is no known key" in message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (HEAD + AMOUNT + AMOUNT, "overlap"),
        (HEAD + AMOUNT + 'component = "x"\n', "not declared"),
        (HEAD + AMOUNT + "to = 2024-01-01\n", "later than"),
        (
            HEAD + '[[excludes]]\nprogram = "B"\nunit = "family"\nfrom = 2024-01-01\nevidence = "I"\n',
            "not declared",
        ),
        (HEAD + BESIDE.format("excludes", "A"), "excludes itself"),
        (HEAD + BESIDE.format("allows", "A") + BESIDE.format("allows", "A"), "on the same days"),
        (HEAD + BESIDE.format("allows", "A") + "at_most = 0\n", "greater than or equal to 1"),
        (
            HEAD + BESIDE.format("allows", "A").replace("family", "person") + "at_most = 2\n",
            "persons of a family",
        ),
        (HEAD.replace('"I"', '"X"'), "evidence"),
        ("code = ", "not TOML"),
    ],
)
def test_a_faulty_program_is_refused(tmp_path: Path, text: str, part: str) -> None:
    assert part in refused(tmp_path, text)


def test_a_number_used_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text(HEAD.replace('code = "A"', 'code = "B"'), encoding="utf-8")
    assert "twice" in refused(tmp_path, HEAD)
