"""Survey answers in the hub's own words: attributes, flags and sums of bits of a poverty register, column by column.

What a column means stands in `config/attributes/<list>.toml`; nothing here knows a register. A code in no table
is never guessed: it refuses the row, or with the option `unknown_code = "null"` leaves that attribute out. What a
register did not ask, or a person did not answer, is left out too: that is how it is found missing later.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from hub.domain import clock
from hub.domain.periods import quarter
from hub.domain.reasons import Reason
from hub.errors import FatalError, SkippableError
from hub.registry.attributes import AttributeSet, Unit
from hub.registry.registers import AttributeMap, FlagMap, MaskMap, Register
from hub.toolkit.cells import daterange
from hub.toolkit.reference import Names, Reference, Resolved
from hub.toolkit.rows import Columns, Rows
from hub.toolkit.sixteen import judge_kk

_PERIOD = Reason.PERIOD_INVALID
_QUARTER = re.compile(r"^(20[0-9]{2})-?Q([1-4])$")
_NUMBER = r"^[0-9]{1,9}(?:[.,][0-9]{1,4})?$"
#: Survey codes of a relation to the head (BPS forms 2015-2022) to the code list shdk; a spouse goes by sex, and a
#: parent may be the head's own or the spouse's, which shdk tells apart and the forms do not.
_RELATION = {"1": "1", "3": "4", "4": "5", "5": "6", "7": "10", "8": "11"}


class Survey:
    """The rows of one list of a poverty register, read by its maps.

    The entry's options `edition`, `valid_from` and `valid_to` (days, half-open, WIB; no end where absent) say
    which edition the list is and for how long its answers are taken to hold.

    Args:
        rows: Where refused codes are noted.
        name: Of the list, as `config/attributes/<name>.toml` is called.

    Raises:
        FatalError: `config_invalid`, there are no maps of that name.
    """

    def __init__(self, rows: Rows, name: str) -> None:
        if name not in rows.reference.registers:
            raise FatalError("config_invalid", f"config/attributes/{name}.toml is missing")
        found = rows.reference.registers[name]
        self._rows = rows
        self._register: Register = found[0]
        self._known: AttributeSet = found[1]
        self.edition: Any = str(rows.option("edition", ""))
        self.valid: Any = interval(rows.option("valid_from"), rows.option("valid_to"))

    def attributes(self, unit: Unit, /, **beside: Any) -> Columns:
        """The attributes of `person` or `family` that each row states, as columns of one claim.

        Args:
            unit: Whose attributes of the set are meant; `household` answers go under `family`.
            beside: Further columns of the claim: `unit` (another word for whose they are), `unit_number`,
                `event_area_key`, and `where` for the rows that may make the claim.
        """
        given = self._given(unit)
        where = given.is_not_null()
        if "where" in beside:
            where = where & beside.pop("where").fill_null(value=False)
        return {
            "unit": unit,
            "vocabulary": self._known.vocabulary,
            "edition": self.edition,
            "given": given,
            "valid": self.valid,
            "where": where,
            **beside,
        }

    def rank(self, register: str, **ranks: Any) -> Columns:
        """Columns of a score claim for the rows that have a rank.

        Args:
            register: Name of the register, whichever of its lists this is.
            ranks: `desil` (1 poorest to 10), `percentile` (1 to 100), `label`.
        """
        stated = [each.is_not_null() for each in ranks.values()]
        return {
            "register": register,
            "edition": self.edition,
            "valid": self.valid,
            "where": pl.DataFrame(each.alias(str(at)) for at, each in enumerate(stated)).select(
                pl.any_horizontal(pl.all()).alias("where")
            )["where"],
            **ranks,
        }

    def statuses(self, **beside: Any) -> list[Columns]:
        """A claim for each yes of a flag and each bit that is set.

        Args:
            beside: Further columns of the claims: `unit_number`, `event_area_key`; `where` for the rows that may
                make them. The unit is that of the flag; a person's where none is told.
        """
        allowed = beside.pop("where", None)
        found = [
            claim
            for claims in (
                *(self._flag(each) for each in self._register.flag),
                *(self._mask(each) for each in self._register.mask),
            )
            for claim in claims
        ]
        return [
            {
                "valid": self.valid,
                **claim,
                **({} if claim["unit"] is None else beside),
                **({"event_area_key": beside["event_area_key"]} if "event_area_key" in beside else {}),
                "where": claim["where"]
                if allowed is None
                else claim["where"] & allowed.fill_null(value=False),
            }
            for claim in found
        ]

    def _given(self, unit: Unit) -> pl.Series:
        """JSON objects of the attributes of a unit; null where a row states none."""
        wanted = {each.code for each in self._known.of(unit)}
        maps = [each for each in self._register.attribute if each.attribute in wanted]
        parts = [self._part(each).alias(f"p{at}") for at, each in enumerate(maps)]
        if not parts:
            return self._rows.text("").alias("given")
        body = pl.concat_str(pl.all(), separator=",", ignore_nulls=True)
        whole = pl.when(body != "").then(pl.concat_str(pl.lit("{"), body, pl.lit("}"))).alias("given")
        return pl.DataFrame(parts).select(whole)["given"]

    def _part(self, each: AttributeMap) -> pl.Series:
        """`"attribute":value` of each row; null where it says nothing."""
        texts = self._rows.text(each.column)
        name = json.dumps(each.attribute)
        if each.codes:
            told = {code: f"{name}:{json.dumps(value)}" for code, value in each.codes.items()}
            part = self._coded(each.column, texts, told, each.blank)
        else:
            part = self._counted(each.column, texts, name)
        for one in each.implied:
            said = self._rows.text(one.column).is_in(list(one.codes)).fill_null(value=False)
            part = _filled(part, texts.is_null() & said, f"{name}:{json.dumps(one.value)}")
        return part

    def _counted(self, column: str, texts: pl.Series, name: str) -> pl.Series:
        """Numbers as JSON writes them, without leading zeros; what is none refuses the row."""
        shaped = texts.str.contains(_NUMBER)
        self._refuse(texts.is_not_null() & ~shaped, Reason.NUMBER_INVALID, column)
        frame = pl.DataFrame({"text": texts, "shaped": shaped})
        number = pl.col("text").str.replace(",", ".", literal=True).str.replace(r"^0+([0-9])", "$1")
        return frame.select(pl.when("shaped").then(pl.concat_str(pl.lit(f"{name}:"), number)).alias("part"))[
            "part"
        ]

    def _coded(
        self, column: str, texts: pl.Series, told: Mapping[str, str], blank: tuple[str, ...] = ()
    ) -> pl.Series:
        """The text told for each code; zeros before a code and `.0` after it do not matter."""
        tidy = texts.str.replace(r"^0+([0-9])", "$1").str.replace(r"\.0$", "")
        found = tidy.replace_strict(list(told), list(told.values()), default=None, return_dtype=pl.String)
        known = tidy.is_in([*told, *blank])
        self._refuse(texts.is_not_null() & ~known, Reason.CODE_UNKNOWN, column)
        return found

    def _flag(self, each: FlagMap) -> list[Columns]:
        told = {**dict.fromkeys(each.no, "no"), **dict.fromkeys(each.yes, "yes")}
        said = self._coded(each.column, self._rows.text(each.column), told)
        unit = None if each.unit == "person" else each.unit
        where = (said == "yes").fill_null(value=False)
        return [{"scheme": each.scheme, "code": each.code, "unit": unit, "where": where}]

    def _mask(self, each: MaskMap) -> list[Columns]:
        """The bits of a sum; one that has others than the known bits is no code of the list."""
        texts = self._rows.text(each.column)
        held = bits(texts, {code: int(bit) for bit, code in each.bits.items()})
        alone = {code: texts == value for value, code in each.alone.items()}
        known = texts.is_in(list(each.alone)) | held.pop("").fill_null(value=False)
        self._refuse(texts.is_not_null() & ~known.fill_null(value=False), Reason.CODE_UNKNOWN, each.column)
        single = texts.is_in(list(each.alone)).fill_null(value=False)
        found = {code: where & ~single for code, where in held.items()}
        for code, where in alone.items():
            if code:
                found[code] = found.get(code, where) | where
        return [
            {"scheme": each.scheme, "code": code, "unit": None, "where": where.fill_null(value=False)}
            for code, where in found.items()
        ]

    def _refuse(self, where: pl.Series, reason: Reason, column: str) -> None:
        if self._rows.forgives:
            self._rows.leave_out(where, column)
        else:
            self._rows.refuse(where, reason, column)


def bits(texts: pl.Series, known: Mapping[str, int]) -> dict[str, pl.Series]:
    """Which known bits a sum holds, by name; under the blank name, whether it is a sum of known bits at all.

    Args:
        texts: Sums of powers of two, as digits.
        known: Bit (a power of two) by name.
    """
    sums = texts.str.extract(r"^0*([0-9]{1,6})(?:\.0)?$", 1).cast(pl.Int64)
    whole = sum(known.values())
    frame = pl.DataFrame({"sum": sums})
    found = {
        name: frame.select(((pl.col("sum") // bit) % 2 == 1).fill_null(value=False).alias(name))[name]
        for name, bit in known.items()
    }
    left = pl.lit(0, dtype=pl.Int64)
    for bit in known.values():
        left = left + ((pl.col("sum") // bit) % 2) * bit
    proper = (left == pl.col("sum")) & (pl.col("sum") <= whole)
    return {**found, "": frame.select(proper.fill_null(value=False).alias("known"))["known"]}


def relations(codes: pl.Series, sex: pl.Series) -> pl.Series:
    """The relation to the head in code list shdk from the codes of a survey form; null where it cannot be told.

    Args:
        codes: 1 head, 2 spouse, 3 child, 4 child-in-law, 5 grandchild, 6 parent or parent-in-law, 7 domestic, 8
            other.
        sex: L or P, which tells a husband from a wife.
    """
    spouse = pl.col("sex").replace_strict({"L": "2", "P": "3"}, default=None, return_dtype=pl.String)
    plain = pl.col("code").replace_strict(_RELATION, default=None, return_dtype=pl.String)
    frame = pl.DataFrame({"code": codes, "sex": sex})
    return frame.select(pl.when(pl.col("code") == "2").then(spouse).otherwise(plain).alias("relation"))[
        "relation"
    ]


def percentiles(rows: Rows, column: str) -> dict[str, pl.Series]:
    """A percentile (1 to 100) and its desil, ten percentiles each; any other text refuses the row."""
    percentile = _whole(rows, column, 100)
    desil = (percentile.cast(pl.Float64) / 10).ceil().cast(pl.Int16)
    return {"percentile": percentile, "desil": desil}


def desils(rows: Rows, column: str) -> dict[str, pl.Series]:
    """A desil, 1 poorest to 10; any other text refuses the row, blank and 0 are unranked."""
    return {"desil": _whole(rows, column, 10, unranked=("0",))}


def _whole(rows: Rows, column: str, most: int, unranked: tuple[str, ...] = ()) -> pl.Series:
    texts = rows.text(column)
    number = texts.str.extract(r"^0*([0-9]{1,3})(?:\.0)?$", 1).cast(pl.Int16)
    fits = number.is_between(1, most).fill_null(value=False)
    rows.refuse(texts.is_not_null() & ~fits & ~texts.is_in(list(unranked)), Reason.NUMBER_INVALID, column)
    frame = pl.DataFrame({"number": number, "fits": fits})
    return frame.select(pl.when("fits").then("number").alias("number"))["number"]


def family_number(rows: Rows, column: str) -> pl.Series:
    """The No KK by which a list of families knows them; one that is none refuses the row for its own reason."""
    judged = judge_kk(rows.text(column), clock.today())
    rows.refuse(judged["number"].is_null(), judged["fault"], column)
    return judged["number"]


def bps_area(rows: Rows, column: str) -> Columns:
    """The area of one whole BPS code (2, 4, 7 or 10 digits), as columns of a person."""
    return rows.area(_by_whole_bps, column)


def _by_whole_bps(reference: Reference, parts: Names) -> Resolved:
    code = parts[0] or ""
    whole = tuple(code[:end] if len(code) >= end else None for end in (2, 4, 7, 10))
    return reference.by_bps(whole)


def same_where_both(rows: Rows, compared: Mapping[str, tuple[str, str]]) -> pl.Series:
    """A JSON object a row that says, by word, whether two columns agree in letters; where one is blank, nothing.

    Args:
        rows: Where the columns stand.
        compared: Two columns by the word under which the outcome stands.
    """
    parts = []
    for word, (one, other) in compared.items():
        pair = pl.DataFrame([rows.text(one).alias("one"), rows.text(other).alias("other")])
        agrees = pl.col("one").str.to_uppercase() == pl.col("other").str.to_uppercase()
        told = pl.when(agrees).then(pl.lit(f'"{word}":true')).when(~agrees).then(pl.lit(f'"{word}":false'))
        parts.append(pair.select(told.alias(word))[word])
    body = pl.concat_str(pl.all(), separator=",", ignore_nulls=True)
    return pl.DataFrame(parts).select(pl.concat_str(pl.lit("{"), body, pl.lit("}")).alias("detail"))["detail"]


def quarters(rows: Rows, column: str) -> tuple[pl.Series, pl.Series]:
    """Edition (`2026-Q4`) and validity of each row from a column that writes quarters as `2026Q4`.

    A blank one takes the entry's options `edition`, `valid_from` and `valid_to`; an unreadable one refuses the row.
    """
    texts = rows.text(column)
    edition = rows.parsed(column, lambda text: "{}-Q{}".format(*_quarter(text)), pl.String, _PERIOD)
    valid = rows.parsed(column, lambda text: daterange(quarter(*_quarter(text))), pl.String, _PERIOD)
    blank = texts.is_null()
    told = interval(rows.option("valid_from"), rows.option("valid_to"))
    return _filled(edition, blank, str(rows.option("edition", ""))), _filled(valid, blank, told)


def _quarter(text: str) -> tuple[int, int]:
    found = _QUARTER.match(text.upper())
    if found is None:
        raise SkippableError(_PERIOD, "the quarter is not written as 2026Q4")
    return int(found[1]), int(found[2])


def interval(start: date | None, end: date | None) -> str:
    """`[start,end)` as the text of a daterange; an end that is None is open."""
    return f"[{start.isoformat() if start else ''},{end.isoformat() if end else ''})".replace("[,", "(,")


def _filled(part: pl.Series, where: pl.Series, text: str) -> pl.Series:
    frame = pl.DataFrame({"part": part, "where": where})
    return frame.select(pl.when("where").then(pl.lit(text)).otherwise("part").alias("part"))["part"]
