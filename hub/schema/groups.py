"""Groups that receive together, and institutions of social welfare."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, Time, one
from hub.compiler.needs import Need
from hub.schema import scoping
from hub.schema.declaring import begins, column, declared, ends, global_id
from hub.schema.details import Detail, details
from hub.schema.filtering import filtered
from hub.schema.filters.members import GroupMemberFilter
from hub.schema.paging import CURRENT, Node
from hub.schema.people import BY_PERSON, PERSON
from hub.schema.records import Record, record_of
from hub.schema.reference import Program, Source, Wilayah, placed, source_of, wilayah_of
from hub.schema.scalars import Day
from hub.schema.scoping import FAMILY
from hub.schema.words import GroupRole


@strawberry.type(
    description="Seseorang dalam satu kelompok selama satu masa. / A person in a group, as an interval."
)
class GroupMember:
    """A person in a group, as an interval."""

    needs: ClassVar[Need] = FAMILY
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("group_member", Time.HISTORY)

    role: GroupRole = column("role", "Kedudukannya. / Chair or member.")
    from_: Day | None = begins()
    to: Day | None = ends()
    person: object = declared(BY_PERSON, "Orangnya. / The person.", of=PERSON | None)
    group: "Group | None" = declared(one("{t}.group_id = {p}.group_id"), "Kelompoknya. / The group.")


@strawberry.type(
    description="Kelompok penerima: KUBE, UEP, komunitas adat terpencil. / A group that receives together."
)
class Group(Node):
    """A group that receives together: KUBE of 10, UEP of 5 women, a remote community."""

    needs: ClassVar[Need] = FAMILY
    subject: ClassVar[str] = "'n'::text"
    rows: ClassVar[Rows] = Rows("social_group", Time.RECORDED, node="{t}.uid :: uuid")

    id: strawberry.ID = global_id("Group")
    kind: str = column("kind", "Jenisnya: kube, uep, pmks_…. / Kind, as the lists have it.")
    number: str = column(
        "number",
        "Nomor menurut daftarnya. / Number by which the list knows it.",
        need=FAMILY + scoping.NUMBERED,
    )
    name: str = column("name", "Nama. / Name.", need=FAMILY + scoping.WORDS)
    size: int | None = column(
        "size", "Anggota atau keluarga menurut daftar. / Members or families as stated."
    )
    program: Program | None = declared(
        one("{t}.id = {p}.program_id"), "Program yang melayaninya. / Program that serves it."
    )
    from_: Day | None = begins()
    to: Day | None = ends()
    wilayah: Wilayah | None = declared(
        wilayah_of("event_area_key"), "Wilayahnya. / Its area.", need=FAMILY + placed("event_area_key")
    )
    members: list[GroupMember] = declared(
        Relation(
            Arity.MANY,
            "{t}.group_id = {p}.group_id",
            order=[Key("lower({t}.valid)", "date"), Key("{t}.person_id")],
        ),
        "Anggota sepanjang waktu. / Members over time.",
        [filtered(GroupMemberFilter), CURRENT],
    )
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")
    record: Record | None = record_of()


@strawberry.type(description="Lembaga kesejahteraan sosial (PSKS). / An institution of social welfare.")
class Institution(Node):
    """An institution of social welfare."""

    needs: ClassVar[Need] = FAMILY
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows("institution", Time.RECORDED, node="{t}.uid :: uuid")

    id: strawberry.ID = global_id("Institution")
    kind: str = column("kind", "Kode PSKS. / PSKS code.")
    number: str = column(
        "number", "Nomor pendaftaran. / Registration number, else name and area.", need=FAMILY + scoping.WORDS
    )
    name: str = column("name", "Nama. / Name.", need=FAMILY + scoping.WORDS)
    address: str | None = column("address", "Alamat. / Address.", need=FAMILY + scoping.WORDS)
    detail: list[Detail] = details(
        "detail",
        "Yang disebut daftar di samping itu. / What the list states beside.",
        need=FAMILY + scoping.WORDS,
    )
    person: object = declared(
        BY_PERSON, "Penanggung jawabnya. / Who answers for it; null: nobody is named.", of=PERSON | None
    )
    from_: Day | None = begins()
    to: Day | None = ends()
    wilayah: Wilayah | None = declared(
        wilayah_of("event_area_key"), "Wilayahnya. / Its area.", need=FAMILY + placed("event_area_key")
    )
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")
    record: Record | None = record_of()
