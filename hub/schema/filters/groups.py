"""Filters of groups, institutions and published numbers."""

from hub.compiler.declare import Clause, Compare, Linked, Rows, Time
from hub.schema import scoping
from hub.schema.filtering import DatedLinkFilter, by, filters, linked
from hub.schema.filters.families import IN_GROUP
from hub.schema.filters.names import END_DAY, FIRST_DAY, LISTED_IN, OF_PERSON, PERSON, PROGRAM, SOURCE
from hub.schema.operators import CodeFilter, DayFilter, NumberFilter, ReferenceFilter
from hub.schema.scalars import WilayahCode


@filters("Saringan kelompok. / Filter of groups.", scoping.FAMILY)
class GroupFilter:
    """Filter of groups."""

    kind: CodeFilter | None = by(Compare("{t}.kind"), "kube, uep, … / Kind.")
    name: CodeFilter | None = by(
        Compare("{t}.name", leads=False),
        "Nama. / Name, as it is written.",
        need=scoping.FAMILY + scoping.WORDS,
    )
    size: NumberFilter | None = by(
        Compare("{t}.size", "bigint", leads=False), "Anggota atau keluarga menurut daftar. / Size as stated."
    )
    number: CodeFilter | None = by(
        Compare("{t}.number"),
        "Nomor menurut daftarnya. / Number in its list.",
        need=scoping.FAMILY + scoping.NUMBERED,
    )
    program: ReferenceFilter | None = by(PROGRAM, "Program yang melayaninya. / Program that serves it.")
    source: ReferenceFilter | None = by(SOURCE, "Siapa yang menyatakan. / Who states it, by code.")
    wilayah: WilayahCode | None = by(LISTED_IN, "Wilayahnya. / Its area.")
    members: DatedLinkFilter[PERSON] | None = linked(
        Rows(IN_GROUP, Time.STATE), "{t}.group_id = {p}.group_id", "Anggotanya. / Its members."
    )


@filters("Saringan lembaga. / Filter of institutions.", scoping.FAMILY)
class InstitutionFilter:
    """Filter of institutions."""

    kind: CodeFilter | None = by(Compare("{t}.kind", leads=False), "Kode PSKS. / PSKS code.")
    number: CodeFilter | None = by(
        Compare("{t}.number", leads=False),
        "Nomor pendaftaran. / Registration number.",
        need=scoping.FAMILY + scoping.WORDS,
    )
    name: CodeFilter | None = by(
        Compare("{t}.name", leads=False),
        "Nama. / Name, as it is written.",
        need=scoping.FAMILY + scoping.WORDS,
    )
    source: ReferenceFilter | None = by(SOURCE, "Siapa yang menyatakan. / Who states it, by code.")
    wilayah: WilayahCode | None = by(LISTED_IN, "Wilayahnya. / Its area.")
    person: PERSON | None = by(
        Linked(Rows("person_state", Time.STATE), OF_PERSON), "Penanggung jawabnya. / Who answers for it."
    )


@filters("Saringan angka yang dipublikasikan. / Filter of published numbers.")
class ObservationFilter:
    """Filter of published numbers."""

    dataset: CodeFilter | None = by(Compare("{t}.dataset"), "Kumpulan data. / Data set at its publisher.")
    measure: CodeFilter | None = by(Compare("{t}.measure", leads=False), "Yang dihitung. / What is counted.")
    unit: CodeFilter | None = by(Compare("{t}.unit", leads=False), "Satuannya. / Unit.")
    source: ReferenceFilter | None = by(SOURCE, "Penerbitnya. / Its publisher, by code.")
    wilayah: WilayahCode | None = by(
        Clause("{t}.area_key between {v[lo]} and {v[hi]}", leads=False), "Wilayahnya. / Area observed."
    )
    from_: DayFilter | None = by(FIRST_DAY, "Hari pertama. / First day.", name="from")
    to: DayFilter | None = by(END_DAY, "Hari berakhir, tidak termasuk. / End, exclusive.")
