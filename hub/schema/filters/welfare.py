"""Filters of social statuses and welfare ranks."""

from hub.compiler.declare import Clause, Compare, Linked, Rows, Time
from hub.schema import scoping
from hub.schema.filtering import by, filters
from hub.schema.filters.names import END_DAY, FIRST_DAY, LISTED_IN, OF_PERSON, PERSON, SOURCE
from hub.schema.operators import ChoiceFilter, CodeFilter, DayFilter, NumberFilter, ReferenceFilter
from hub.schema.scalars import WilayahCode
from hub.schema.words import Unit

_STATE_OF_PERSON = Linked(Rows("person_state", Time.STATE), OF_PERSON)


@filters("Saringan status sosial. / Filter of social statuses.", scoping.STATUS)
class StatusFilter:
    """Filter of social statuses."""

    scheme: CodeFilter | None = by(Compare("{t}.scheme"), "Daftar kode: pmks, psks, … / Code list.")
    code: CodeFilter | None = by(Compare("{t}.code", leads=False), "Kode. / Code.")
    unit: ChoiceFilter[Unit] | None = by(
        Compare("coalesce({t}.unit, 'person')", leads=False), "Milik siapa. / Whose status it is."
    )
    source: ReferenceFilter | None = by(SOURCE, "Siapa yang menyatakan. / Who states it, by code.")
    wilayah: WilayahCode | None = by(
        Clause(LISTED_IN.sql, leads=False), "Wilayah menurut daftar. / Area as listed."
    )
    from_: DayFilter | None = by(FIRST_DAY, "Hari pertama. / First day.", name="from")
    to: DayFilter | None = by(END_DAY, "Hari berakhir, tidak termasuk. / End, exclusive.")
    person: PERSON | None = by(_STATE_OF_PERSON, "Orangnya. / The person.")


@filters("Saringan peringkat. / Filter of welfare ranks.", scoping.SCORE)
class ScoreFilter:
    """Filter of welfare ranks."""

    register: CodeFilter | None = by(
        Compare("{t}.register"), "bdt2015, dtks, regsosek, dtsen. / The register."
    )
    edition: CodeFilter | None = by(Compare("{t}.edition", leads=False), "Edisi. / Version of the register.")
    unit: ChoiceFilter[Unit] | None = by(
        Compare("{t}.unit", leads=False), "Yang diperingkat. / What was ranked."
    )
    desil: NumberFilter | None = by(
        Compare("{t}.desil", "bigint", leads=False), "1 (termiskin) sampai 10. / 1 (poorest) to 10."
    )
    percentile: NumberFilter | None = by(
        Compare("{t}.percentile", "bigint", leads=False), "1 (termiskin) sampai 100. / 1 (poorest) to 100."
    )
    source: ReferenceFilter | None = by(SOURCE, "Siapa yang menyatakan. / Who states it, by code.")
    wilayah: WilayahCode | None = by(
        Clause(LISTED_IN.sql, leads=False), "Wilayah menurut daftar. / Area as listed."
    )
    from_: DayFilter | None = by(FIRST_DAY, "Hari pertama. / First day.", name="from")
    to: DayFilter | None = by(END_DAY, "Hari berakhir, tidak termasuk. / End, exclusive.")
    person: PERSON | None = by(_STATE_OF_PERSON, "Orangnya. / The person.")
