"""Who holds some programs and not others on one day, by area, desil and family; families that hold none."""

from enum import Enum
from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, one
from hub.compiler.needs import Need
from hub.schema import scoping
from hub.schema.declaring import argument, column, declared
from hub.schema.families import FamilyCard
from hub.schema.paging import AREA, MOMENT, PAGE, WILAYAH
from hub.schema.person import Person
from hub.schema.reference import Program, Wilayah, placed, wilayah_of
from hub.schema.standing import (
    DESIL,
    DISABLED,
    REGISTER,
    family_desil,
    held,
    in_desil,
    in_family,
    living,
    person_desil,
)

HELD = scoping.IDENTITY + scoping.FAMILY + scoping.ENROLLMENT + scoping.SCORE
"""Of what is told of a person or a family at once: what it holds, and where it ranks."""


@strawberry.enum(description="Satuan yang dicari. / The unit that is looked for.")
class HolderUnit(Enum):
    """The unit that is looked for."""

    PERSON = strawberry.enum_value("PERSON", description="Orang. / Persons.")
    FAMILY_CARD = strawberry.enum_value(
        "FAMILY_CARD", description="Keluarga menurut kartunya. / Families by family card."
    )


# What a member who died still holds is not the family's: it stands among `enrolledAfterDeath`.
_OF_FAMILY = (
    "e.person_id = any(array(select m.person_id from hub.membership m join hub.person_state s"
    f" on s.person_id = m.person_id and {living('s')} where m.card_id = f.card_id and {{state[m]}}))"
)
# The card on which a living person stands on the day in force; of several, the one known longest.
_CARD = (
    "left join lateral (select m.card_id, k.no_kk from hub.membership m"
    " join hub.family_card k on k.card_id = m.card_id and {recorded[k]}"
    " where m.person_id = s.person_id and {state[m]} order by m.card_id limit 1) f on true"
)
# A program is sought of the unit itself: of the person, or of the family's members together.
_PERSONS = (
    "select 'PERSON' as unit, s.person_id as id, s.person_id, null::bigint as card_id, f.card_id as family_id,"
    f" s.home_area_key, {person_desil('s.person_id', 'f.card_id', 'f.no_kk')} as desil,"
    f" array({held('e.person_id = s.person_id')}) as codes"
    f" from hub.person_state s {_CARD} where {living('s')}"
)
_FAMILIES = (
    "select 'FAMILY_CARD', f.card_id, null::bigint, f.card_id, f.card_id, f.home_area_key,"
    f" {family_desil('f.card_id', 'f.no_kk')}, array({held(_OF_FAMILY)})"
    f" from hub.family_card f where {{recorded[f]}} and {in_family('f.card_id', 'true')}"
)
HOLDERS = Rows(
    f"({_PERSONS} and {{arg[unit]}} = 'PERSON' union all {_FAMILIES} and {{arg[unit]}} = 'FAMILY_CARD')"
)
WITHOUT = Rows(
    f"(select h.* from ({_FAMILIES}) h(unit, id, person_id, card_id, family_id, home_area_key, desil, codes))"
)


@strawberry.type(
    description=(
        "Orang atau keluarga yang dicari, dengan program dan desilnya pada hari itu. / "
        "A person or family that was looked for, with its programs and desil of the day in force."
    )
)
class Holder:
    """A person or a family, with what it holds and where it ranks on one day."""

    needs: ClassVar[Need] = HELD
    subject: ClassVar[str] = "coalesce({t}.person_id::text, 'c' || {t}.card_id)"
    rows: ClassVar[Rows] = HOLDERS

    person: Person | None = declared(
        one("{t}.person_id = {p}.person_id"), "Orangnya. / The person; null: the unit is the family."
    )
    family_card: FamilyCard | None = declared(
        one("{t}.card_id = {p}.family_id"), "Keluarganya. / The family card; null: none is known."
    )
    programs: list[Program] = declared(
        Relation(Arity.MANY, "{t}.code = any({p}.codes)", order=[Key("{t}.code", "text")], size=3),
        "Program yang dipegang hari itu. / Programs held that day, by code.",
    )
    desil: int | None = column("desil", "Desil terakhir. / Latest desil of the register; null: not ranked.")
    wilayah: Wilayah | None = declared(
        wilayah_of("home_area_key"),
        "Tempat tinggal. / Where they live.",
        need=HELD + placed("home_area_key"),
    )


_BY_AREA = [Key("{t}.home_area_key"), Key("{t}.id")]
# A code that no program has finds nobody, in `without` too: leaving it out would answer another question.
_KNOWN = "{{arg[{0}]}} <@ array(select g.code from hub.program g)"
_DESIL = in_desil("{t}.desil")
# The day before so many years; nobody has ever been older, and a calendar has its ends.
_YEARS_AGO = "({{today}} - make_interval(years => least(greatest({{arg[{0}]}}, 0), 150)::int))::date"
_COMPOSED = {
    "childUnder": in_family("{t}.family_id", f"s.birth_date > {_YEARS_AGO.format('childUnder')}"),
    "elderlyFrom": in_family("{t}.family_id", f"s.birth_date <= {_YEARS_AGO.format('elderlyFrom')}"),
    "disability": f"({in_family('{t}.family_id', DISABLED)}) = {{arg[disability]}}",
}
FAMILY = (
    argument(
        "childUnder",
        int | None,
        "Keluarganya punya anggota di bawah umur ini, dalam tahun. / Has a member younger than so many years.",
        need=scoping.BORN,
    ),
    argument(
        "elderlyFrom",
        int | None,
        "Keluarganya punya anggota berumur sekian tahun atau lebih. / Has a member of so many years or more.",
        need=scoping.BORN,
    ),
    argument(
        "disability",
        bool | None,
        "true: ada anggota yang dinyatakan penyandang disabilitas; false: tidak ada. / "
        "true: some member is stated to have a disability; false: nobody states so of any.",
        need=scoping.SENSITIVE,
    ),
)
HOLDING = Relation(
    Arity.CONNECTION,
    order=_BY_AREA,
    when={
        "with": f"{_KNOWN.format('with')} and {{t}}.codes @> {{arg[with]}}",
        "without": f"{_KNOWN.format('without')} and not {{t}}.codes && {{arg[without]}}",
        "wilayah": AREA,
        "desilMin": _DESIL,
        "desilMax": _DESIL,
        **_COMPOSED,
    },
)
HOLDING_ARGUMENTS = (
    argument(
        "with",
        list[str] | None,
        "Memegang semua program ini, menurut kode. / Holds all of these programs, by code.",
    ),
    argument("without", list[str] | None, "Tidak memegang satu pun dari ini. / Holds none of these."),
    argument(
        "unit",
        HolderUnit,
        "Orang, atau keluarga bersama-sama. / Persons, or families whose members together hold them.",
        HolderUnit.PERSON,
    ),
    REGISTER,
    *DESIL,
    *FAMILY,
    WILAYAH,
    *PAGE,
    *MOMENT,
)
NO_PROGRAM = Relation(
    Arity.CONNECTION,
    "cardinality({t}.codes) = 0",
    rows=WITHOUT,
    order=_BY_AREA,
    when={"wilayah": AREA, "desilMin": _DESIL, "desilMax": _DESIL, **_COMPOSED},
)
NO_PROGRAM_ARGUMENTS = (
    REGISTER,
    DESIL[0],
    argument(
        "desilMax",
        int,
        "Desil paling tinggi, termasuk; bawaan 2. / Highest desil, inclusive; default 2.",
        2,
    ),
    *FAMILY,
    WILAYAH,
    *PAGE,
    *MOMENT,
)
