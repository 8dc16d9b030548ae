"""Cells: the columns of some rows as texts, days, periods and codes, with what was refused on the way.

Each reader judges a whole column. Texts that are not plainly well formed go through the domain's own functions,
once for each distinct text.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import polars as pl

from hub.domain import clock
from hub.domain.dates import DateForm, parse_date
from hub.domain.periods import Period, parse_period
from hub.domain.reasons import Reason
from hub.errors import InputError, SkippableError
from hub.registry.sources import SourceConfig
from hub.toolkit.reference import Reference

ROW = "row"
#: Values of the option `unknown_code` that read what no table knows as blank.
FORGIVING = ("null", "accept")
#: Of a code that was read as blank, so many signs are told, and nothing where it has more digits: a number of a
#: person in the wrong column stays out of the run's book, and so does a date.
CODE_SIGNS, CODE_DIGITS = 40, 5


class Cells:
    """Some rows of a source, column by column.

    Args:
        frame: Texts by canonical name (missing columns read as null); a column `row`, if there, names the
            rows.
        source: The source's entry; its option `unknown_code` (`quarantine` or `reject`, `accept` or `null`,
            `stop`) says what is refused.
        reference: Areas and code lists.
        today: The day (WIB) that decides centuries and the future; the clock's when None.
    """

    def __init__(
        self, frame: pl.DataFrame, source: SourceConfig, reference: Reference, today: date | None = None
    ) -> None:
        named = frame if ROW in frame.columns else frame.with_row_index(ROW)
        self._frame = named.with_columns(pl.col(ROW).cast(pl.Int64))
        self._source, self._reference = source, reference
        self._today = today or clock.today()
        self._rejects: list[pl.DataFrame] = []
        self._notes: list[pl.DataFrame] = []

    @property
    def reference(self) -> Reference:
        """Areas, code lists and crosswalks."""
        return self._reference

    @property
    def today(self) -> date:
        """The day (WIB) that decides centuries, the future, and ages where a list has no day of its own."""
        return self._today

    def option(self, name: str, default: Any = None) -> Any:
        """An option of the source's entry; what it may hold is its connector's affair."""
        return self._source.options.get(name, default)

    def text(self, column: str) -> pl.Series:
        """A column without outer blanks; null where it is blank or was not received."""
        if column not in self._frame.columns:
            return pl.Series(column, [None], dtype=pl.String).new_from_index(0, self._frame.height)
        tidy = pl.col(column).str.strip_chars(" \t\r\n\u00a0")
        return self._frame.select(pl.when(tidy != "").then(tidy).alias(column))[column]

    def day(self, column: str, form: DateForm = DateForm.ISO) -> pl.Series:
        """A day in the declared form; blank is null, an unreadable one refuses the row."""
        days, bad = days_of(self.text(column), form)
        self.refuse(bad, Reason.DATE_INVALID, column)
        return days

    def parsed(
        self,
        column: str,
        parse: Callable[[str], Any],
        dtype: "pl.DataType | type[pl.DataType]",
        reason: Reason,
    ) -> pl.Series:
        """A column through a function of the domain; a SkippableError or InputError refuses the row.

        Args:
            column: Where the texts stand; a blank one gives null.
            parse: Called once for each distinct text.
            dtype: Of the result.
            reason: Under which the row is refused.
        """
        values, bad = by_distinct(self.text(column), parse, dtype)
        self.refuse(bad, reason, column)
        return values

    def period(self, column: str, parse: Callable[[str], Period] = parse_period) -> pl.Series:
        """The period a column names, as text of a daterange; a blank or unreadable one refuses the row."""
        found = self.parsed(column, lambda text: daterange(parse(text)), pl.String, Reason.PERIOD_INVALID)
        self.refuse(self.text(column).is_null(), Reason.FIELD_MISSING, column)
        return found

    def code(
        self, column: str, scheme: str, table: Mapping[str, str] | None = None, *, required: bool = False
    ) -> pl.Series:
        """Our code of a list for the source's; blank is null, one that is in no table is never guessed.

        An unknown one that the options read as blank is noted.

        Args:
            column: Where the source's code or label stands, in capitals or not.
            scheme: Our code list; every writing it knows is taken when there is no table.
            table: The source's codes in capitals, to ours.
            required: Whether a blank one refuses the row, and an unknown one whatever the options say.
        """
        known = self._reference.codes.get(scheme, {}) if table is None else table
        texts = self.text(column)
        codes = by_distinct(texts, lambda text: known.get(" ".join(text.upper().split())), pl.String)[0]
        if required:
            self.refuse(texts.is_null(), Reason.FIELD_MISSING, column)
        unknown = texts.is_not_null() & codes.is_null()
        if required or not self.forgives:
            self.refuse(unknown, Reason.CODE_UNKNOWN, column)
        else:
            self.leave_out(unknown, column)
        return codes

    @property
    def forgives(self) -> bool:
        """Whether the option `unknown_code` has what no table knows read as blank."""
        return self._source.options.get("unknown_code") in FORGIVING

    def leave_out(self, where: pl.Series, column: str) -> None:
        """Notes the rows in which a cell that no table knows was read as blank; nothing is refused."""
        if not where.any():
            return
        text = self.text(column).alias("code")
        told = pl.when(pl.col("code").str.count_matches(r"\d") <= CODE_DIGITS)
        found = self._frame.select(ROW, pl.lit(column).alias("field"), text).filter(
            where.fill_null(value=False)
        )
        self._notes.append(found.with_columns(told.then(pl.col("code").str.slice(0, CODE_SIGNS))))

    def refuse(self, where: pl.Series, reason: Reason | pl.Series, column: str) -> None:
        """Refuses the rows where a Boolean series is true, for one reason or, from a series, each for its own."""
        if not where.any():
            return
        reasons = reason if isinstance(reason, pl.Series) else pl.lit(reason.value)
        found = self._frame.select(ROW, reasons.alias("reason"), pl.lit(column).alias("field")).filter(
            where.fill_null(value=False)
        )
        self._rejects.append(found)

    def _raw(self, column: str) -> pl.Series:
        """A column as sent."""
        return self._frame[column] if column in self._frame.columns else self.text(column)


#: Days that are plainly written, by form: how they look, and the same for the column parser.
_PLAIN_DAYS = {
    DateForm.ISO: (r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$", "%Y-%m-%d"),
    DateForm.DAY_MONTH_YEAR: (r"^[0-9]{2}-[0-9]{2}-[1-9][0-9]{3}$", "%d-%m-%Y"),
}


def days_of(texts: pl.Series, form: DateForm) -> tuple[pl.Series, pl.Series]:
    """The days of a column as `parse_date` has them, and where it would refuse; blanks are null and sound.

    What is plainly written is read as a column; the rest goes to the domain, once for each distinct text.
    """
    if form not in _PLAIN_DAYS:
        return by_distinct(texts, lambda text: parse_date(text, form), pl.Date)
    shape, written = _PLAIN_DAYS[form]
    plain = texts.set(~texts.str.contains(shape).fill_null(value=False), None)
    days = plain.str.to_date(written, strict=False)
    odd, bad = by_distinct(texts.set(days.is_not_null(), None), lambda text: parse_date(text, form), pl.Date)
    return days.zip_with(days.is_not_null(), odd), bad


def by_distinct(
    texts: pl.Series, parse: Callable[[str], Any], dtype: "pl.DataType | type[pl.DataType]"
) -> tuple[pl.Series, pl.Series]:
    """A function over the distinct texts of a column: the values, and where the function refused."""
    distinct = texts.drop_nulls().unique().to_list()
    values: list[Any] = []
    bad: list[str] = []
    for text in distinct:
        try:
            values.append(parse(text))
        except (SkippableError, InputError):
            values.append(None)
            bad.append(text)
    told = pl.Series(values, dtype=dtype)
    found = texts.replace_strict(pl.Series(distinct, dtype=pl.String), told, default=None, return_dtype=dtype)
    if not bad:
        return found, pl.repeat(value=False, n=len(texts), eager=True)
    return found, texts.is_in(bad).fill_null(value=False)


def daterange(period: Period) -> str:
    """A period as the text of PostgreSQL's daterange: `[2026-10-01,2026-11-01)`, an open end blank."""
    return f"[{period.start},{period.end or ''})"
