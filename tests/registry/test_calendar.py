"""The calendar of programs: rounds by day, and the round that a list is for."""

from datetime import date
from pathlib import Path

import pytest

from hub.errors import FatalError
from hub.registry.calendar import later, load_calendar, occasion_of, occasions
from hub.registry.programs import load_programs
from hub.registry.sources import load_sources
from hub.settings import default_config_dir

CONFIG = default_config_dir()
PROGRAMS = load_programs(CONFIG / "programs")
SOURCES = load_sources(CONFIG / "sources")
ROUNDS = load_calendar(CONFIG / "calendar.toml", PROGRAMS, SOURCES)


@pytest.mark.parametrize(
    ("program", "kind", "opens"),
    [
        ("PBI-JK", "determination", ["2026-05-01", "2026-11-01"]),
        ("PKH", "disbursement", ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"]),
        ("PIP", "disbursement", ["2026-01-01", "2026-07-01"]),
        ("BPNT", "disbursement", [f"2026-{month:02d}-01" for month in range(1, 13)]),
        ("PBI-JK", "complaint", [f"2026-{month:02d}-01" for month in range(1, 13)]),
    ],
)
def test_a_year_has_these_rounds(program: str, kind: str, opens: list[str]) -> None:
    year = occasions(ROUNDS, date(2026, 1, 1), date(2027, 1, 1))
    found = [str(each.opens) for each in year if (each.program, each.kind) == (program, kind)]
    assert found == opens


def test_what_opens_is_told_by_day_with_the_last_day_left_out() -> None:
    found = occasions(ROUNDS, date(2026, 4, 1), date(2026, 5, 1))
    assert {each.opens for each in found} == {date(2026, 4, 1)}
    assert occasions(ROUNDS, date(2026, 4, 2), date(2026, 4, 2)) == []


@pytest.mark.parametrize(
    ("program", "since", "until", "opens"),
    [
        ("PKH", date(2026, 10, 1), date(2027, 1, 1), date(2026, 10, 1)),
        ("PKH", date(2026, 9, 1), date(2026, 11, 1), None),
        ("PBI-JK", date(2026, 12, 1), date(2027, 1, 1), date(2026, 11, 1)),
        ("PBI-JK", date(2027, 1, 1), date(2027, 2, 1), date(2026, 11, 1)),
        ("BPNT", date(2026, 12, 1), date(2027, 1, 1), date(2026, 12, 1)),
        ("RUTILAHU", date(2026, 12, 1), date(2027, 1, 1), None),
    ],
)
def test_a_list_has_the_round_that_covers_its_days(
    program: str, since: date, until: date, opens: date | None
) -> None:
    found = occasion_of(ROUNDS, program, since, until)
    assert (found.opens if found else None) == opens


def test_months_go_over_the_year_on_both_sides() -> None:
    assert later(date(2026, 11, 1), 3) == date(2027, 2, 1)
    assert later(date(2026, 1, 15), -1) == date(2025, 12, 1)


@pytest.mark.parametrize(
    ("was", "now"),
    [('program = "PKH"', 'program = "PKX"'), ('source = "pkh"', 'source = "pkx"'), ("[5, 11]", "[11, 5]")],
)
def test_a_calendar_that_does_not_fit_is_refused(tmp_path: Path, was: str, now: str) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text((CONFIG / "calendar.toml").read_text().replace(was, now))
    with pytest.raises(FatalError) as caught:
        load_calendar(path, PROGRAMS, SOURCES)
    assert caught.value.code == "config_invalid"
