"""The further lists of programs are of the village's own people, and each is drawn apart."""

import csv
import re
from pathlib import Path

import pytest

from hub.simulator import Plan, generate

NAMES = (
    "rastra", "pbi_jk", "bpjs_segments", "kks", "bst", "kube", "uep", "rtlh", "bpnt_village", "pkh_resertifikasi",
)  # fmt: skip
NIK_HEADS = {"NIK", "NIK KTP", "NIK PENGURUS", "NIK pengurus", "nik"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("forms")
    generate(Plan(seed=5, persons=1_000, lists=(*NAMES, "siks_ng")), directory)
    return directory


def rows(directory: Path, name: str, month: int = 1) -> list[dict[str, str]]:
    found = []
    for path in sorted((directory / f"month{month}" / name).glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            head = lines.readline()
            delimiter = ";" if ";" in head else ","
            lines.seek(0)
            found += list(csv.DictReader(lines, delimiter=delimiter))
    return found


def niks(directory: Path, name: str) -> list[str]:
    return [row[head] for row in rows(directory, name) for head in NIK_HEADS & set(row)]


@pytest.mark.parametrize("name", NAMES)
def test_most_numbers_of_a_list_stand_in_the_register(written: Path, name: str) -> None:
    known = {row["NIK"] for row in rows(written, "dukcapil")}
    listed = niks(written, name)
    assert sum(nik in known for nik in listed) > 0.7 * len(listed) > 0


@pytest.mark.parametrize("name", [*NAMES, "siks_ng"])
def test_no_number_of_a_list_could_be_a_real_person_s(written: Path, name: str) -> None:
    text = "".join(path.read_text(encoding="utf-8-sig") for path in (written / "month1" / name).iterdir())
    shaped = re.findall(
        r"(?<!\d)33\d{4}(?:[04][1-9]|[12456]\d|[37][01])(?:0[1-9]|1[0-2])\d{2}(\d{4})(?!\d)", text
    )
    assert shaped
    assert all(int(serial) >= 9000 or serial == "0000" for serial in shaped)


def test_a_list_is_the_same_whatever_others_are_written(written: Path, tmp_path: Path) -> None:
    generate(Plan(seed=5, persons=1_000, lists=("kube",)), tmp_path)
    assert rows(tmp_path, "kube") == rows(written, "kube")
    assert rows(tmp_path, "bpnt") == rows(written, "bpnt")


def test_a_number_of_the_insurance_is_billed_twice_only_under_two_segments(written: Path) -> None:
    billed = [(row["PSNOKA"], row["SEGMEN"]) for row in rows(written, "bpjs_segments")]
    assert len(set(billed)) == len(billed)


def test_the_chair_of_each_group_bears_its_grant(written: Path) -> None:
    members = rows(written, "kube")
    chairs = [row for row in members if row["BENTUK BANTUAN"]]
    assert {row["ID KELOMPOK"] for row in chairs} == {row["ID KELOMPOK"] for row in members}
    assert {row["JABATAN"] for row in chairs} == {"KETUA"}
