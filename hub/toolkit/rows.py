"""Rows: what a connector's claims are built from, column by column.

Each builder judges a whole column and gives columns of claims back; what it refuses is noted here, and
`claims` leaves the refused rows out of every frame. Texts that are not plainly well formed go through the
domain's own functions, once for each distinct text.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from hub.domain.dates import DateForm
from hub.domain.grades import Grade
from hub.domain.reasons import Reason
from hub.registry.sources import SourceConfig
from hub.toolkit.cells import ROW, Cells, days_of
from hub.toolkit.claims import NOTE_SCHEMA, PLACE_SCHEMA, REJECT_SCHEMA, SCHEMAS, Claims, completed
from hub.toolkit.names import keyed_names
from hub.toolkit.reference import Names, Reference
from hub.toolkit.sixteen import doubts, judge_kk, judge_nik

#: Columns of one kind of claim by name: a series as long as the frame, or one value for all rows.
#: `where` (a Boolean series) says which rows make the claim; names that begin with `_` are for the builder.
Columns = Mapping[str, Any]


class Rows(Cells):
    """Some rows of a source on their way to claims: persons, numbers and areas beside plain cells.

    Args:
        frame: Texts by canonical name (missing columns read as null); a column `row`, if there, names the
            rows.
        source: The source's entry; its options `nik` (`required`, `optional`) and `unknown_code` (`reject`,
            `null`) say what is refused.
        reference: Areas and code lists.
        today: The day (WIB) that decides centuries and the future; the clock's when None.
    """

    @property
    def source(self) -> SourceConfig:
        """The source's entry."""
        return self._source

    @property
    def numbers(self) -> pl.Series:
        """What names each row in the frames of claims."""
        return self._frame[ROW]

    def only(self, where: pl.Series) -> "Rows":
        """The rows where a Boolean series is true, for a source that sends rows of several kinds."""
        kept = self._frame.filter(where.fill_null(value=False))
        return Rows(kept, self._source, self._reference, self._today)

    def beside(self, column: str, names: Sequence[str]) -> "Rows":
        """The rows with some members of a column of JSON objects as columns of their own.

        Args:
            column: Where the objects of texts stand.
            names: Of the members; one that an object has not is null.
        """
        form = pl.Struct(dict.fromkeys(names, pl.String))
        cells = self.text(column).str.json_decode(form).struct.unnest()
        own = self._frame.drop([name for name in names if name in self._frame.columns])
        return Rows(own.hstack(cells), self._source, self._reference, self._today)

    def nik(self, column: str, *, confirmed: bool = False) -> Columns:
        """NIK with its grade and, where it differs, the raw text; a malformed one refuses the row.

        Args:
            column: Where the NIK stands. A blank one refuses the row too, unless the source's option `nik` is
                `optional`.
            confirmed: Whether the source is the registry that gives out the numbers.
        """
        raw = self._raw(column)
        judged = judge_nik(raw, self._today)
        blank = judged["grade"] == int(Grade.MISSING)
        forgiven = (
            blank
            if self._source.options.get("nik") == "optional"
            else pl.repeat(value=False, n=len(raw), eager=True)
        )
        self.refuse(judged["number"].is_null() & ~forgiven, judged["fault"], column)
        return {
            "nik": judged["number"],
            "nik_raw": _where_different(raw, judged["number"]),
            "nik_grade": judged["grade"],
            "_inside": judged["inside"],
            "_sex_inside": judged["sex_inside"],
            "_confirmed": confirmed,
        }

    def kk(self, column: str) -> Columns:
        """No KK with its grade; one that is no number at all stays beside the claim as raw text."""
        raw = self._raw(column)
        judged = judge_kk(raw, self._today)
        return {
            "no_kk": judged["number"],
            "no_kk_raw": _where_different(raw, judged["number"]),
            "no_kk_grade": judged["grade"],
        }

    def name(self, column: str) -> Columns:
        """The name as shown, its match key, the raw text where it differs; a blank name refuses the row."""
        raw = self._raw(column)
        keyed = keyed_names(raw)
        self.refuse(keyed["shown"] == "", Reason.NAME_BLANK, column)
        self.refuse((keyed["shown"] != "") & (keyed["key"] == ""), Reason.NAME_NO_LETTER, column)
        return {
            "name": keyed["shown"],
            "name_raw": _where_different(raw, keyed["shown"]),
            "name_key": keyed["key"],
        }

    def birth(self, column: str, form: DateForm = DateForm.ISO) -> Columns:
        """The birth date; a text that is none stays as raw text beside a null: nobody is refused for it."""
        raw = self.text(column)
        days = days_of(raw, form)[0]
        return {"birth_date": days, "birth_raw": _where_different(raw, days.dt.to_string("%Y-%m-%d"))}

    def area(self, resolve: Callable[[Reference, Names], tuple[int, str | None]], *columns: str) -> Columns:
        """The area that some columns name: resolved key, 0 where unknown, and what was sent.

        Args:
            resolve: How the source writes areas: a method of `Reference`, such as `Reference.by_numbers`.
            columns: Where the parts stand, from the largest area to the smallest.
        """
        texts = pl.DataFrame([self.text(column).alias(f"a{i}") for i, column in enumerate(columns)])
        distinct = texts.unique()
        found = [resolve(self._reference, each) for each in distinct.rows()]
        told = distinct.with_columns(
            pl.Series("area_key", [key for key, _ in found], dtype=pl.Int64),
            pl.Series("area_raw", [raw for _, raw in found], dtype=pl.String),
        )
        joined = texts.join(told, on=texts.columns, how="left", nulls_equal=True, maintain_order="left")
        return {
            "area_key": joined["area_key"],
            "area_raw": joined["area_raw"],
            "event_area_key": joined["area_key"],
        }

    def claims(self, person: Columns | None = None, **several: Sequence[Columns]) -> Claims:
        """The claims of all rows that were not refused; the area of the person is that of every claim.

        A NIK beside a record that disagrees with it (birth date, sex, No KK, an area code in no list) is
        graded DOUBTFUL; else a registry's own is CONFIRMED.

        Args:
            person: The record's own subject (slot 0); None where a record names none, or where a subject made
                with `people` has slots of its own.
            several: Claims of each other kind by its name (`identifier`, `enrollment`, `benefit`, `status`,
                `score`, `attribute`, `dwelling`, `group`, `institution`, `observation`); `people` holds further
                persons of the record, each with its slot as `role`.
        """
        rejects = pl.concat([pl.DataFrame(schema=REJECT_SCHEMA), *self._rejects]).unique(maintain_order=True)
        refused = rejects["row"].unique()
        people = [*([person] if person is not None else []), *several.pop("people", ())]
        area = people[0].get("event_area_key", 0) if people else 0
        frames = {
            kind: self._frame_of(kind, [{"event_area_key": area, **each} for each in given], refused)
            for kind, given in several.items()
        }
        graded = [
            {**each, **_graded(each, self._today, self._reference, self._frame.height)} for each in people
        ]
        notes = pl.concat([pl.DataFrame(schema=NOTE_SCHEMA), *self._notes])
        places = self._places([*people, *(each for given in several.values() for each in given)], refused)
        return Claims(
            self._frame_of("person", graded, refused), rejects, notes=notes, places=places, **frames
        )

    def _places(self, given: Sequence[Columns], refused: pl.Series) -> pl.DataFrame:
        """The area that each refused row names first, of those that name one."""
        areas = [each["event_area_key"] for each in given if "event_area_key" in each]
        if refused.is_empty() or not areas:
            return pl.DataFrame(schema=PLACE_SCHEMA)
        named = [pl.lit(area).cast(pl.Int64).replace(0, None) for area in areas]
        placed = self._frame.select(ROW, pl.coalesce(named).alias("area_key"))
        return placed.filter(pl.col(ROW).is_in(refused.implode())).drop_nulls().cast(pl.Int64)

    def _frame_of(self, kind: str, given: Sequence[Columns], refused: pl.Series) -> pl.DataFrame:
        parts = [self._part(kind, columns, refused) for columns in given]
        return pl.concat(parts) if parts else completed(pl.DataFrame(schema={ROW: pl.Int64}), SCHEMAS[kind])

    def _part(self, kind: str, columns: Columns, refused: pl.Series) -> pl.DataFrame:
        stated = {
            name: value.alias(name) if isinstance(value, pl.Series) else pl.lit(value).alias(name)
            for name, value in columns.items()
            if not name.startswith("_") and name != "where"
        }
        frame = self._frame.select(ROW).with_columns(*stated.values())
        kept = ~self._frame[ROW].is_in(refused.to_list())
        if "where" in columns:
            kept = kept & columns["where"].fill_null(value=False)
        return completed(frame.filter(kept), SCHEMAS[kind])


def _graded(person: Columns, today: date, reference: Reference, height: int) -> Columns:
    """The grade of a person's NIK in the light of the record around it."""
    if "_inside" not in person:
        return {}
    empty = pl.Series([None], dtype=pl.String).new_from_index(0, height)
    beside = pl.DataFrame(
        {
            "number": person["nik"],
            "inside": person["_inside"],
            "sex_inside": person["_sex_inside"],
            "birth_date": person.get("birth_date", empty.cast(pl.Date)),
            "sex": person.get("sex", empty),
            "no_kk": person.get("no_kk", empty),
        }
    )
    doubt = doubts(beside, today, reference.prefixes)
    grade, sure = pl.col("nik_grade"), int(Grade.CONFIRMED if person["_confirmed"] else Grade.WELL_FORMED)
    graded = pl.DataFrame({"nik_grade": person["nik_grade"], "doubt": doubt}).select(
        pl.when(grade != int(Grade.WELL_FORMED))
        .then(grade)
        .otherwise(pl.when("doubt").then(int(Grade.DOUBTFUL)).otherwise(sure))
        .alias("nik_grade")
    )
    return {"nik_grade": graded["nik_grade"]}


def _where_different(raw: pl.Series, value: pl.Series) -> pl.Series:
    """The raw text where it is not the value itself; null where there was none."""
    return pl.DataFrame({"raw": raw, "value": value}).select(
        pl.when((pl.col("raw") != "") & pl.col("raw").ne_missing(pl.col("value"))).then("raw")
    )["raw"]
