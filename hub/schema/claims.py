"""What a record claims, kind by kind: the hub's reading of it before anything is folded."""

from enum import Enum
from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, one
from hub.compiler.needs import Need
from hub.schema.declaring import column, declared
from hub.schema.details import Detail
from hub.schema.people import PERSON
from hub.schema.scoping import ALL
from hub.store.sql import Table
from hub.store.tables.claims import CLAIMS, MENTION_SLOTS

_OURS = (
    "record_id", "mention_id", "source_id", "person_id", "home_area_key", "event_area_key", "name_key",
)  # fmt: skip
"""Columns that say where a claim stands in the hub, or what the hub makes of it."""


def _kind(table: Table) -> str:
    """The name of a kind of claims as the schema has it."""
    return table.name.removeprefix("claim_").upper()


def _claims(table: Table) -> str:
    """The claims of one kind of the record `{p}`, each with what it tells as an object of its columns."""
    left_out = ", ".join(f"'{name}'" for name in _OURS)
    return (
        f"select '{_kind(table)}' as kind, c.mention_id - {{p}}.entry_id * {MENTION_SLOTS} as slot, c.person_id,"
        f" jsonb_strip_nulls(to_jsonb(c) - array[{left_out}]) as told from hub.{table.name} c"
        " where c.record_id = {p}.id"
    )


CLAIMS_OF = Rows(f"({' union all '.join(_claims(table) for table in CLAIMS)})")


@strawberry.enum(description="Jenis pernyataan rekaman. / Kind of a claim.")
class ClaimKind(Enum):
    """Kind of a claim: the table it stands in."""

    PERSON = strawberry.enum_value("PERSON", description="Data orang. / A person.")
    IDENTIFIER = strawberry.enum_value("IDENTIFIER", description="Nomor pengenal. / An identifier.")
    ENROLLMENT = strawberry.enum_value("ENROLLMENT", description="Kepesertaan. / An enrollment.")
    BENEFIT = strawberry.enum_value("BENEFIT", description="Bantuan atau peristiwanya. / A benefit.")
    STATUS = strawberry.enum_value("STATUS", description="Status sosial. / A social status.")
    SCORE = strawberry.enum_value("SCORE", description="Peringkat kesejahteraan. / A welfare rank.")
    ATTRIBUTE = strawberry.enum_value("ATTRIBUTE", description="Atribut kesejahteraan. / Welfare attributes.")
    DWELLING = strawberry.enum_value("DWELLING", description="Ruta survei. / A household of a survey.")
    GROUP = strawberry.enum_value("GROUP", description="Kelompok. / A group.")
    INSTITUTION = strawberry.enum_value("INSTITUTION", description="Lembaga. / An institution.")
    OBSERVATION = strawberry.enum_value("OBSERVATION", description="Angka publikasi. / A published number.")


@strawberry.type(
    description="Satu pernyataan rekaman, dibakukan. / One claim of a record, in the hub's own words."
)
class Claim:
    """One claim of a record: what the hub reads in it, before it is folded with what others say."""

    needs: ClassVar[Need] = ALL
    rows: ClassVar[Rows] = CLAIMS_OF

    kind: ClaimKind = column("kind", "Jenisnya. / Its kind.")
    slot: int = column("slot", "Tempat dalam rekaman, dari 0. / Place in the record, from 0.")
    person: object = declared(
        one("{t}.person_id = {p}.person_id"),
        "Orang yang dimaksud. / The person concerned; null: none, or not for you.",
        of=PERSON | None,
    )
    values: list[Detail] = declared(
        Relation(
            Arity.MANY,
            rows=Rows("(select e.key, e.value #>> '{{}}' as value from jsonb_each({p}.told) e)"),
            order=[Key("{t}.key", "text")],
            size=8,
        ),
        "Isinya, kolom ke nilai. / What it tells, by the hub's columns; what it does not tell is left out.",
        need=ALL,
    )
