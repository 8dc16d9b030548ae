"""The social and exclusion lists: of the same people, the same in every run, and with the faults they claim."""

from pathlib import Path

import pytest

from hub.simulator import Emitted, Plan, generate

LISTS = ("pmks", "psks", "bkn", "ahu", "bpjs_wages", "village_officials", "pln", "vehicles")
PLAN = Plan(seed=3, persons=2_000, lists=LISTS)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Emitted, list[list[str]]]:
    directory = tmp_path_factory.mktemp("town")
    emitted = generate(PLAN, directory / "registries", truth=directory / "truth.csv")
    truth = [line.split(",") for line in (directory / "truth.csv").read_text().splitlines()[1:]]
    return emitted, truth


def test_every_list_has_rows_in_both_months(town: tuple[Emitted, list[list[str]]]) -> None:
    counts = town[0].counts()
    assert {name: sorted(counts[name]) for name in LISTS} == {name: [1, 2] for name in LISTS}
    assert all(rows > 0 for name in LISTS for rows in counts[name].values())


def test_the_same_plan_gives_the_same_lists(town: tuple[Emitted, list[list[str]]], tmp_path: Path) -> None:
    again = generate(PLAN, tmp_path / "again")
    assert {(each.path, each.sha256) for each in again.files} == {
        (each.path, each.sha256) for each in town[0].files
    }


def test_a_list_more_changes_no_byte_of_the_others(
    town: tuple[Emitted, list[list[str]]], tmp_path: Path
) -> None:
    alone = generate(Plan(seed=3, persons=2_000, lists=("pmks",)), tmp_path / "alone")
    assert {each.sha256 for each in alone.files} <= {each.sha256 for each in town[0].files}


def test_a_matched_list_names_people_of_the_register_by_their_numbers(
    town: tuple[Emitted, list[list[str]]],
) -> None:
    directory = town[0].directory / "month1"
    register = {
        line.split(";")[0]
        for path in (directory / "dukcapil").iterdir()
        for line in path.read_text().splitlines()[1:]
    }
    listed = [
        line.split(";")[0]
        for path in (directory / "bkn").iterdir()
        for line in path.read_text().splitlines()[1:]
    ]
    assert len(set(listed) & register) >= 0.95 * len(listed) > 0


@pytest.mark.parametrize(
    ("source", "kind"), [("ahu", "flag_wrong"), ("pmks", "pmks_fault"), ("pmks", "name_variant")]
)
def test_the_planted_oddities_are_in_the_truth(
    town: tuple[Emitted, list[list[str]]], source: str, kind: str
) -> None:
    assert any(row[0] == source and kind in row[5].split("|") for row in town[1])
