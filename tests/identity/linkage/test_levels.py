"""The verdicts of the field: what its spellings, slips and damages count for."""

from typing import Any

import pytest

from tests.identity.linkage.builders import compared, verdict

NAMES = [
    ("MUHAMMAD RIZKI", "M. RIZKI", "equal"),
    ("MOCH. RIZQI", "MUHAMAD RIZKI", "equal"),
    ("NURHAYATI", "NUR HAYATI", "equal"),
    ("NOER HAJATI", "NOER HAYATI", "slip"),
    ("TJIPTO DJOJO", "CIPTO JOYO", "alike"),
    ("H. SUTARNO, S.PD", "SUTARNO", "equal"),
    ("SUTRISNO ALIAS TRIS", "SUTRISNO", "equal"),
    ("RAHAYU PUJI", "PUJI RAHAYU", "order"),
    ("AGUS SETIAWAN", "AGUS S.", "part"),
    ("SITI AMINAH", "AMINAH", "part"),
    ("SULAIMAN", "SULAIMNA", "alike"),
    ("BAMBANG SUGENG", "BAMBNAG SUGENG", "slip"),
    ("SUTARNO", "SUTARNI", "alike"),
    ("RIZKA", "RIZKI", "alike"),
    ("HASAN", "BUDI", "differs"),
    ("HASAN", None, "untold"),
    ("HASAN", "", "untold"),
]
DATES = [
    ("1980-02-07", "07-02-1980", "equal"),
    ("1980-01-01", "1980-01-01", "heaped_equal"),
    ("1980-02-07", "1980-07-02", "swapped"),
    ("1980-02-07", "1981-02-07", "slip"),
    ("1999-02-07", "2000-02-07", "slip"),
    ("1980-02-07", "1980-02-17", "slip"),
    ("1980-05-17", "1980-01-01", "heaped"),
    ("1980-02-07", "1980-03-08", "slips"),
    ("1980-02-07", "1980-11-19", "year"),
    ("1980-02-07", "1953-11-19", "differs"),
]
NUMBERS = [
    ("3320010702809001", "3320010702809001", "equal"),
    ("3320010702809001", "332001070280900", "cut"),
    ("3320010702809001", "3320010702809000", "cut"),
    ("3320010702809001", "'3320010702809001.0", "equal"),
    ("3320010702809001", "3320010702809101", "slip"),
    ("3320010702809001", "3320010702089001", "slip"),
    ("3320010702809001", "3320010702809999", "serial"),
    ("3320010702809001", "3320011905779001", "born"),
    ("3320010702809001", "3320011905779555", "differs"),
]
CASES = [
    *((compared("name", "name"), *case) for case in NAMES),
    *((compared("born", "date"), *case) for case in DATES),
    *((compared("number", "number"), *case) for case in NUMBERS),
    (compared("area", "area"), "3320012001", "3320012001", "equal_10"),
    (compared("area", "area"), "3320012001", "3320012002", "equal_6"),
    (compared("area", "area"), "3320012001", "3315012002", "differs"),
    (compared("post", "digits"), "5941", "5914", "slip"),
    (compared("post", "digits"), "5941", "1234", "differs"),
    (compared("street", "text"), "Dukuh Krajan No. 4", "DUKUH KRAJAN, NO 4", "equal"),
    (compared("street", "text"), "DUKUH KRAJAN", "DUKUH KRAJNA", "slip"),
    (compared("sex", "code"), "l", "L", "equal"),
]


@pytest.mark.parametrize(
    ("each", "one", "other", "told"), CASES, ids=lambda value: str(getattr(value, "name", value))
)
def test_two_values_get_the_verdict_of_the_field_in_both_orders(
    engine: Any, each: Any, one: str, other: str | None, told: str
) -> None:
    if each.name == "sex":
        each = compared("gender", "code")
    assert verdict(engine, each, one, other) == told
    assert verdict(engine, each, other, one) == told
