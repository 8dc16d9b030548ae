"""Areas are resolved in their declared system, by successor where a code is retired."""

import pytest

from hub.toolkit.reference import Names, Reference

REFERENCE = Reference(
    current={
        "33": "Jawa Tengah",
        "33.20": "Kabupaten Jepara",
        "33.20.01": "Kedung",
        "33.20.01.2001": "Kedungmalang",
        "33.20.02": "Mayong",
        "33.20.02.2001": "Sama",
        "33.21": "Kabupaten Demak",
        "33.21.01": "Mayong",
        "33.21.01.2001": "Sama",
        "33.21.01.2002": "Lain",
    },
    successors={"33.20.09": "33.20.01", "33.20.10": ""},
)


@pytest.mark.parametrize(
    ("parts", "key", "raw"),
    [
        (("33", "20", "1", "2001"), 3_320_012_001, "kemendagri:33.20.01.2001"),
        (("33", "20", "9", "1"), 3_320_010_000, "kemendagri:33.20.09.0001"),
        (("33", "20", "10", None), 3_320_000_000, "kemendagri:33.20.10"),
        (("33", None, "1", "2001"), 3_300_000_000, "kemendagri:33"),
        ((None, "20", "1", "2001"), 0, None),
        (("99", "20", "1", "2001"), 0, "kemendagri:99.20.01.2001"),
        (("33", "²", "1", "2001"), 3_300_000_000, "kemendagri:33"),
    ],
)
def test_unpadded_numbers_are_resolved(parts: Names, key: int, raw: str | None) -> None:
    assert REFERENCE.by_numbers(parts) == (key, raw)


@pytest.mark.parametrize(
    ("code", "key"),
    [("3320012001", 3_320_012_001), ("33.20.01", 3_320_010_000), ("332", 0), ("abc", 0), (None, 0)],
)
def test_a_code_is_read_with_dots_or_without(code: str | None, key: int) -> None:
    assert REFERENCE.by_code((code,))[0] == key


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        (("Kec. Kedung", "Desa Kedungmalang"), 3_320_012_001),
        (("Kedung", "unknown"), 3_320_010_000),
        (("Mayong", "Lain"), 3_321_012_002),
        (("Mayong", "Sama"), 0),
        ((None, None), 0),
    ],
)
def test_kecamatan_and_desa_alone_must_be_unique(parts: Names, key: int) -> None:
    assert REFERENCE.by_names_of_kecamatan(parts)[0] == key


def test_names_are_walked_from_the_province() -> None:
    assert REFERENCE.by_names(("JAWA TENGAH", "KAB JEPARA", "KEC KEDUNG", "x"))[0] == 3_320_010_000


def test_prefixes_hold_retired_kecamatan_too() -> None:
    assert {"332001", "332009"} <= set(REFERENCE.prefixes)
