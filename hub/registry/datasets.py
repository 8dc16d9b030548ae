"""Data sets that the hub publishes: what each is by Satu Data Indonesia, its columns, how it is counted and kept safe.

One file a data set under `config/datasets/`. What it counts is said by the words of `Cube`, or, where these do not
suffice, by a SQL file beside it (`sql = "name.sql"` below `config/datasets/sql/`). What the words mean stands in
docs/datasets.md. A fact that Satu Data asks for and nobody knows is left out, never made up: `missing` tells which.
Source: Perpres 39/2019; Peraturan BPS 4/2020 (standard) and 5/2020 (metadata: MS-Keg, MS-Var, MS-Ind).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from hub.registry.reading import Strict, checked, config_error, read_toml, toml_files

Name = Annotated[str, Field(min_length=1)]
#: Also an id of SDMX, so without dots.
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,62}$")]
Frequency = Literal["monthly", "quarterly", "yearly", "once", "irregular"]
Level = Literal["kabupaten", "kecamatan", "desa"]
Kind = Literal["string", "integer", "number", "date"]
Role = Literal["time", "area", "dimension", "measure", "attribute", "status"]
Fact = Literal["holders", "payments", "statuses", "institutions", "verification"]
#: What Satu Data asks of a data set beside its columns and its activity, by the name of the attribute.
STANDARD = (
    "concept", "definition_id", "classification", "measure", "unit", "producer", "walidata", "frequency", "coverage",
    "level", "legal_basis", "formula",
)  # fmt: skip


#: Ways of protection that bring what they count.
OWN = ("coverage", "combinations")


class Activity(Strict):
    """The statistical activity behind a data set (MS-Keg); None: not known."""

    title: Name | None = None
    year: int | None = None
    collection: Name | None = None
    sector: Name | None = None
    type: Name | None = None
    recommendation: Name | None = None
    organiser: Name | None = None
    responsible: Name | None = None
    schedule: Name | None = None
    design: Name | None = None
    sample: Name | None = None
    processing: Name | None = None
    estimation_level: Name | None = None
    dissemination: Name | None = None


class Column(Strict):
    """A column of a data set, with what MS-Var asks of a variable.

    Attributes:
        name: Its header; also an id of SDMX.
        role: Of what kind; `status` says why a measure is blank.
        codes: Scheme of its code list, where it holds codes of the hub's.
        labels: What its own codes mean, "Indonesian / English"; a cube tells each of them, counted or not.
    """

    name: Code
    type: Kind
    role: Role
    title_id: Name
    title_en: Name
    codes: Code | None = None
    labels: Mapping[str, str] = Field(default_factory=dict)
    unit: Name | None = None
    concept: Name | None = None
    definition: Name | None = None
    reference: Name | None = None
    time_reference: Name | None = None
    rule: Name | None = None
    question: Name | None = None
    public: bool = True


class Target(Strict):
    """What an indicator should come to in a year; `reason` in place of a value that there is none of."""

    year: int
    value: float | None = None
    reason: Name | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.value is None) == (self.reason is None):
            raise ValueError("give a value, or the reason why there is none")
        return self


class Indicator(Strict):
    """A figure that is made of a data set's (MS-Ind).

    Attributes:
        base_year: Year it is held against; None: `base_reason` says why there is none.
    """

    code: Code
    name_id: Name
    name_en: Name
    concept: Name
    definition: Name
    interpretation: Name
    numerator: Name
    denominator: Name
    formula: Name
    measure: Name
    unit: Name
    classification: Name | None = None
    composite: bool = False
    variables: tuple[Name, ...] = ()
    estimation_level: Name
    base_year: int | None = None
    base_reason: Name | None = None
    targets: tuple[Target, ...] = Field(default=(), alias="target")
    public: bool = True

    @model_validator(mode="after")
    def _based(self) -> Self:
        if (self.base_year is None) == (self.base_reason is None):
            raise ValueError("give base_year, or base_reason where there is none")
        return self


class Cube(Strict):
    """What is counted.

    Attributes:
        fact: Of what.
        block: Column by which the data set falls into parts, each a population of its own (program, type, year).
        tables: Further dimensions, as sets of columns that are crossed with each other and with the area; each set is a
            table of its own beside the totals.
        measure: Column that holds the count or sum.
    """

    fact: Fact
    block: tuple[Code, ...] = ()
    tables: tuple[tuple[Code, ...], ...] = ()
    measure: Code = "jumlah"

    @model_validator(mode="after")
    def _told_safely(self) -> Self:
        if self.fact == "payments" and (self.block, self.tables) != (("program",), ()):
            raise ValueError("payments are told by program and kabupaten alone")
        if self.fact == "verification" and self.block:
            raise ValueError("verification counts everybody, so that it falls into no blocks")
        return self


class Dataset(Strict):
    """A data set.

    Attributes:
        name: Its code, the name of its file, and its place below `/data`.
        after: Data sets of which it shows cells, so that these are released first.
        protect: How its cells are kept safe: by the rules of disclosure control, as combinations of programs, or not at
            all, because it speaks of no person or is published already (`open`, with the reason).
    """

    name: Code
    title_id: Name
    title_en: Name
    description_id: Name
    description_en: Name
    concept: Name | None = None
    definition_id: Name | None = None
    definition_en: Name | None = None
    classification: Name | None = None
    measure: Name | None = None
    unit: Name | None = None
    producer: Name | None = None
    walidata: Name | None = None
    frequency: Frequency | None = None
    coverage: Name | None = None
    level: Level | None = None
    legal_basis: Name | None = None
    formula: Name | None = None
    keywords: tuple[Name, ...] = ()
    theme: Code = "sosial"
    licence: Literal["cc-by"] = "cc-by"
    schedule: Name = "monthly"
    after: tuple[Code, ...] = ()
    protect: Literal["tables", "combinations", "coverage", "open"] = "tables"
    open_because: Name | None = None
    activity: Activity = Activity()
    columns: tuple[Column, ...] = Field(alias="column", min_length=2)
    indicators: tuple[Indicator, ...] = Field(default=(), alias="indicator")
    cube: Cube | None = None
    sql: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.sql$")] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if [self.cube is None, self.sql is None, self.protect not in OWN].count(False) != 1:
            raise ValueError("a data set has either [cube] or sql, or is `coverage` or `combinations`")
        if self.sql is not None and self.protect != "open":
            raise ValueError("what a statement of its own yields is told as it is, so it has to be `open`")
        if (self.protect == "open") != (self.open_because is not None):
            raise ValueError("open_because says why a data set is `open`, and nothing else needs it")
        names = [column.name for column in self.columns]
        if len(set(names)) < len(names):
            raise ValueError("a column is there twice")
        if self.protect != "open" and [c.role for c in self.columns].count("status") != 1:
            raise ValueError("a protected data set has one column of the role `status`")
        if self.cube is not None:
            named = {*self.cube.block, *(n for table in self.cube.tables for n in table), self.cube.measure}
            if unknown := sorted(named - set(names)):
                raise ValueError(f"cube names no column: {', '.join(unknown)}")
        return self

    def names(self, *roles: Role) -> list[str]:
        """Names of its columns of some roles, in order; of all roles when none is named."""
        return [column.name for column in self.columns if not roles or column.role in roles]

    def missing(self) -> list[str]:
        """What Satu Data asks for and this data set does not tell: its compliance notice, by dotted names.

        A reference set counts nothing, so that it owes no activity.
        """
        standard = [name for name in STANDARD if getattr(self, name) is None]
        counts = any(column.role == "measure" for column in self.columns)
        activity = [
            f"activity.{name}"
            for name in Activity.model_fields
            if counts and getattr(self.activity, name) is None
        ]
        variables = [
            f"column.{column.name}.{name}"
            for column in self.columns
            for name in ("concept", "definition")
            if column.role in ("dimension", "measure") and getattr(column, name) is None
        ]
        figures = [f"indicator.{one.code}.base_year" for one in self.indicators if one.base_year is None]
        return standard + activity + variables + figures

    def definition(self) -> dict[str, Any]:
        """The data set as JSON has it; what is not told is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Limits(Strict):
    """Disclosure control (config/disclosure.toml).

    Attributes:
        k: Least number of persons that is told, and least width of the interval that an attacker is left with.
        round_to: Published numbers of persons are rounded to the nearest multiple; 1: not rounded.
        dominance_n: Of a sum of money, the share of so many largest contributors ...
        dominance_share: ... may not exceed this.
        p_percent: Nor may the rest leave the largest contributor known to within so many per cent (p % rule).
    """

    version: Name
    k: int = Field(ge=2, le=1000)
    round_to: int = Field(ge=1, le=100)
    dominance_n: int = Field(ge=1, le=10)
    dominance_share: float = Field(gt=0, lt=1)
    p_percent: float = Field(gt=0, lt=100)
    legal_basis: Name


def load_limits(config: Path) -> Limits:
    """The parameters of disclosure control.

    Args:
        config: The directory `config`.

    Raises:
        FatalError: `config_invalid`, with file and key.
    """
    path = config / "disclosure.toml"
    return checked(Limits, read_toml(path), path)


def load_datasets(config: Path) -> dict[str, Dataset]:
    """The data sets of `config/datasets`, by name, those that others show cells of first.

    Args:
        config: The directory `config`.

    Raises:
        FatalError: `config_invalid`, with file and key; also a file that is named otherwise than its data set, a SQL
            file that is missing, or a data set that is not declared or comes after itself.
    """
    directory = config / "datasets"
    found = {path.stem: _loaded(path) for path in toml_files(directory)}
    ordered: dict[str, Dataset] = {}
    while len(ordered) < len(found):
        ready = [
            one for one in found.values() if one.name not in ordered and set(one.after) <= ordered.keys()
        ]
        if not ready:
            waiting = sorted(found.keys() - ordered.keys())
            raise config_error(directory / f"{waiting[0]}.toml", "after: names no data set, or goes round")
        ordered |= {one.name: one for one in ready}
    return ordered


def _loaded(path: Path) -> Dataset:
    dataset = checked(Dataset, read_toml(path), path)
    if dataset.name != path.stem:
        raise config_error(
            path, f"name: the data set is called {dataset.name}, so its file is {dataset.name}.toml"
        )
    if dataset.sql and not (path.parent / "sql" / dataset.sql).is_file():
        raise config_error(path, f"sql: there is no sql/{dataset.sql}")
    return dataset
