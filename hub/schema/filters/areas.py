"""Filters of areas, in force and retired."""

from hub.compiler.declare import Clause, Compare, Linked, Rows
from hub.schema.filtering import by, filters
from hub.schema.filters.names import WILAYAH
from hub.schema.operators import ChoiceFilter, CodeFilter, DayFilter, NumberFilter, PlaceFilter
from hub.schema.scalars import WilayahCode
from hub.schema.words import WilayahType

_NAME = Compare("lower({t}.name)", converter="lower")
_LEVEL = Compare("{t}.level", "bigint", leads=False)


@filters("Saringan wilayah. / Filter of areas.")
class WilayahFilter:
    """Filter of areas."""

    code: CodeFilter | None = by(
        Compare("{t}.code"), "Kode Kemendagri, bertitik. / Kemendagri code, with dots."
    )
    bps_code: CodeFilter | None = by(
        Compare(
            "(select b.code from hub.wilayah b where b.system = 'bps' and b.area_key = {t}.area_key"
            " and b.level = {t}.level order by b.code limit 1)",
            leads=False,
        ),
        "Kode BPS wilayah yang sama. / BPS code of the same area.",
    )
    name: PlaceFilter | None = by(_NAME, "Nama. / Name.")
    level: NumberFilter | None = by(_LEVEL, "1 provinsi sampai 4 desa. / 1 province to 4 village.")
    type: ChoiceFilter[WilayahType] | None = by(Compare("{t}.type", leads=False), "Jenisnya. / Its kind.")
    population: NumberFilter | None = by(
        Compare("{t}.population", "bigint", leads=False), "Penduduk terdaftar. / Registered persons."
    )
    wilayah: WilayahCode | None = by(
        Clause("{t}.area_key between {v[lo]} and {v[hi]}"),
        "Di wilayah ini, juga wilayah itu sendiri. / In this area, itself too.",
    )
    parent: WILAYAH | None = by(
        Linked(Rows("wilayah"), "{t}.system = 'kemendagri' and {t}.code = {p}.parent_code"),
        "Wilayah di atasnya. / The area above.",
    )


@filters("Saringan kode wilayah yang dicabut. / Filter of retired area codes.")
class RetiredWilayahFilter:
    """Filter of retired area codes."""

    code: CodeFilter | None = by(Compare("{t}.code"), "Kode yang dicabut. / The retired code.")
    name: PlaceFilter | None = by(Compare(_NAME.sql, converter="lower", leads=False), "Nama. / Name.")
    level: NumberFilter | None = by(_LEVEL, "1 provinsi sampai 4 desa. / 1 province to 4 village.")
    to: DayFilter | None = by(
        Compare("upper({t}.valid)", "date", leads=False), "Hari berakhir, tidak termasuk. / End, exclusive."
    )
    successor_code: CodeFilter | None = by(
        Compare("{t}.successor_code"), "Kode penggantinya. / Code of its successor."
    )
