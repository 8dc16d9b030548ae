"""Who joined a program and who left it between two days."""

from typing import Any, ClassVar

import strawberry

from hub.compiler.declare import Arity, Column, Key, Relation, Rows, Yields, one
from hub.compiler.needs import Need
from hub.schema.declaring import argument, column, declared, expression
from hub.schema.paging import MOMENT, PAGE, WILAYAH, Connection, at_least, at_most
from hub.schema.person import Person
from hub.schema.reference import Program
from hub.schema.scalars import Day
from hub.schema.scoping import ENROLLMENT, IDENTITY

MOVED = Rows(
    "(select g.id as program_id, {arg[from]} as first_day, {arg[to]} as last_day,"
    f" {at_least('{arg[wilayah.lo]}')} as lo, {at_most('{arg[wilayah.hi]}')} as hi"
    " from hub.program g where g.code = {arg[program]})"
)


def _holders(row: str, day: str) -> str:
    """The persons who held the program of a row of MOVED on a day."""
    return (
        f"select e.person_id from hub.enrollment e where e.program_id = {row}.program_id and {{recorded[e]}}"
        f" and e.valid @> {row}.{day}"
    )


def _moved(person: str, row: str, on: str, but: str) -> str:
    """The condition that a person of the area held the program on one day and not on the other."""
    return (
        f"{person}.home_area_key between {row}.lo and {row}.hi"
        f" and {person}.person_id in ({_holders(row, on)})"
        f" and not exists ({_holders(row, but)} and e.person_id = {person}.person_id)"
    )


def _count(condition: str, description: str) -> Any:
    return expression(
        f"select count(*) from hub.person_state s where {{state[s]}} and {condition}", description
    )


def _held(day: str, description: str) -> Any:
    area = "s.home_area_key between {t}.lo and {t}.hi"
    return _count(f"{area} and s.person_id in ({_holders('{t}', day)})", description)


def _movers(on: str, but: str, description: str) -> Any:
    return declared(
        Relation(
            Arity.CONNECTION,
            _moved("{t}", "{p}", on, but),
            order=[Key("{t}.home_area_key"), Key("{t}.person_id")],
        ),
        description,
        PAGE,
    )


@strawberry.type(
    description="Peserta yang masuk dan keluar antara dua hari. / Who joined and who left between two days."
)
class Movements:
    """Who joined a program and who left it between two days; held on the later + left = on the earlier + joined."""

    needs: ClassVar[Need] = IDENTITY + ENROLLMENT
    rows: ClassVar[Rows] = MOVED

    program: Program | None = declared(one("{t}.id = {p}.program_id"), "Programnya. / The program.")
    from_: Day = declared(
        Column("first_day"), "Hari pertama yang dibandingkan. / The earlier day.", name="from"
    )
    to: Day = column("last_day", "Hari kedua yang dibandingkan. / The later day.")
    held_from: int = _held("first_day", "Peserta pada hari pertama. / Who held it on the earlier day.")
    held_to: int = _held("last_day", "Peserta pada hari kedua. / Who held it on the later day.")
    joined: int = _count(
        _moved("s", "{t}", "last_day", "first_day"), "Banyaknya yang masuk. / How many joined."
    )
    left: int = _count(_moved("s", "{t}", "first_day", "last_day"), "Banyaknya yang keluar. / How many left.")
    joiners: Connection[Person] = _movers(
        "last_day",
        "first_day",
        "Peserta pada hari kedua, bukan pada hari pertama. / Held it on the later day only.",
    )
    leavers: Connection[Person] = _movers(
        "first_day",
        "last_day",
        "Peserta pada hari pertama, bukan pada hari kedua. / Held it on the earlier day only.",
    )


MOVEMENTS = Relation(Arity.ONE, yields=Yields.NUMBERS)
MOVEMENTS_ARGUMENTS = (
    argument("program", str, "Program, menurut kode. / The program, by its code."),
    argument("from", Day, "Hari pertama. / The earlier day, compared as it stood on that day."),
    argument("to", Day, "Hari kedua. / The later day, compared as it stood on that day."),
    WILAYAH,
    *MOMENT,
)
