import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.wilayah import (
    NATIONAL_RANGE,
    AreaCode,
    Level,
    System,
    area_key,
    code_of_key,
    from_digits,
    from_numbers,
    key_range,
    parse_area,
)
from hub.errors import InputError

KEMENDAGRI = System.KEMENDAGRI


@st.composite
def codes(draw: st.DrawFn) -> AreaCode:
    parts = [f"{draw(st.integers(11, 97))}"]
    depth = draw(st.integers(0, 3))
    parts += [f"{draw(st.integers(1, 99)):02d}" for _ in range(min(depth, 2))]
    parts += [f"{draw(st.integers(1001, 3999))}"] if depth == 3 else []
    return AreaCode(KEMENDAGRI, ".".join(parts))


@given(codes())
def test_a_code_comes_back_from_dots_digits_and_key(code: AreaCode) -> None:
    assert parse_area(code.code, KEMENDAGRI) == code
    assert parse_area(code.digits, KEMENDAGRI) == code
    assert code_of_key(area_key(code)) == code


@given(codes(), codes())
def test_key_ranges_nest_exactly_as_codes_do(one: AreaCode, other: AreaCode) -> None:
    low, high = key_range(one)
    assert NATIONAL_RANGE[0] <= low <= area_key(one) <= high <= NATIONAL_RANGE[1]
    assert (low <= area_key(other) and key_range(other)[1] <= high) == other.lies_in(one)
    assert one.parent is None or one.lies_in(one.parent)


def test_the_key_of_a_kabupaten_spans_its_desa() -> None:
    assert key_range(parse_area("33.20")) == (3_320_000_000, 3_320_999_999)
    assert area_key(parse_area("33.20.01.2001")) == 3_320_012_001


def test_the_two_systems_cut_their_digits_differently() -> None:
    bps = parse_area("3320010001", System.BPS)
    assert (bps.level, bps.parent) == (Level.DESA, AreaCode(System.BPS, "3320010"))
    assert parse_area("3320012001", KEMENDAGRI).parent == AreaCode(KEMENDAGRI, "33.20.01")
    assert not bps.lies_in(parse_area("33.20"))


@pytest.mark.parametrize("text", ["1101", "33", "3320", "3320012001"])
def test_bare_digits_without_a_system_are_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_area(text)
    assert refused.value.code == "area_system_missing"


@pytest.mark.parametrize(
    ("text", "system"),
    [("33.2", None), ("33.20.1", None), ("33.20.", None), ("", KEMENDAGRI), ("332001", System.BPS),
     ("33.20", System.BPS), ("33200", KEMENDAGRI), ("33%", KEMENDAGRI), ("332O", KEMENDAGRI)],
)  # fmt: skip
def test_a_code_of_the_wrong_shape_is_refused(text: str, system: System | None) -> None:
    with pytest.raises(InputError) as refused:
        parse_area(text, system)
    assert refused.value.code == "area_code_invalid"


def test_unpadded_numbers_make_a_padded_code() -> None:
    assert from_numbers(33, 20, 1, 2001).code == "33.20.01.2001"
    assert from_numbers(11, 1).code == "11.01"
    with pytest.raises(InputError):
        from_numbers(33, 20, 100)
    with pytest.raises(InputError):
        from_numbers(-1, 20)


def test_a_bps_code_has_no_area_key_and_zero_is_no_area() -> None:
    with pytest.raises(InputError):
        area_key(from_digits("3320", System.BPS))
    assert code_of_key(0) is None
