from collections import Counter
from pathlib import Path

import pytest

from hub.registry.areas import COUNTS
from hub.registry.reference import Reference, reference_files
from hub.settings import default_config_dir

CONFIG = default_config_dir()


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference(CONFIG)


def test_the_areas_are_those_of_the_decree(reference: Reference) -> None:
    rows = list(reference.wilayah_rows())
    assert Counter(row.level for row in rows) == COUNTS
    assert len({row.area_key for row in rows}) == 91_599
    jepara = next(row for row in rows if row.code == "33.20")
    assert (jepara.name, jepara.area_key, jepara.population) == ("Kabupaten Jepara", 3_320_000_000, 1_283_687)


def test_one_bps_code_equals_another_areas_kemendagri_code(reference: Reference) -> None:
    simeulue = next(row for row in reference.bps_rows() if row.code == "1101")
    assert simeulue.area_key == 1_109_000_000
    assert simeulue.parent_code == "11"


def test_every_successor_is_an_area_in_force(reference: Reference) -> None:
    in_force = {row.code for row in reference.wilayah_rows()}
    retired = list(reference.retired_rows())
    assert len(retired) == 7_534
    assert not in_force & {row.code for row in retired}
    assert all(row.successor_code in in_force for row in retired if row.successor_code)


def test_the_bridge_names_each_bps_code_once(reference: Reference) -> None:
    rows = list(reference.bridge_rows())
    assert len({row.bps_code for row in rows}) == len(rows) == 91_300


def test_code_rows_are_unique_and_labelled(reference: Reference) -> None:
    rows = list(reference.code_rows())
    assert len({(row.scheme, row.code) for row in rows}) == len(rows)
    assert {"sex", "shdk", "marital", "religion", "education", "occupation", "vital", "pmks", "psks"} <= {
        row.scheme for row in rows
    }


def test_every_crosswalk_row_leads_to_a_type_or_says_none(reference: Reference) -> None:
    types = {row.code for row in reference.code_rows() if row.scheme == "pmks"}
    rows = list(reference.pmks_crosswalk_rows())
    assert len(rows) == 148
    assert all(row.code in types for row in rows if row.code)


def test_program_rows_hang_together(reference: Reference) -> None:
    programs = {row.id for row in reference.program_rows()}
    components = {row.id: row.program_id for row in reference.component_rows()}
    assert set(components.values()) <= programs
    for amount in reference.amount_rows():
        assert amount.program_id in programs
        assert amount.component_id is None or components[amount.component_id] == amount.program_id
    assert all(row.program_a < row.program_b for row in reference.exclusion_rows())


def test_every_reference_file_is_named_in_its_readme() -> None:
    readme = (CONFIG / "reference" / "README.md").read_text(encoding="utf-8")
    files = reference_files(CONFIG)
    assert all(len(one.sha256) == 64 for one in files)
    assert all(f"`{one.path.name}`" in readme for one in files if one.name.startswith("reference/"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"wilayah\.csv\.gz: is missing"):
        reference_files(tmp_path)
