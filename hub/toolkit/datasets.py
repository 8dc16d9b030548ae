"""What the columns of published data sets mean, as an entry's option `datasets` says, and their rows as observations.

[[options.datasets]]
name = "jumlah-pmks"            # at the portal
resource = "…"                  # CKAN: id of the resource; Jabar: agency in the path
area = ["kode_kecamatan"]       # one column of codes, or names from the province down
area_system = "kemendagri"      # bps, kemendagri or names; by default that of the entry
period = "tahun"                # column of the year or month; or fixed_period = "2024"
measures = { jumlah = "pmks_count" }   # our name of what each column counts
unit = "orang"                  # or unit_column = "satuan"
dimensions = { jenis = "kind" } # further columns that tell rows apart, by our names
ignored = ["_id"]               # columns that say nothing further
where = { tahun = "2024" }      # only such rows are asked for
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import polars as pl

from hub.domain.periods import parse_period
from hub.domain.reasons import Reason
from hub.errors import FatalError, SkippableError
from hub.registry.sources import SourceConfig
from hub.toolkit.cells import daterange
from hub.toolkit.claims import Claims, joined
from hub.toolkit.details import detail
from hub.toolkit.reference import Names, Reference, Resolved
from hub.toolkit.rows import Columns, Rows

SYSTEMS = ("kemendagri", "bps", "names")
#: What stands where a publisher gives no number.
NOTHING = frozenset({"-", "N/A", "NA", "N.A.", "TIDAK ADA", "..."})
_PLAIN = re.compile(r"^-?[0-9]{1,15}(?:\.[0-9]{1,9})?$", re.ASCII)
_INDONESIAN = re.compile(r"^-?(?:[0-9]{1,15}|[0-9]{1,3}(?:\.[0-9]{3}){1,4})(?:,[0-9]{1,9})?$", re.ASCII)
_TWO_THINGS = re.compile(r"^-?[0-9]{1,3}\.[0-9]{3}$", re.ASCII)
#: Names of data sets and agencies go into a URL, names of columns into JSON.
_SLUG = re.compile(r"^[A-Za-z0-9_-]{1,200}$")


@dataclass(frozen=True, slots=True)
class Dataset:
    """One published data set, by the names of the module's text; every column is named, ignored or reported.

    Attributes:
        volatile: Columns that another upload numbers anew: they are no part of the record.
        decimal: `.` where numbers are written 1234.5, `,` where they are written 1.234,5; blank refuses `1.234`, which
            is one thing in the one form and another in the other.
        country: Writings of an area that mean the whole country.
        period: Column of a year, a month or a quarter; `fixed_period` where the data set speaks of one alone.
    """

    name: str
    measures: Mapping[str, str]
    resource: str = ""
    area: Sequence[str] = ()
    area_system: str = "kemendagri"
    period: str = ""
    fixed_period: str = ""
    unit: str = ""
    unit_column: str = ""
    dimensions: Mapping[str, str] = field(default_factory=dict)
    ignored: Sequence[str] = ()
    volatile: Sequence[str] = ("_id", "id")
    where: Mapping[str, str] = field(default_factory=dict)
    decimal: str = ""
    country: Sequence[str] = ("INDONESIA", "NASIONAL")

    @property
    def named(self) -> tuple[str, ...]:
        """Columns whose values together name a row."""
        return (*self.area, *filter(None, (self.period,)), *self.dimensions)

    @property
    def required(self) -> frozenset[str]:
        """Columns without which a row can't be read."""
        return frozenset((*self.named, *self.measures, *filter(None, (self.unit_column,))))

    @property
    def known(self) -> frozenset[str]:
        """Columns that need not be reported."""
        return self.required | {*self.ignored, *self.volatile}

    def at(self, resource: str) -> "Dataset":
        """The same, of a resource."""
        return replace(self, resource=resource)


def datasets_of(source: SourceConfig) -> list[Dataset]:
    """The data sets of an entry, in its order.

    Raises:
        FatalError: `option_wrong`, naming data set and key.
    """
    given = source.options.get("datasets")
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise _wrong(source, "name at least one data set as [[options.datasets]]")
    system = str(source.area_system or "kemendagri")
    found = [_dataset(source, {"area_system": system, **each}) for each in given]
    if len({each.name for each in found}) != len(found):
        raise _wrong(source, "a data set stands twice")
    return found


def _dataset(source: SourceConfig, given: dict[str, Any]) -> Dataset:
    name = str(given.get("name", ""))
    if unknown := sorted(given.keys() - {each.name for each in fields(Dataset)}):
        raise _wrong(source, f"{name}: no such key: {', '.join(unknown)}")
    texts = ("name", "resource", "area_system", "period", "fixed_period", "unit", "unit_column", "decimal")
    lists, tables = ("area", "ignored", "volatile", "country"), ("measures", "dimensions", "where")
    sound = (
        all(isinstance(given.get(key, ""), str) for key in texts)
        and all(_texts(given.get(key, []), list) for key in lists)
        and all(_texts(given.get(key, {}), dict) for key in tables)
    )
    if not sound or not given.get("measures"):
        raise _wrong(
            source, f"{name}: needs measures, and every key in the form that docs/sources/ckan.md shows"
        )
    made = Dataset(**given)
    if not _SLUG.match(made.name) or not (made.resource == "" or _SLUG.match(made.resource)):
        raise _wrong(source, "name and resource are letters, digits, - and _ alone")
    if bool(made.period) == bool(made.fixed_period) or bool(made.unit) == bool(made.unit_column):
        raise _wrong(source, f"{name}: give either period or fixed_period, and either unit or unit_column")
    if made.area_system not in SYSTEMS or made.decimal not in ("", ".", ","):
        raise _wrong(source, f"{name}: area_system is one of {', '.join(SYSTEMS)}, decimal is . or ,")
    return made


def _texts(value: object, kind: type) -> bool:
    """Whether it is a list or table of texts."""
    members: list[Any] = (
        list(value.items()) if isinstance(value, dict) else list(value) if isinstance(value, list) else []
    )
    return isinstance(value, kind) and all(
        all(isinstance(text, str) for text in (each if isinstance(each, tuple) else (each,)))
        for each in members
    )


def _wrong(source: SourceConfig, what: str) -> FatalError:
    return FatalError("option_wrong", f"{source.name}: options.datasets: {what}")


def observed(rows: Rows) -> Claims:
    """The rows of the data sets of an entry as observations, one for each measure of a row."""
    names = rows.text("dataset")
    known = datasets_of(rows.source)
    rows.refuse(~names.is_in([each.name for each in known]), Reason.CODE_UNKNOWN, "dataset")
    strange = rows.claims(observation=[])
    return joined(
        [
            Claims(strange.person, strange.rejects),
            *(_of(rows.only(names == each.name), each) for each in known),
        ]
    )


def _of(told: Rows, dataset: Dataset) -> Claims:
    """The observations of one data set."""
    rows = told.beside("cells", sorted(dataset.required))
    count = len(rows.numbers)
    valid = _period(rows, dataset)
    area = _area(rows, dataset) if dataset.area else {}
    unit: Any = dataset.unit
    if dataset.unit_column:
        unit = rows.text(dataset.unit_column).str.to_lowercase()
        rows.refuse(unit.is_null(), Reason.FIELD_MISSING, dataset.unit_column)
    further = {ours: rows.text(column) for column, ours in dataset.dimensions.items()}
    dimensions = detail(count, **further).fill_null("{}") if further else "{}"
    shared: Columns = {
        "dataset": dataset.name,
        "unit": unit,
        "dimensions": dimensions,
        "valid": valid,
        **area,
    }
    several = [
        {**shared, "measure": ours, "value": _value(rows, column, dataset)}
        for column, ours in dataset.measures.items()
    ]
    return rows.claims(observation=several)


def _period(rows: Rows, dataset: Dataset) -> "pl.Series | str":
    if dataset.period:
        return rows.period(dataset.period)
    return daterange(parse_period(dataset.fixed_period))


def _value(rows: Rows, column: str, dataset: Dataset) -> pl.Series:
    """The number of a cell; null where the publisher gives none."""
    return rows.parsed(
        column, lambda text: number_of(text, dataset.decimal), pl.Float64, Reason.NUMBER_INVALID
    )


def number_of(text: str, decimal: str) -> float | None:
    """A number in the form of its data set.

    Raises:
        SkippableError: NUMBER_INVALID.
    """
    if text.upper() in NOTHING:
        return None
    form = _INDONESIAN if decimal == "," else _PLAIN
    if not form.match(text) or (not decimal and _TWO_THINGS.match(text)):
        raise SkippableError(Reason.NUMBER_INVALID, "not a number in the form of its data set")
    return float(text.replace(".", "").replace(",", ".") if decimal == "," else text)


def _area(rows: Rows, dataset: Dataset) -> Columns:
    """The area of each row, which must be found as deep as it is named; none for the whole country."""
    columns = tuple(dataset.area)
    found = rows.area(_RESOLVERS[dataset.area_system], *columns)
    whole = rows.text(columns[0]).str.to_uppercase().is_in(list(dataset.country)).fill_null(value=False)
    depth = _depth(rows, dataset)
    key = pl.col("area_key")
    level = (
        pl.when(key <= 0).then(0)
        .when(key % 100_000_000 == 0).then(1)
        .when(key % 1_000_000 == 0).then(2)
        .when(key % 10_000 == 0).then(3)
        .otherwise(4)
    )  # fmt: skip
    judged = pl.DataFrame([found["area_key"], depth, whole.alias("whole")]).select(
        (pl.col("whole") | ((level > 0) & (level == pl.col("depth")))).fill_null(value=False).alias("ok"),
        pl.when("whole").then(None).otherwise(key).alias("area_key"),
        pl.when("whole").then(0).otherwise(key).alias("event_area_key"),
    )
    rows.refuse(~judged["ok"], Reason.AREA_UNRESOLVED, columns[-1])
    return {**found, "area_key": judged["area_key"], "event_area_key": judged["event_area_key"]}


def _depth(rows: Rows, dataset: Dataset) -> pl.Series:
    """How deep a row names its area: 1 province to 4 desa; null where it can't be told."""
    if dataset.area_system == "names":
        named = pl.DataFrame(
            [rows.text(column).is_not_null().cast(pl.Int32).alias(column) for column in dataset.area]
        )
        return named.sum_horizontal().alias("depth")
    digits = rows.text(dataset.area[-1]).str.replace_all(".", "", literal=True).str.len_chars()
    widths = {2: 1, 4: 2, 6: 3, 10: 4} if dataset.area_system == "kemendagri" else {2: 1, 4: 2, 7: 3, 10: 4}
    return digits.replace_strict(widths, default=None, return_dtype=pl.Int32).alias("depth")


def _bps(reference: Reference, parts: Names) -> Resolved:
    """For one whole code of BPS, whose levels have 2, 4, 7 and 10 digits."""
    code = parts[-1] or ""
    return reference.by_bps(tuple(code[:width] for width in (2, 4, 7, 10) if width <= len(code)))


_RESOLVERS: Mapping[str, Callable[[Reference, Names], Resolved]] = {
    "kemendagri": Reference.by_code,
    "bps": _bps,
    "names": Reference.by_names,
}
