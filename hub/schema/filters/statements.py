"""Filters of statements."""

from hub.compiler.declare import Clause, Compare, Linked, Rows, Time
from hub.schema import scoping
from hub.schema.filtering import by, filters
from hub.schema.filters.names import LIVES_IN, OF_PERSON, PERSON, SOURCE
from hub.schema.operators import CodeFilter, InstantFilter, ReferenceFilter
from hub.schema.provenance import PersonField
from hub.schema.scalars import WilayahCode


@filters("Saringan pernyataan. / Filter of statements.", scoping.STATED)
class StatementFilter:
    """Filter of statements."""

    field: list[PersonField] | None = by(
        Clause("{t}.field = any({v[texts]})", leads=False), "Salah satu kolom ini. / Of one of these fields."
    )
    source: ReferenceFilter | None = by(SOURCE, "Siapa yang menyatakan. / Who states it, by code.")
    value: CodeFilter | None = by(
        Compare("{t}.value", leads=False), "Nilai yang dibakukan. / The normalised value."
    )
    disputed: bool | None = by(
        Clause("{t}.disputed = {v[flag]}", leads=False),
        "Bertentangan dengan pernyataan lain. / Whether another one that stands differs.",
    )
    current: bool | None = by(
        Clause("{t}.current = {v[flag]}", leads=False),
        "Nilai yang dipakai hub. / Whether the hub holds it golden.",
    )
    standing: bool | None = by(
        Clause("{t}.stands = {v[flag]}", leads=False), "Masih dinyatakan. / Whether it is stated still."
    )
    first_seen: InstantFilter | None = by(
        Compare("{t}.first_seen", "timestamptz", leads=False), "Pertama terlihat. / First seen."
    )
    wilayah: WilayahCode | None = by(LIVES_IN, "Tentang warga wilayah ini. / Of who lives in this area.")
    person: PERSON | None = by(
        Linked(Rows("person_state", Time.STATE), OF_PERSON), "Tentang orang ini. / Of these persons."
    )
