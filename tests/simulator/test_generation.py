import csv
import hashlib
import io
import re
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from hub.errors import FatalError, InputError
from hub.simulator import Plan, generate
from tests.simulator.conftest import Generated, generated

NIK = re.compile(r"(?<!\d)[1-9]\d{5}(?:[0-7]\d)(?:0[1-9]|1[0-2])\d\d(\d{4})(?!\d)")


def digests(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


@pytest.mark.long
def test_the_same_plan_gives_the_same_bytes(hamlet: Generated, tmp_path: Path) -> None:
    again = generated(tmp_path, hamlet.plan)
    assert digests(again.directory) == digests(hamlet.directory)
    assert again.truth == hamlet.truth


def test_two_processes_write_what_one_would(
    hamlet: Generated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.simulator.generation.WORTH_A_POOL", 100)
    again = generated(tmp_path, hamlet.plan)
    assert digests(again.directory) == digests(hamlet.directory)
    assert again.truth == hamlet.truth


def test_another_seed_gives_other_people(hamlet: Generated, tmp_path: Path) -> None:
    other = generated(tmp_path, Plan(seed=12, persons=2_000))
    assert not {row["NIK"] for row in other.dump(1)} >= {row["NIK"] for row in hamlet.dump(1)}


def test_the_register_has_exactly_the_persons_of_the_plan(hamlet: Generated, town: Generated) -> None:
    assert len(hamlet.dump(1)) == 2_000
    assert len(town.dump(1)) == town.emitted.rows("dukcapil", 1) == 8_000


def test_no_emitted_number_could_be_a_real_persons(hamlet: Generated) -> None:
    seen = 0
    for path in hamlet.directory.rglob("*"):
        if path.suffix in (".csv", ".ndjson"):
            for serial in NIK.findall(path.read_text(encoding="utf-8-sig")):
                assert serial >= "9000" or serial == "0000"
                seen += 1
    assert seen > 4_000


def test_the_serials_of_a_plan_that_leaves_kecamatan_empty_are_synthetic_too(tmp_path: Path) -> None:
    generate(Plan(seed=7, persons=600, months=1), tmp_path / "small")
    dumps = sorted((tmp_path / "small/month1/dukcapil").iterdir())
    numbers = [
        cell
        for path in dumps
        for line in path.read_text(encoding="utf-8").splitlines()
        for cell in line.split(";")
        if re.fullmatch(r"[0-9]{16}", cell)
    ]
    assert len(numbers) > 600
    assert {number for number in numbers if number[12:] < "9000"} == set()


def test_every_emitted_row_has_its_line_of_truth(hamlet: Generated) -> None:
    keys = [tuple(row[:4]) for row in hamlet.truth]
    assert len(set(keys)) == len(keys) == hamlet.emitted.rows()
    for each in hamlet.emitted.files:
        rows = [int(row[3]) for row in hamlet.truth if row[:3] == [each.source, str(each.month), each.name]]
        assert rows == list(range(1, each.rows + 1))


def test_truth_of_the_register_points_at_the_row_it_says(hamlet: Generated) -> None:
    by_person: dict[str, set[str]] = {}
    for month in (1, 2):
        for name in {row[2] for row in hamlet.truth if row[0] == "dukcapil"}:
            lines = hamlet.lines(month, "dukcapil", name)
            for row in (r for r in hamlet.truth if r[:3] == ["dukcapil", str(month), name]):
                by_person.setdefault(row[4], set()).add(lines[int(row[3])].split(";")[0])
    assert all(len(niks) == 1 for niks in by_person.values())


def test_truth_stands_nowhere_in_what_is_served(hamlet: Generated) -> None:
    people = {row[4] for row in hamlet.truth}
    assert not (hamlet.directory / "parts").exists()
    for path in (hamlet.directory / "month1" / "bpnt").iterdir():
        fields = re.split(r"[;,\r\n]", path.read_text(encoding="utf-8-sig"))
        assert not people & set(fields)


def test_families_look_like_those_of_java(town: Generated) -> None:
    rows = town.dump(1)
    today = town.plan.base_date
    ages = [(today - date.fromisoformat(row["TGL_LHR"])).days / 365.25 for row in rows]
    assert 2.8 < len(rows) / len({row["NO_KK"] for row in rows}) < 3.4
    assert 0.20 < sum(age < 15 for age in ages) / len(ages) < 0.28
    assert 0.04 < sum(age >= 65 for age in ages) / len(ages) < 0.09
    assert 0.46 < sum(row["JENIS_KLMIN"] == "1" for row in rows) / len(rows) < 0.54


def test_programs_reach_about_their_share(town: Generated) -> None:
    families = len({row["NO_KK"] for row in town.dump(1)})
    assert 0.15 < town.emitted.rows("bpnt", 1) / families < 0.28
    assert 0.05 < town.emitted.rows("pkh", 1) / 8_000 < 0.09
    assert 0.01 < town.emitted.rows("blt_dd", 1) / families < 0.04


@pytest.mark.parametrize("size", ["hamlet", "town"])
def test_the_hard_cases_are_planted_at_every_size(size: str, request: pytest.FixtureRequest) -> None:
    made: Generated = request.getfixturevalue(size)
    assert {"twin", "namesake", "nik_spouse"} <= set(made.kinds("dukcapil"))
    wanted = {"nik_spouse", "dead_listed", "listed_twice", "kk_old", "not_registered", "registered_elsewhere"}
    assert wanted <= set(made.kinds("bpnt"))
    assert {"dead_listed", "listed_twice", "excel_damage"} <= set(made.kinds("pkh"))
    assert "excluded_overlap" in made.kinds("blt_dd")


def test_namesakes_share_name_birth_and_desa_but_not_the_number(hamlet: Generated) -> None:
    rows = {(row[2], row[3]): row for row in hamlet.truth if row[0] == "dukcapil" and row[1] == "1"}
    marked: dict[tuple[str, ...], set[str]] = {}
    for (name, number), row in rows.items():
        if "namesake" in row[5]:
            cells = hamlet.lines(1, "dukcapil", name)[int(number)].split(";")
            marked.setdefault((cells[5], cells[8], cells[35], cells[36]), set()).add(cells[0])
    assert marked
    assert any(len(niks) > 1 for niks in marked.values())


def test_month_two_changes_little_and_has_moves_deaths_and_births(hamlet: Generated) -> None:
    first = {row["NIK"]: row for row in hamlet.dump(1)}
    second = {row["NIK"]: row for row in hamlet.dump(2)}
    same = sum(first[nik] == second.get(nik) for nik in first)
    assert same / len(first) > 0.95
    assert set(second) - set(first)
    changed = [(first[nik], second[nik]) for nik in first if first[nik] != second[nik]]
    assert any(one["STAT_HIDUP"] == "1" and two["STAT_HIDUP"] == "2" for one, two in changed)
    moved = [(one, two) for one, two in changed if one["NO_KK"] != two["NO_KK"]]
    assert any((one["NO_KEC"], one["NO_KEL"]) != (two["NO_KEC"], two["NO_KEL"]) for one, two in moved)
    assert all(two["TGL_UBAH"] > hamlet.plan.base_date.isoformat() for _, two in changed)


def test_names_of_register_files_stay_and_sembako_gets_a_file_a_month(hamlet: Generated) -> None:
    names = {
        (each.source, each.month): {
            f.name for f in hamlet.emitted.files if (f.source, f.month) == (each.source, each.month)
        }
        for each in hamlet.emitted.files
    }
    assert names["dukcapil", 1] == names["dukcapil", 2]
    assert names["pkh", 1] == names["pkh", 2]
    assert names["bpnt", 1].isdisjoint(names["bpnt", 2])


def test_a_new_quarter_opens_a_new_pkh_file(tmp_path: Path) -> None:
    made = generate(Plan(seed=2, persons=300, base_date=date(2026, 12, 15)), tmp_path / "out")
    names = {each.name for each in made.files if each.source == "pkh" and each.month == 2}
    assert all(re.fullmatch(r"pkh_3320\d\d_2027TW1\.xlsx", name) for name in names)


def test_pkh_headers_drift_and_one_file_went_through_a_number_column(hamlet: Generated) -> None:
    heads, numbers = set(), 0
    for path in sorted((hamlet.directory / "month1" / "pkh").iterdir()):
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        heads.add(next(str(row[0]) for row in rows if "KOMPONEN" in row))
        numbers += sum(isinstance(row[1], float) for row in rows if len(row) > 1)
    assert heads == {"NO KK", "NOKK", "NOMOR KK"}
    assert numbers > 0


def test_sembako_files_differ_in_delimiter_and_mark(hamlet: Generated) -> None:
    starts = [path.read_bytes() for path in sorted((hamlet.directory / "month1" / "bpnt").iterdir())]
    assert any(content.startswith(b"\xef\xbb\xbf") for content in starts)
    assert any(b"NAMA PENERIMA;" in content[:40] for content in starts)
    for content in starts:
        text = content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";" if "A;N" in text[:20] else ","))
        assert {len(row) for row in rows} == {11}


def test_a_directory_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError) as caught:
        generate(Plan(seed=1, persons=200), tmp_path)
    assert caught.value.code == "directory_in_use"
    assert (tmp_path / "thesis.txt").exists()


def test_an_unknown_area_and_a_missing_reference_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as unknown:
        generate(Plan(seed=1, area="33.2", persons=200), tmp_path / "a")
    assert unknown.value.code == "area_unknown"
    with pytest.raises(FatalError) as missing:
        generate(Plan(seed=1, persons=200), tmp_path / "b", reference=tmp_path)
    assert missing.value.code == "reference_missing"


def test_another_kabupaten_can_be_played(tmp_path: Path) -> None:
    made = generated(tmp_path, Plan(seed=1, area="36.04", persons=500))
    assert {row["NO_KAB"] for row in made.dump(1)} == {"4"}
