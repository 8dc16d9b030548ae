"""What numbers are told apart by: the level of an area and the step of time that an argument of the caller names."""

from hub.compiler.convert import LEVEL_UNITS
from hub.domain.wilayah import Level

#: Unit of an area key at each level, the smallest first: of several levels that are asked for the smallest counts.
UNITS = {
    "DESA": LEVEL_UNITS[Level.DESA],
    "KECAMATAN": LEVEL_UNITS[Level.KECAMATAN],
    "KABUPATEN": LEVEL_UNITS[Level.KABUPATEN],
    "PROVINSI": LEVEL_UNITS[Level.PROVINCE],
}


def asked(name: str, argument: str = "groupBy") -> str:
    """Whether the list in an argument names a dimension."""
    return f"'{name}' = any({{arg[{argument}]}})"


def dimension(name: str, sql: str, argument: str = "groupBy") -> str:
    """A value where its dimension is asked for, else null."""
    return f"case when {asked(name, argument)} then {sql} end"


def area(key: str, argument: str = "groupBy") -> str:
    """An area key at the smallest of the levels asked for, else null."""
    steps = (
        f"when {asked(name, argument)} then {key} / {unit}::bigint * {unit}" for name, unit in UNITS.items()
    )
    return f"case {' '.join(steps)} end"


def month_or_year(start: str) -> tuple[str, str]:
    """First day, and the day after the last, of the month or year of a day, as `groupBy` wants it; null: neither.

    Of both the month counts.
    """
    unit = f"case when {asked('MONTH')} then 'month' when {asked('YEAR')} then 'year' end"
    first = f"date_trunc({unit}, {start}::timestamp)::date"
    return (
        first,
        f"({first} + case when {asked('MONTH')} then interval '1 month' else interval '1 year' end)::date",
    )
