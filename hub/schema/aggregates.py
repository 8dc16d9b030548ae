"""Counts and sums over persons, enrollments and payments, by dimensions that the caller names."""

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar

import strawberry
from strawberry.types.arguments import StrawberryArgument

from hub.compiler.declare import Arity, Column, Key, Relation, Rows, Yields, one
from hub.compiler.needs import Need
from hub.schema.declaring import argument, column, declared
from hub.schema.dimensions import area, dimension, month_or_year
from hub.schema.filtering import filtered
from hub.schema.filters.people import PersonFilter
from hub.schema.filters.programs import EnrollmentFilter, PaymentFilter
from hub.schema.paging import MOMENT, PAGE, Connection, since
from hub.schema.reference import Component, Program, Source, Wilayah, source_of, wilayah_of
from hub.schema.scalars import Day, Rupiah
from hub.schema.scoping import ENROLLMENT, IDENTITY, PAYMENT
from hub.schema.words import BenefitKind, EnrollmentStatus, PaymentEventKind, Sex, VitalStatus

_PROVINSI = strawberry.enum_value("PROVINSI", description="Per provinsi. / By province.")
_KABUPATEN = strawberry.enum_value("KABUPATEN", description="Per kabupaten atau kota. / By regency or city.")
_KECAMATAN = strawberry.enum_value("KECAMATAN", description="Per kecamatan. / By district.")
_DESA = strawberry.enum_value("DESA", description="Per desa atau kelurahan. / By village.")
_PROGRAM = strawberry.enum_value("PROGRAM", description="Per program. / By program.")
_COMPONENT = strawberry.enum_value("COMPONENT", description="Per komponen. / By component.")
_STATUS = strawberry.enum_value("STATUS", description="Per status. / By state.")
_SOURCE = strawberry.enum_value("SOURCE", description="Per sumber. / By source.")


@strawberry.enum(description="Yang membedakan orang. / What persons are told apart by.")
class PersonDimension(Enum):
    """What persons are told apart by; of several levels of areas the smallest counts."""

    PROVINSI, KABUPATEN, KECAMATAN, DESA = _PROVINSI, _KABUPATEN, _KECAMATAN, _DESA
    SEX = strawberry.enum_value("SEX", description="Per jenis kelamin. / By sex.")
    VITAL = strawberry.enum_value("VITAL", description="Per status hidup. / By vital status.")


@strawberry.enum(description="Yang membedakan kepesertaan. / What enrollments are told apart by.")
class EnrollmentDimension(Enum):
    """What enrollments are told apart by; of several levels of areas the smallest counts."""

    PROVINSI, KABUPATEN, KECAMATAN, DESA = _PROVINSI, _KABUPATEN, _KECAMATAN, _DESA
    PROGRAM, COMPONENT, STATUS, SOURCE = _PROGRAM, _COMPONENT, _STATUS, _SOURCE


@strawberry.enum(description="Yang membedakan pembayaran. / What payments are told apart by.")
class PaymentDimension(Enum):
    """What payments are told apart by; of several levels of areas the smallest counts, of month and year the month."""

    PROVINSI, KABUPATEN, KECAMATAN, DESA = _PROVINSI, _KABUPATEN, _KECAMATAN, _DESA
    PROGRAM, COMPONENT, STATUS, SOURCE = _PROGRAM, _COMPONENT, _STATUS, _SOURCE
    KIND = strawberry.enum_value("KIND", description="Uang, barang, layanan. / By money, goods, service.")
    MONTH = strawberry.enum_value("MONTH", description="Per bulan awal masanya. / By the month it is for.")
    YEAR = strawberry.enum_value("YEAR", description="Per tahun awal masanya. / By the year it is for.")


_FIRST, _UNTIL = month_or_year("lower(b.period)")
_PERSON = {
    "area_key": area("b.home_area_key"),
    "sex": dimension("SEX", "b.sex"),
    "vital": dimension("VITAL", "b.vital"),
}
_TAKING = {
    "area_key": area("b.event_area_key"),
    "program_id": dimension("PROGRAM", "b.program_id"),
    "component_id": dimension("COMPONENT", "b.component_id"),
    "source_id": dimension("SOURCE", "b.source_id"),
    "status": dimension("STATUS", "b.status"),
}
_PAYMENT = _TAKING | {"kind": dimension("KIND", "b.kind"), "first_on": _FIRST, "until": _UNTIL}
_COUNTS = "count(*) as count, count(distinct b.person_id) as persons"
_SUMS = "sum(b.amount_idr)::bigint as amount, sum(b.amount_idr) filter (where b.paid_on is not null)::bigint as paid"


def _grouped(table: str, held: str, dimensions: dict[str, str], *measures: str) -> Rows:
    """Measures over the rows `b` of a table that the filter lets through, by dimensions."""
    told = ", ".join(f"{sql} as {name}" for name, sql in dimensions.items())
    places = ", ".join(str(place) for place, _ in enumerate(dimensions, start=1))
    return Rows(
        f"(select {told}, {', '.join(measures)} from hub.{table} b where {held} and {{filtered[b]}}"
        f" group by {places} having count(*) > 0)"
    )


def _listed(keys: Sequence[Key]) -> Relation:
    return Relation(Arity.CONNECTION, order=keys, yields=Yields.NUMBERS)


def _number(name: str) -> Key:
    return Key(f"coalesce({{t}}.{name}, 0)")


def _text(name: str) -> Key:
    return Key(f"coalesce({{t}}.{name}, '')", "text")


def _group_by(dimensions: type[Enum]) -> StrawberryArgument:
    return argument(
        "groupBy",
        list[dimensions],  # type: ignore[valid-type]  # an enum given as a value
        "Yang membedakan; kosong: satu angka untuk semua. / What tells them apart; none: one number over all.",
        [],
    )


_OVER_ALL = "null: tidak dibedakan, atau tidak diketahui. / null: not told apart, or unknown."
_COUNT = "Banyaknya. / How many."
_DISTINCT = "Banyaknya orang berbeda. / Distinct persons."


@strawberry.type(description="Banyaknya orang menurut yang membedakannya. / Counts of persons.")
class PersonAggregate:
    """Counts of persons on the day in force."""

    needs: ClassVar[Need] = IDENTITY
    rows: ClassVar[Rows] = _grouped("person_state", "{state[b]}", _PERSON, _COUNTS)

    wilayah: Wilayah | None = declared(wilayah_of("area_key"), f"Tempat tinggal; {_OVER_ALL}")
    sex: Sex | None = column("sex", f"Jenis kelamin; {_OVER_ALL}")
    vital: VitalStatus | None = column("vital", f"Status hidup; {_OVER_ALL}")
    count: int = column("count", _COUNT)


@strawberry.type(description="Banyaknya kepesertaan menurut yang membedakannya. / Counts of enrollments.")
class EnrollmentAggregate:
    """Counts of enrollments on the day in force."""

    needs: ClassVar[Need] = ENROLLMENT
    rows: ClassVar[Rows] = _grouped("enrollment", "{state[b]}", _TAKING, _COUNTS)

    wilayah: Wilayah | None = declared(wilayah_of("area_key"), f"Wilayah menurut daftar; {_OVER_ALL}")
    program: Program | None = declared(one("{t}.id = {p}.program_id"), f"Programnya; {_OVER_ALL}")
    component: Component | None = declared(one("{t}.id = {p}.component_id"), f"Komponennya; {_OVER_ALL}")
    source: Source | None = declared(source_of(), f"Sumbernya; {_OVER_ALL}")
    status: EnrollmentStatus | None = column("status", f"Statusnya; {_OVER_ALL}")
    count: int = column("count", _COUNT)
    distinct_persons: int = column("persons", _DISTINCT)


@strawberry.type(description="Jumlah pembayaran menurut yang membedakannya. / Counts and sums of payments.")
class PaymentAggregate:
    """Counts and sums of payments."""

    needs: ClassVar[Need] = PAYMENT
    rows: ClassVar[Rows] = _grouped("benefit", "{recorded[b]}", _PAYMENT, _COUNTS, _SUMS)

    wilayah: Wilayah | None = declared(wilayah_of("area_key"), f"Tempat penyaluran; {_OVER_ALL}")
    program: Program | None = declared(one("{t}.id = {p}.program_id"), f"Programnya; {_OVER_ALL}")
    component: Component | None = declared(one("{t}.id = {p}.component_id"), f"Komponennya; {_OVER_ALL}")
    source: Source | None = declared(source_of(), f"Sumbernya; {_OVER_ALL}")
    status: PaymentEventKind | None = column("status", f"Peristiwa terakhir; {_OVER_ALL}")
    kind: BenefitKind | None = column("kind", f"Jenisnya; {_OVER_ALL}")
    from_: Day | None = declared(
        Column("first_on"), f"Hari pertama bulan atau tahunnya; {_OVER_ALL}", name="from"
    )
    to: Day | None = column("until", "Akhirnya, tidak termasuk. / Its end, exclusive.")
    count: int = column("count", _COUNT)
    distinct_persons: int = column("persons", _DISTINCT)
    amount: Rupiah | None = column(
        "amount",
        "Jumlah nilainya, juga nilai barang; null: tidak diketahui. / Sum, goods too; null: unknown.",
    )
    paid: Rupiah | None = column("paid", "Yang sudah dibayar. / What was paid of it; null: nothing.")


_PLACED = [_number(name) for name in ("area_key", "program_id", "component_id", "source_id")]


@strawberry.type(description="Yang dapat dihitung menurut dimensi. / What can be counted by dimensions.")
class AggregateQuery:
    """Roots that `Query` takes over."""

    rows: ClassVar[Rows | None] = None

    people_aggregate: Connection[PersonAggregate] = declared(
        _listed([_number("area_key"), _text("sex"), _text("vital")]),
        "Banyaknya orang pada satu hari. / Counts of persons on the day in force.",
        [filtered(PersonFilter), _group_by(PersonDimension), *PAGE, *MOMENT],
    )
    enrollments_aggregate: Connection[EnrollmentAggregate] = declared(
        _listed([*_PLACED, _text("status")]),
        "Banyaknya kepesertaan pada satu hari. / Counts of enrollments on the day in force.",
        [filtered(EnrollmentFilter), _group_by(EnrollmentDimension), *PAGE, *MOMENT],
    )
    payments_aggregate: Connection[PaymentAggregate] = declared(
        _listed([*_PLACED, _text("status"), _text("kind"), since("{t}.first_on")]),
        "Banyaknya dan jumlah pembayaran. / Counts and sums of payments.",
        [filtered(PaymentFilter), _group_by(PaymentDimension), *PAGE, *MOMENT],
    )
