"""The roots over what registers, social services and publishers state beside persons and programs."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Yields, one
from hub.schema.declaring import argument, declared
from hub.schema.families import Household
from hub.schema.filtering import filtered
from hub.schema.filters.families import HouseholdFilter
from hub.schema.filters.groups import GroupFilter, InstitutionFilter, ObservationFilter
from hub.schema.groups import Group, Institution
from hub.schema.observations import Observation
from hub.schema.ordering import order_by
from hub.schema.orders import GROUPS, INSTITUTIONS, OBSERVATIONS, ObservationSort, PlaceSort
from hub.schema.paging import AREA, MOMENT, PAGE, WILAYAH, Connection
from hub.schema.scalars import WilayahCode
from hub.schema.scoping import SCORE, needs
from hub.schema.welfare import SHARE, FamilyAttributes, MissingAttribute

KIND = argument("kind", str | None, "Hanya jenis ini. / This kind only.")
IN_AREA = argument(
    "wilayah", WilayahCode, "Di wilayah ini; bertingkat. / In this area and all that lies in it."
)
_LISTED_AREA = "{t}.event_area_key between {arg[wilayah.lo]} and {arg[wilayah.hi]}"
_OBSERVED_AREA = "{t}.area_key between {arg[wilayah.lo]} and {arg[wilayah.hi]}"


@strawberry.type(description="Yang dapat ditanyakan tentang register. / What can be asked of registers.")
class RegisterQuery:
    """Roots that `Query` takes over."""

    rows: ClassVar[Rows | None] = None

    group: Group | None = declared(
        one(
            "{t}.kind = {arg[kind]} and {t}.number = {arg[number]} and ({arg[source]} is null or"
            " {t}.source_id = (select s.id from hub.source s where s.code = {arg[source]}))",
            order=[Key("lower({t}.valid)", "date", down=True), Key("{t}.group_id")],
        ),
        "Kelompok dengan nomor ini. / The group that a list knows by this number.",
        [
            argument("kind", str, "Jenisnya: kube, uep, … / Its kind."),
            argument("number", str, "Nomor menurut daftarnya. / Number in its list."),
            argument("source", str | None, "Daftar asalnya. / Code of the list; null: any."),
            *MOMENT,
        ],
    )
    groups: Connection[Group] = declared(
        Relation(
            Arity.CONNECTION,
            order=GROUPS["AREA"].keys,
            orders=GROUPS,
            when={"kind": "{t}.kind = {arg[kind]}", "wilayah": _LISTED_AREA},
        ),
        "Kelompok, menurut wilayah. / Groups, in order of their area.",
        [filtered(GroupFilter), order_by(PlaceSort), KIND, WILAYAH, *PAGE, *MOMENT],
    )
    institutions: Connection[Institution] = declared(
        Relation(
            Arity.CONNECTION,
            order=INSTITUTIONS["AREA"].keys,
            orders=INSTITUTIONS,
            when={"kind": "{t}.kind = {arg[kind]}", "wilayah": _LISTED_AREA},
        ),
        "Lembaga kesejahteraan sosial, menurut wilayah. / Institutions, in order of their area.",
        [filtered(InstitutionFilter), order_by(PlaceSort), KIND, WILAYAH, *PAGE, *MOMENT],
    )
    survey_households: Connection[Household] = declared(
        Relation(
            Arity.CONNECTION,
            "{t}.basis = 'ruta'",
            order=[Key("{t}.home_area_key"), Key("{t}.household_id")],
            when={
                "wilayah": AREA,
                "scheme": "split_part({t}.dwelling, ':', 2) = {arg[scheme]}",
            },
        ),
        "Rumah tangga menurut survei (ruta). / Households as surveys found them, apart from where people live.",
        [
            filtered(HouseholdFilter),
            argument("scheme", str | None, "Penomorannya: idbdt, … / Its numbering."),
            WILAYAH,
            *PAGE,
            *MOMENT,
        ],
    )
    observations: Connection[Observation] = declared(
        Relation(
            Arity.CONNECTION,
            order=OBSERVATIONS["DATASET"].keys,
            orders=OBSERVATIONS,
            when={
                "dataset": "{t}.dataset = {arg[dataset]}",
                "measure": "{t}.measure = {arg[measure]}",
                "wilayah": _OBSERVED_AREA,
            },
            yields=Yields.NUMBERS,
        ),
        "Angka yang dipublikasikan menurut wilayah dan masa. / Published aggregates by area and period.",
        [
            filtered(ObservationFilter),
            order_by(ObservationSort),
            argument("dataset", str | None, "Nama kumpulan data. / Name of the data set."),
            argument("measure", str | None, "Yang dihitung. / What is counted."),
            WILAYAH,
            *PAGE,
            *MOMENT,
        ],
    )
    missing_attributes: Connection[MissingAttribute] = declared(
        Relation(
            Arity.CONNECTION,
            order=[Key("{t}.area_key"), Key("{t}.unit", "text"), Key("{t}.attribute", "text")],
            yields=Yields.NUMBERS,
        ),
        "Atribut yang belum diketahui, per desa. / Attributes that nobody states, by village.",
        [IN_AREA, *PAGE, *MOMENT],
        need=SCORE + needs(kecamatan=""),
    )
    incomplete_families: Connection[FamilyAttributes] = declared(
        Relation(
            Arity.CONNECTION,
            "{t}.home_area_key between {arg[wilayah.lo]} and {arg[wilayah.hi]} and cardinality({t}.missing) > 0",
            order=[Key(SHARE), Key("{t}.family_key", "text")],
            when={
                "attribute": "{arg[attribute]} = any({t}.missing)",
                "below": f"{SHARE} < 1000000 * {{arg[below]}}",
            },
        ),
        "Keluarga yang atributnya belum lengkap, yang paling kurang lebih dulu. / "
        "Families whose attributes are not complete, the least complete first; `last` turns the order round.",
        [
            IN_AREA,
            argument("attribute", str | None, "Yang belum punya atribut ini. / That lack this attribute."),
            argument(
                "below",
                float | None,
                "Kelengkapannya kurang dari ini, 0 sampai 1. / Less complete than this, 0 to 1.",
            ),
            *PAGE,
            *MOMENT,
        ],
    )
