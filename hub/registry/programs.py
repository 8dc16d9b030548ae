"""Programs of social assistance: components, amounts by validity, and which may be held beside which.

One file a program under `config/programs/`. Evidence: V two sources, S one, I to be confirmed (a default
that an operator may change). Intervals are half-open days `[from, to)`; a missing `to` is open.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from hub.registry.reading import Strict, checked, config_error, read_toml, toml_files

Evidence = Literal["V", "S", "I"]
Unit = Literal["person", "family", "group", "house"]
Kind = Literal["money", "goods", "service"]
Name = Annotated[str, Field(min_length=1)]
#: Room for components in a program's numbers: component id = program number * 100 + its own number.
_COMPONENTS_EACH = 100


class _Interval(Strict):
    since: date = Field(alias="from")
    until: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.until is not None and self.until <= self.since:
            raise ValueError("`to` is the first day after, so it must be later than `from`")
        return self


class Component(Strict):
    """A part of a program with its own entitlement (`sd`, `lansia`)."""

    code: Name
    number: int = Field(ge=1, lt=_COMPONENTS_EACH)
    name_id: Name
    name_en: Name


class Amount(_Interval):
    """What a program gives per unit and turn in whole rupiah; no amount where it gives goods or care."""

    component: str | None = None
    amount_idr: int | None = Field(default=None, ge=0)
    per: Literal["month", "quarter", "year", "once"]
    unit: Unit
    evidence: Evidence
    legal_basis: str | None = None
    note: str | None = None


class Exclusion(_Interval):
    """Another program that the same unit may not have at the same time."""

    program: Name
    unit: Literal["person", "family"]
    evidence: Evidence
    legal_basis: str | None = None


class Allowance(_Interval):
    """Another program that the same unit may have at the same time, or this one several times.

    Attributes:
        at_most: Persons of the unit who may hold one of the two at a time; None: as many as are entitled.
    """

    program: Name
    unit: Literal["person", "family"]
    at_most: int | None = Field(default=None, ge=1)
    evidence: Evidence
    legal_basis: str | None = None

    @model_validator(mode="after")
    def _capped_by_family(self) -> Self:
        if self.at_most is not None and self.unit != "family":
            raise ValueError("`at_most` counts the persons of a family")
        return self


class Program(Strict):
    """A program of social assistance.

    Attributes:
        number: Stable number in the database, 1 to 300; never used again for another program.
        unit: Who is entitled: a person, a family card's family, a group or a house.
        evidence: Of name, unit and legal basis; amounts, exclusions and allowances bear their own.
    """

    code: Name
    number: int = Field(ge=1, le=300)
    name_id: Name
    name_en: Name
    owner: Name
    unit: Unit
    kind: Kind
    legal_basis: str = ""
    evidence: Evidence
    note: str | None = None
    components: tuple[Component, ...] = ()
    amounts: tuple[Amount, ...] = ()
    excludes: tuple[Exclusion, ...] = ()
    allows: tuple[Allowance, ...] = ()

    def component(self, code: str) -> Component | None:
        """The component of a code, or None."""
        return next((one for one in self.components if one.code == code), None)

    def component_id(self, code: str | None) -> int | None:
        """The database number of a component, or None when the code is None or unknown."""
        found = self.component(code) if code is not None else None
        return None if found is None else self.number * _COMPONENTS_EACH + found.number

    def amount_on(self, day: date, component: str | None = None) -> Amount | None:
        """The amount in force on a day for a component (None: the program as a whole), or None."""
        return next(
            (
                one
                for one in self.amounts
                if one.component == component and one.since <= day and (one.until is None or day < one.until)
            ),
            None,
        )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _unique("component code", [one.code for one in self.components])
        _unique("component number", [one.number for one in self.components])
        for amount in self.amounts:
            if amount.component is not None and self.component(amount.component) is None:
                raise ValueError(f"amounts name the component {amount.component}, which is not declared")
        for component in {amount.component for amount in self.amounts}:
            _apart([one for one in self.amounts if one.component == component])
        return self


def _unique(what: str, values: Sequence[object]) -> None:
    if len(set(values)) != len(values):
        raise ValueError(f"a {what} stands twice")


def _apart(amounts: list[Amount]) -> None:
    for earlier, later in pairwise(sorted(amounts, key=lambda one: one.since)):
        if earlier.until is None or later.since < earlier.until:
            raise ValueError(f"amounts of {earlier.component or 'the program'} overlap from {later.since} on")


class ProgramRow(NamedTuple):
    """A row of the table `program`."""

    id: int
    code: str
    name_id: str
    name_en: str
    owner: str
    unit: str
    kind: str
    legal_basis: str | None


class ComponentRow(NamedTuple):
    """A row of the table `component`."""

    id: int
    program_id: int
    code: str
    name_id: str
    name_en: str


class AmountRow(NamedTuple):
    """A row of the table `program_amount`; `[valid_from, valid_to)`."""

    program_id: int
    component_id: int | None
    valid_from: date
    valid_to: date | None
    amount_idr: int | None
    per: str
    unit: str
    evidence: str
    legal_basis: str | None
    note: str | None


class ExclusionRow(NamedTuple):
    """A row of the table `program_exclusion`; each pair stands once, the lower number first."""

    program_a: int
    program_b: int
    unit: str
    valid_from: date
    valid_to: date | None
    legal_basis: str | None
    evidence: str


class AllowanceRow(NamedTuple):
    """A row of the table `program_allowance`; each pair stands once, the lower number first."""

    program_a: int
    program_b: int
    unit: str
    valid_from: date
    valid_to: date | None
    at_most: int | None
    legal_basis: str | None
    evidence: str


def load_programs(directory: Path) -> dict[str, Program]:
    """The programs of `config/programs`, by code, in the order of their numbers.

    Raises:
        FatalError: `config_invalid`, with file and key; also a code or number used twice, an unknown
            program excluded or allowed, or of one pair two things said for the same days.
    """
    files = toml_files(directory)
    programs = sorted((checked(Program, read_toml(path), path) for path in files), key=lambda one: one.number)
    by_code = {program.code: program for program in programs}
    if len(by_code) != len(programs) or len({program.number for program in programs}) != len(programs):
        raise config_error(directory, "a program code or number stands twice")
    named = {one.program for program in programs for one in program.excludes}
    named |= {one.program for program in programs for one in program.allows}
    if unknown := named - by_code.keys():
        raise config_error(
            directory, f"excluded or allowed programs are not declared: {', '.join(sorted(unknown))}"
        )
    if any(row.program_a == row.program_b for row in exclusion_rows(by_code)):
        raise config_error(directory, "a program excludes itself")
    said: list[ExclusionRow | AllowanceRow] = [*exclusion_rows(by_code), *allowance_rows(by_code)]
    if twice := next(_twice(said), None):
        pair = " and ".join(one.code for one in programs if one.number in (twice.program_a, twice.program_b))
        raise config_error(directory, f"two things are said of {pair} for one {twice.unit} on the same days")
    return by_code


def _twice(rows: Sequence[ExclusionRow | AllowanceRow]) -> Iterator[ExclusionRow | AllowanceRow]:
    """Those that say something of a pair and unit of which the one before speaks on the same days."""
    ordered = sorted(rows, key=lambda row: (row.program_a, row.program_b, row.unit, row.valid_from))
    for earlier, later in pairwise(ordered):
        same = earlier[:3] == later[:3]
        if same and (earlier.valid_to is None or later.valid_from < earlier.valid_to):
            yield later


def program_rows(programs: dict[str, Program]) -> Iterator[ProgramRow]:
    """Rows of the table `program`."""
    for one in programs.values():
        legal = one.legal_basis or None
        yield ProgramRow(one.number, one.code, one.name_id, one.name_en, one.owner, one.unit, one.kind, legal)


def component_rows(programs: dict[str, Program]) -> Iterator[ComponentRow]:
    """Rows of the table `component`."""
    for program in programs.values():
        for one in program.components:
            number = program.number * _COMPONENTS_EACH + one.number
            yield ComponentRow(number, program.number, one.code, one.name_id, one.name_en)


def amount_rows(programs: dict[str, Program]) -> Iterator[AmountRow]:
    """Rows of the table `program_amount`."""
    for program in programs.values():
        for one in program.amounts:
            yield AmountRow(
                program.number,
                program.component_id(one.component),
                one.since,
                one.until,
                one.amount_idr,
                one.per,
                one.unit,
                one.evidence,
                one.legal_basis,
                one.note,
            )


def exclusion_rows(programs: dict[str, Program]) -> Iterator[ExclusionRow]:
    """Rows of the table `program_exclusion`."""
    for program in programs.values():
        for one in program.excludes:
            low, high = sorted((program.number, programs[one.program].number))
            yield ExclusionRow(low, high, one.unit, one.since, one.until, one.legal_basis, one.evidence)


def allowance_rows(programs: dict[str, Program]) -> Iterator[AllowanceRow]:
    """Rows of the table `program_allowance`."""
    for program in programs.values():
        for one in program.allows:
            low, high = sorted((program.number, programs[one.program].number))
            legal = one.legal_basis
            yield AllowanceRow(low, high, one.unit, one.since, one.until, one.at_most, legal, one.evidence)
