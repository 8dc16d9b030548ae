"""Which programs may be held beside which, as one table."""

from datetime import date

from hub.registry.compatibility import beside
from hub.registry.programs import load_programs
from hub.settings import default_config_dir

PROGRAMS = load_programs(default_config_dir() / "programs")


def said(day: date | None, *pair: str) -> list[tuple[str, int | None]]:
    rows = beside(PROGRAMS, day)
    return [(row["verdict"], row["at_most"]) for row in rows if {row["program"], row["beside"]} == set(pair)]


def test_each_pair_is_forbidden_allowed_or_capped() -> None:
    day = date(2025, 1, 1)
    assert said(day, "BLT-DD", "PKH") == [("forbidden", None)]
    assert said(day, "PKH", "BPNT") == [("allowed", None)]
    assert said(day, "PKH") == [("capped", 4)]


def test_what_is_not_in_force_on_the_day_is_left_out() -> None:
    assert said(date(2022, 1, 1), "BST", "PKH") == []
    assert said(date(2021, 12, 31), "BST", "PKH") == said(None, "BST", "PKH") == [("forbidden", None)]


def test_the_lower_number_comes_first_and_every_row_has_its_days_and_evidence() -> None:
    rows = beside(PROGRAMS)
    numbers = [(PROGRAMS[row["program"]].number, PROGRAMS[row["beside"]].number) for row in rows]
    assert numbers == sorted(numbers)
    assert all(a <= b for a, b in numbers)
    assert {row["evidence"] for row in rows} <= {"V", "S", "I"}
    assert all(row["from"] < (row["to"] or date.max) for row in rows)
