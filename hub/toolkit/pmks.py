"""PMKS types of any published list as the 26 types of Permensos 8/2012, with the bounds of each type.

A bare number means nothing: at least five orders are in use. The entry's option `list` says which one a file
writes (`permensos_8_2012`, or a list of `config/reference/pmks_crosswalk.csv`). Bounds of age and sex are those of
`config/reference/pmks.csv`, where publishers differ an inference; the option `ages` of an entry replaces them by
type: `ages = { "1" = [0, 4] }`.
"""

from typing import NamedTuple

import polars as pl

from hub.domain.reasons import Reason
from hub.errors import FatalError
from hub.toolkit.rows import Rows

REGULATION = "permensos_8_2012"
#: Lists whose codes shift from one copy to the next (a letter fell out of one), so that names alone tell.
BY_NAME_ALONE = frozenset({"village_app_ppks_letters"})
#: Relations under which the bounds of our type hold for the source's type too.
SAME_BOUNDS = ("exact", "narrower")
OWN, OTHER = "pmks", "pmks_lain"


class Type(NamedTuple):
    """One writing of a list: our scheme and code, the list's own code, and how the two relate (as SKOS does)."""

    scheme: str
    code: str
    listed: str
    relation: str


def types_of(rows: Rows, column: str) -> pl.DataFrame:
    """Columns `scheme`, `code`, `listed` and `relation` of the type that each row names.

    A type without counterpart (a house unfit to live in, a vulnerable family) is no PMKS of the regulation: it goes
    under the scheme `pmks_lain` as `list:code`. A blank type refuses the row, and so does one that the list lacks.

    Raises:
        FatalError: `config_invalid`, the entry names a list that nobody knows.
    """
    named = str(rows.option("list", REGULATION))
    known = _known(rows, named)
    texts = rows.text(column)
    distinct = texts.drop_nulls().unique().to_list()
    found = {text: known.get(" ".join(text.upper().split())) for text in distinct}
    rows.refuse(texts.is_null(), Reason.FIELD_MISSING, column)
    rows.refuse(
        texts.is_in([text for text, one in found.items() if one is None]), Reason.CODE_UNKNOWN, column
    )
    told = pl.DataFrame(
        [(text, *one) for text, one in found.items() if one],
        schema=dict.fromkeys((column, *Type._fields), pl.String),
        orient="row",
    )
    return texts.to_frame(column).join(told, on=column, how="left", maintain_order="left").drop(column)


def _known(rows: Rows, named: str) -> dict[str, Type]:
    """Every writing of a list in capitals."""
    reference = rows.reference
    if named == REGULATION:
        return {
            writing.upper(): Type(OWN, one.code, one.code, "exact")
            for one in reference.pmks.values()
            for writing in (one.code, one.abbrev, one.name_id)
        }
    if named not in reference.crosswalk:
        lists = ", ".join((REGULATION, *sorted(reference.crosswalk)))
        raise FatalError("config_invalid", f"options.list: no list of PMKS types is named so; known: {lists}")
    return {
        writing: Type(OWN, ours, listed, relation)
        if ours
        else Type(OTHER, f"{named}:{listed}", listed, relation)
        for writing, (listed, ours, relation) in reference.crosswalk[named].items()
        if named not in BY_NAME_ALONE or writing != listed.upper()
    }


def units_of(rows: Rows, types: pl.DataFrame, column: str) -> pl.Series:
    """Whose type it is: person, family, group or community; blank means the only unit of the type, else a person.

    A unit that the regulation does not give the type refuses the row; a type of our other scheme has any.
    """
    words = {
        "ORANG": "person", "PERORANGAN": "person", "INDIVIDU": "person", "KELUARGA": "family",
        "KELOMPOK": "group", "KOMUNITAS": "community",
    }  # fmt: skip
    given = rows.code(column, "unit", words)
    units = {code: one.units for code, one in rows.reference.pmks.items()}
    usual = {code: next(iter(allowed)) if len(allowed) == 1 else "person" for code, allowed in units.items()}
    own = types["scheme"].eq_missing(OWN)
    code = types["code"].set(~own, None)
    chosen = pl.DataFrame({"given": given, "usual": code.replace_strict(usual, default="person")}).select(
        pl.coalesce("given", "usual").alias("unit")
    )["unit"]
    allowed = [f"{code}|{unit}" for code, found in units.items() for unit in found]
    stands = (code + "|" + chosen).is_in(allowed)
    rows.refuse(own & ~stands.fill_null(value=False), Reason.UNIT_OUTSIDE_TYPE, column)
    return chosen


class Subject(NamedTuple):
    """Of whom the bounds are asked: birth and sex by row, the day that counts, and whether it is one person."""

    birth: pl.Series
    sex: pl.Series
    on: pl.Series
    alone: pl.Series


def refuse_outside(rows: Rows, types: pl.DataFrame, who: Subject, columns: tuple[str, str]) -> None:
    """Refuses persons outside the age or sex of their type, and those of whom the type cannot be judged.

    Args:
        rows: The rows.
        types: As `types_of` gives them.
        who: Of whom; ages are full years on the day `on`, both bounds inclusive.
        columns: Where birth and sex stand.
    """
    bounds = {code: one.ages for code, one in rows.reference.pmks.items()} | {
        str(code): (ages[0], ages[1]) for code, ages in rows.option("ages", {}).items()
    }
    sexes = {code: one.sex for code, one in rows.reference.pmks.items() if one.sex}
    held = types["relation"].is_in(SAME_BOUNDS) & types["scheme"].eq_missing(OWN) & who.alone
    code = types["code"].set(~held.fill_null(value=False), None)
    low = code.replace_strict({c: a[0] for c, a in bounds.items()}, default=None, return_dtype=pl.Int32)
    high = code.replace_strict({c: a[1] for c, a in bounds.items()}, default=None, return_dtype=pl.Int32)
    needed = code.replace_strict(sexes, default=None, return_dtype=pl.String)
    age = full_years(who.birth, who.on)
    asked = low.is_not_null() | high.is_not_null()
    rows.refuse(
        asked & who.birth.is_null() & rows.text(columns[0]).is_null(), Reason.FIELD_MISSING, columns[0]
    )
    outside = (age < low).fill_null(value=False) | (age > high).fill_null(value=False)
    rows.refuse(outside, Reason.AGE_OUTSIDE_TYPE, columns[0])
    rows.refuse(needed.is_not_null() & rows.text(columns[1]).is_null(), Reason.FIELD_MISSING, columns[1])
    rows.refuse(who.sex != needed, Reason.SEX_OUTSIDE_TYPE, columns[1])


def full_years(birth: pl.Series, on: pl.Series) -> pl.Series:
    """Age in full years on a day; who was born on 29 February turns a year older on 1 March of other years."""
    days = pl.DataFrame({"birth": birth, "on": on})
    birthday, today = (
        pl.col(name).dt.month().cast(pl.Int32) * 100 + pl.col(name).dt.day() for name in days.columns
    )
    years = pl.col("on").dt.year() - pl.col("birth").dt.year() - (today < birthday).cast(pl.Int32)
    return days.select(years.alias("age"))["age"]
