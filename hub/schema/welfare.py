"""Welfare as registers tell it: ranks, the harmonised attributes of persons and families, what is missing."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Time, one
from hub.compiler.needs import Need
from hub.schema import scoping
from hub.schema.declaring import begins, column, declared, ends, expression, label
from hub.schema.people import BY_PERSON, FAMILY_CARD, PERSON
from hub.schema.records import Record, record_of
from hub.schema.reference import Source, Wilayah, placed, source_of, wilayah_of
from hub.schema.scalars import Day, Kk
from hub.schema.scoping import FAMILY, SCORE
from hub.schema.words import Unit

#: Share of the attributes asked that are known, in millionths: a whole number, so that a cursor can carry it.
SHARE = "(1000000 * ({t}.expected - cardinality({t}.missing)) / greatest({t}.expected, 1))::bigint"
_COMPLETENESS = (
    "Bagian atribut yang diketahui, 0 sampai 1. / Share of the attributes asked that are known, 0 to 1."
)
_KNOWN = "case when {t}.expected = 0 then 1 else 1 - cardinality({t}.missing)::float8 / {t}.expected end"


@strawberry.type(
    description="Peringkat kesejahteraan menurut satu register dan edisi. / A welfare rank of one register."
)
class Score:
    """How one edition of a register ranks a person, a family or a household."""

    needs: ClassVar[Need] = SCORE
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("score", Time.HISTORY)

    person: object = declared(
        BY_PERSON,
        "Orangnya. / The person; null: a register ranks a family and names nobody.",
        of=PERSON | None,
    )
    register: str = column("register", "bdt2015, dtks, regsosek, dtsen. / The register.")
    unit: Unit = column("unit", "Yang diperingkat. / What was ranked.")
    unit_number: str | None = column(
        "unit_number", "No KK atau nomor rumah tangga. / Number of that unit.", need=FAMILY + scoping.NUMBERED
    )
    edition: str = column("edition", "Edisi, misalnya 2025-Q1. / Version of the register.")
    desil: int | None = column("desil", "1 (termiskin) sampai 10. / 1 (poorest) to 10.")
    percentile: int | None = column("percentile", "1 (termiskin) sampai 100. / 1 (poorest) to 100.")
    label: str | None = column("label", "Sebutan register itu. / In the register's own words.")
    from_: Day | None = begins()
    to: Day | None = ends()
    wilayah: Wilayah | None = declared(
        wilayah_of("event_area_key"),
        "Wilayah menurut register. / Area as the register has it.",
        need=SCORE + placed("event_area_key"),
    )
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")
    record: Record | None = record_of()


@strawberry.type(description="Nilai satu atribut kesejahteraan. / The value of one welfare attribute.")
class AttributeValue:
    """The value of one welfare attribute and who states it."""

    needs: ClassVar[Need] = SCORE
    rows: ClassVar[Rows] = Rows(
        "(select e.key as attribute, e.value #>> '{{}}' as value, {p}.vocabulary as vocabulary,"
        " ({p}.stated_by ->> e.key)::smallint as source_id from jsonb_each({p}.given) e)"
    )

    attribute: str = column("attribute", "Kode atribut. / Code of the attribute.")
    value: str = column(
        "value", "Kode, bilangan, atau true/false. / A code, a number, or true or false, as text."
    )
    value_label: str | None = label(
        "{t}.vocabulary || ':' || {t}.attribute", "{t}.value", "Sebutan nilainya. / Wording of the value."
    )
    label: str | None = label("{t}.vocabulary", "{t}.attribute", "Sebutannya. / Wording of the attribute.")
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")


@strawberry.type(
    description="Atribut yang tidak dinyatakan sumber mana pun. / An attribute that nobody states."
)
class UnstatedAttribute:
    """An attribute of the set that no source states."""

    needs: ClassVar[Need] = SCORE
    rows: ClassVar[Rows] = Rows(
        "(select m.code as attribute, m.place, {p}.vocabulary as vocabulary"
        " from unnest({p}.missing) with ordinality m(code, place))"
    )

    attribute: str = column("attribute", "Kode atribut. / Code of the attribute.")
    label: str | None = label("{t}.vocabulary", "{t}.attribute", "Sebutannya. / Wording of the attribute.")


_GIVEN = Relation(Arity.MANY, order=[Key("{t}.attribute", "text")], size=20)
_UNSTATED = Relation(Arity.MANY, order=[Key("{t}.place")], size=10)
_GIVEN_TEXT = "Yang diketahui, menurut kode. / What is known, by code: the latest word of the most believed."
_UNSTATED_TEXT = "Yang tidak dinyatakan sumber mana pun. / What nobody states, in the order of the set."
_EXPECTED = "Banyaknya atribut yang ditanyakan. / How many attributes the set asks."


@strawberry.type(
    description="Atribut kesejahteraan seseorang dari semua register. / Welfare attributes of a person."
)
class PersonAttributes:
    """Welfare attributes of a person over all registers."""

    needs: ClassVar[Need] = SCORE
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("person_attributes", Time.STATE)

    vocabulary: str = column("vocabulary", "Himpunan atributnya. / Version of the attribute set.")
    given: list[AttributeValue] = declared(_GIVEN, _GIVEN_TEXT)
    missing: list[UnstatedAttribute] = declared(_UNSTATED, _UNSTATED_TEXT)
    expected: int = column("expected", _EXPECTED)
    completeness: float = expression(_KNOWN, _COMPLETENESS)
    from_: Day | None = begins()
    to: Day | None = ends()


@strawberry.type(
    description=(
        "Atribut kesejahteraan satu keluarga, atau satu rumah tangga survei, dari semua register. / "
        "Welfare attributes of a family, or of a household as a survey counted it, over all registers."
    )
)
class FamilyAttributes:
    """Welfare attributes of a family over all registers."""

    needs: ClassVar[Need] = SCORE
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("family_attributes", Time.STATE)

    key: str = column(
        "family_key",
        "No KK, atau register:nomor. / No KK, else source and number of the household.",
        need=FAMILY + scoping.NUMBERED,
    )
    kk: Kk | None = column(
        "no_kk", "No KK. / Family card; null: a household of a survey.", need=FAMILY + scoping.kk()
    )
    vocabulary: str = column("vocabulary", "Himpunan atributnya. / Version of the attribute set.")
    given: list[AttributeValue] = declared(_GIVEN, _GIVEN_TEXT)
    missing: list[UnstatedAttribute] = declared(_UNSTATED, _UNSTATED_TEXT)
    expected: int = column("expected", _EXPECTED)
    completeness: float = expression(_KNOWN, _COMPLETENESS)
    from_: Day | None = begins()
    to: Day | None = ends()
    wilayah: Wilayah | None = declared(
        wilayah_of("home_area_key"), "Wilayahnya. / Its area.", need=SCORE + placed("home_area_key")
    )
    family_card: object = declared(
        one("{t}.no_kk = {p}.no_kk"),
        "Kartu keluarganya. / The family card; null: a household of a survey, or unknown to the hub.",
        of=FAMILY_CARD | None,
    )
    person: object = declared(
        BY_PERSON,
        "Orang yang catatannya menyebut keluarga itu. / Whom the record is about.",
        of=PERSON | None,
    )


def _counted(table: str, unit: str) -> str:
    """Attributes of one unit by desa: how many lack each, of how many who are asked or have told."""
    return (
        f"(select a.home_area_key as area_key, '{unit}' as unit, c.code as attribute,"
        " min(a.vocabulary) as vocabulary, sum(c.lacks)::bigint as lacking, count(*) as asked"
        f" from hub.{table} a cross join lateral (select unnest(a.missing) as code, 1 as lacks"
        " union all select jsonb_object_keys(a.given), 0) c"
        " where {state[a]} and a.home_area_key between {arg[wilayah.lo]} and {arg[wilayah.hi]}"
        " group by a.home_area_key, c.code having sum(c.lacks) > 0)"
    )


@strawberry.type(
    description=(
        "Berapa orang atau keluarga di satu desa yang belum punya satu atribut. / "
        "How many persons or families of a village lack an attribute."
    )
)
class MissingAttribute:
    """How many persons or families of a village lack an attribute, of how many whom a register told of."""

    needs: ClassVar[Need] = SCORE
    rows: ClassVar[Rows] = Rows(
        f"({_counted('family_attributes', 'family')} union all {_counted('person_attributes', 'person')})"
    )

    wilayah: Wilayah | None = declared(
        wilayah_of("area_key"), "Desa tempat tinggal. / Village where they live; null: unknown."
    )
    unit: Unit = column("unit", "Satuannya: orang atau keluarga. / The unit, person or family.")
    attribute: str = column("attribute", "Kode atribut. / Code of the attribute.")
    label: str | None = label("{t}.vocabulary", "{t}.attribute", "Sebutannya. / Wording of the attribute.")
    lacking: int = column("lacking", "Yang belum punya. / How many lack it.")
    asked: int = column(
        "asked", "Dari sekian yang ditanya register. / Of how many whom a register told of and it applies to."
    )
