"""When programs are determined, paid out, and open to complaints: `config/calendar.toml`.

Source: the decree that each round names; days of a round are confirmed by its owner each year (evidence I).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hub.registry.reading import Strict, checked, config_error, read_toml

Kind = Literal["determination", "disbursement", "complaint"]
MONTHS = {"month": 1, "quarter": 3, "semester": 6, "year": 12}
Month = Annotated[int, Field(ge=1, le=12)]


class Round(Strict):
    """One kind of round of one program, each year.

    Attributes:
        program: Code.
        kind: What happens.
        source: Name of the list that is determined or paid out; None: no list goes with it.
        months: On the first day (WIB) of each of them a round opens.
        ahead: Months from that day to the first day of what the round is about.
        covers: The length of one period of its list.
        spans: So many of them.
        legal_basis: By which it is so.
        evidence: V two sources, S one, I to be confirmed.
    """

    program: str
    kind: Kind
    source: str | None = None
    months: Annotated[tuple[Month, ...], Field(min_length=1)]
    ahead: int = Field(default=0, ge=0, le=12)
    covers: Literal["month", "quarter", "semester", "year"]
    spans: int = Field(default=1, ge=1, le=12)
    legal_basis: str
    evidence: Literal["V", "S", "I"]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if list(self.months) != sorted(set(self.months)):
            raise ValueError("`months` stand once each, in order")
        return self


class _Calendar(Strict):
    rounds: tuple[Round, ...] = Field(alias="round")


@dataclass(frozen=True, order=True)
class Occasion:
    """One round on its day.

    Args:
        opens: First day (WIB); an audit before has to be done by the day before.
        program: Code.
        kind: What happens.
        since: First day of what it is about.
        until: The day after its last.
        source: Name of the list, or None.
        legal_basis: By which it is so.
    """

    opens: date
    program: str
    kind: str
    since: date
    until: date
    source: str | None
    legal_basis: str


def load_calendar(
    path: Path, programs: Mapping[str, object], sources: Mapping[str, object]
) -> tuple[Round, ...]:
    """The rounds of the file.

    Raises:
        FatalError: `config_invalid`, also a program or source that is not declared.
    """
    rounds = checked(_Calendar, read_toml(path), path).rounds
    for one in rounds:
        if one.program not in programs:
            raise config_error(path, f"there is no program {one.program}")
        if one.source is not None and one.source not in sources:
            raise config_error(path, f"{one.program}: there is no source {one.source}")
    return rounds


def occasions(rounds: tuple[Round, ...], since: date, until: date) -> list[Occasion]:
    """What opens in `[since, until)`, by day."""
    found = []
    for one in rounds:
        for year in range(since.year, until.year + 1):
            for opens in (date(year, month, 1) for month in one.months):
                if since <= opens < until:
                    first = later(opens, one.ahead)
                    last = later(first, MONTHS[one.covers] * one.spans)
                    basis = (one.source, one.legal_basis)
                    found.append(Occasion(opens, one.program, one.kind, first, last, *basis))
    return sorted(found, key=lambda each: (each.opens, each.program, each.kind))


def occasion_of(rounds: tuple[Round, ...], program: str, since: date, until: date) -> Occasion | None:
    """The first round in which the list of a program for the days `[since, until)` is determined or paid out."""
    around = occasions(rounds, later(since, -24), until)
    return next(
        (
            each
            for each in around
            if each.program == program and each.source and each.since <= since and until <= each.until
        ),
        None,
    )


def later(day: date, months: int) -> date:
    """The first day of a month so many months later."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
