"""Agencies, purposes and scopes as shipped hold together; what is unfit stops with file and key."""

from pathlib import Path
from typing import Any

import pytest

from hub.errors import FatalError
from hub.registry.agencies import Agency, load_agencies, load_terms
from hub.registry.agreements import read_agreement
from hub.settings import default_config_dir

AGREEMENT = """
code = "pks-1"
version = 1
agency = "dinsos-jepara"
number = "1/PKS/2026"
legal_basis = "UU 13/2011"
purposes = ["verivali"]
scopes = ["identity"]
from = 2026-01-01
to = 2027-01-01
"""


def test_shipped_agencies_and_terms_are_sound() -> None:
    agencies, terms = load_agencies(default_config_dir()), load_terms(default_config_dir())
    assert {"dinsos-jepara", "kemensos"} <= set(agencies)
    assert agencies["kemensos"].national
    assert not agencies["dinsos-jepara"].national
    assert terms.bits(frozenset({"identity", "family", "nobody"})) == 0b101
    assert {one.code for one in terms.scopes if one.specific} >= {"status-sensitive", "children", "exclusion"}


@pytest.mark.parametrize(("text", "told"), [
    ('code = "a1"\nname_id = "x"\nname_en = "x"\nkind = "opd"\nnational = true\nareas = ["33"]', "national"),
    ('code = "a1"\nname_id = "x"\nname_en = "x"\nkind = "opd"\nareas = ["33.2"]', "areas.0"),
    ('code = "a1"\nname_id = "x"\nname_en = "x"\nkind = "opd"\nareas = [""]', "areas.0"),
    ('code = "a1"\nname_id = "x"\nname_en = "x"\nkind = "opd"\nareas = ["33"]\n[[client]]\nid = "c"\nareas = ["32"]',
     "reaches beyond"),
    ('code = "a1"\nname_id = "x"\nname_en = "x"\nkind = "opd"\n[[client]]\nid = "c"\n[[client]]\nid = "c"', "twice"),
    ('code = "a2"\nname_id = "x"\nname_en = "x"\nkind = "opd"', "name the file after it"),
])  # fmt: skip
def test_an_unfit_agency_stops_with_its_file_and_what_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "agencies").mkdir()
    (tmp_path / "agencies" / "a1.toml").write_text(text)
    with pytest.raises(FatalError) as stopped:
        load_agencies(tmp_path)
    assert stopped.value.code == "config_invalid"
    assert "agencies/a1.toml" in stopped.value.message
    assert told in stopped.value.message


@pytest.mark.parametrize(("old", "new", "told"), [
    ('scopes = ["identity"]', 'scopes = ["identity", "all"]', "unknown all"),
    ('purposes = ["verivali"]', "purposes = []", "purposes"),
    ('purposes = ["verivali"]', 'purposes = ["iseng"]', "unknown iseng"),
    ('agency = "dinsos-jepara"', 'agency = "dinsos-antah"', "there is no dinsos-antah"),
    ("to = 2027-01-01", "to = 2026-01-01", "later than"),
    ("to = 2027-01-01", 'to = 2027-01-01\nareas = ["33"]', "33 lie beyond"),
    ("to = 2027-01-01", 'to = 2027-01-01\nprograms = ["PKH,BPNT"]', "programs"),
    ("to = 2027-01-01", 'to = 2027-01-01\nmasks = ["half"]', "masks"),
    ("to = 2027-01-01", "to = 2027-01-01\nquota = 0", "quota"),
])  # fmt: skip
def test_an_agreement_that_grants_what_nobody_knows_is_refused(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    path = tmp_path / "pks.toml"
    path.write_text(AGREEMENT.replace(old, new))
    agencies, terms = load_agencies(default_config_dir()), load_terms(default_config_dir())
    with pytest.raises(FatalError) as stopped:
        read_agreement(path, agencies, terms)
    assert told in stopped.value.message
    path.write_text(AGREEMENT)
    assert read_agreement(path, agencies, terms).agency == "dinsos-jepara"


@pytest.mark.parametrize(
    ("kind", "areas", "level"),
    [
        ("desa", ["33.20.07.2009"], "desa"),
        ("kecamatan", ["33.20.07", "33.20.01"], "kecamatan"),
        ("kabupaten", ["33.20"], "kabupaten"),
        ("provinsi", ["33"], "provinsi"),
        ("opd", ["33.20.07", "33.20"], "kabupaten"),
        ("public", [], None),
    ],
)
def test_an_agency_has_the_level_of_its_widest_area(kind: Any, areas: list[str], level: str | None) -> None:
    found = Agency(code="a-1", name_id="A", name_en="A", kind=kind, areas=tuple(areas))
    assert found.level == level


@pytest.mark.parametrize(
    ("kind", "areas", "national"),
    [
        ("desa", ["33.20.07"], False),
        ("kabupaten", ["33"], False),
        ("provinsi", [], True),
        ("public", ["33"], False),
    ],
)
def test_a_government_reaches_its_own_level_alone(kind: Any, areas: list[str], national: bool) -> None:
    with pytest.raises(ValueError, match=r"level alone|reaches no area"):
        Agency(code="a-1", name_id="A", name_en="A", kind=kind, areas=tuple(areas), national=national)
