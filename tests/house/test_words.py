"""What may not stand in the repository: personal numbers, machine paths, empty names, promises."""

import gzip
import re
from pathlib import Path

from tests.house.tree import ROOT, files, texts

OURS = ("hub", "tests", "config", "docs", "README.md", "CHANGELOG.md", "Makefile", "pyproject.toml", ".ci")
#: Province, kabupaten, kecamatan, day (women: plus 40), month, year, serial (Permendagri 102/2019).
NIK = re.compile(r"(?<!\d)[1-9]\d{5}(?:[04][1-9]|[12456]\d|[37][01])(?:0[1-9]|1[0-2])\d{2}(\d{4})(?!\d)")
LOWEST_SYNTHETIC_SERIAL = 9000
#: Built from other people's sources, whose words are theirs.
VENDORED = Path("hub/console/graphiql/static")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "data", "info", "common", "misc"}
PROMISES = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
WAIVERS = re.compile(r"pytest\.(?:mark\.)?(?:sk" r"ip|xf" r"ail)|unittest\.mo" r"ck")
MACHINE_PATHS = re.compile(r"""(?<![\w.}~/-])/(?:root|home|Users|work|mnt)/[\w.]""")


def personal_numbers(text: str) -> list[str]:
    """Numbers shaped like a NIK whose serial could be a real person's."""
    return [found[0] for found in NIK.finditer(text) if int(found[1]) < LOWEST_SYNTHETIC_SERIAL]


def test_the_check_knows_a_nik_from_a_synthetic_one() -> None:
    real, synthetic = "332001" + "410190" + "0001", "3320014101909001"
    assert personal_numbers(f"{real} {synthetic} 1{real} {real[:-1]}") == [real]


def test_no_number_that_could_be_a_person_s_stands_in_the_repository() -> None:
    found = [(str(path), len(numbers)) for path, text in texts(*OURS) if (numbers := personal_numbers(text))]
    assert found == []


def test_no_number_that_could_be_a_person_s_stands_in_a_packed_file() -> None:
    packed = [path for path in files() if path.suffix == ".gz" and path.parts[0] in OURS]
    assert [
        str(path) for path in packed if personal_numbers(gzip.decompress((ROOT / path).read_bytes()).decode())
    ] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [str(path) for path in files() if path.suffix == ".py" and path.stem in EMPTY_NAMES] == []


def test_nothing_is_promised_instead_of_done() -> None:
    written = [(path, text) for path, text in texts(*OURS) if VENDORED not in path.parents]
    assert [str(path) for path, text in written if PROMISES.search(text)] == []


def test_no_test_is_waived_and_no_part_of_ours_is_faked() -> None:
    assert [str(path) for path, text in texts("tests") if WAIVERS.search(text)] == []


def test_nothing_names_a_path_of_one_machine() -> None:
    found = [
        (str(path), hit[0])
        for path, text in texts(*OURS, "requirements.lock")
        if path.name != "test_words.py" and (hit := MACHINE_PATHS.search(text))
    ]
    assert found == []


def test_the_lock_names_no_index_and_has_a_hash_for_everything() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert re.search(r"^-|://", lock, re.MULTILINE) is None
    for requirement in re.findall(r"^[a-z].*(?:\n    --hash.*)*", lock, re.MULTILINE):
        assert "--hash=sha256:" in requirement
