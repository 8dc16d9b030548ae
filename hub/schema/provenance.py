"""Who says so: the fields and grades of what sources state, and identifiers as each source has them."""

from enum import Enum
from typing import ClassVar

import strawberry

from hub.compiler.declare import Rows
from hub.compiler.needs import Need
from hub.schema.declaring import begins, column, declared, ends, expression
from hub.schema.records import Record, record_of
from hub.schema.reference import Source, source_of
from hub.schema.scalars import Day, Instant
from hub.schema.scoping import FAMILY, IDENTITY, PROVENANCE
from hub.store.tables.claims import MENTION_SLOTS


@strawberry.enum(description="Kolom data orang. / A field of a person.")
class PersonField(Enum):
    """A field of a person, in the order of `person_state.stated_by`."""

    NIK = strawberry.enum_value("NIK", description="NIK. / Population number.")
    NAME = strawberry.enum_value("NAME", description="Nama. / Name.")
    BIRTH_DATE = strawberry.enum_value("BIRTH_DATE", description="Tanggal lahir. / Birth date.")
    BIRTH_PLACE = strawberry.enum_value("BIRTH_PLACE", description="Tempat lahir. / Birth place.")
    SEX = strawberry.enum_value("SEX", description="Jenis kelamin. / Sex.")
    MOTHER_NAME = strawberry.enum_value("MOTHER_NAME", description="Nama ibu. / Mother's name.")
    FATHER_NAME = strawberry.enum_value("FATHER_NAME", description="Nama ayah. / Father's name.")
    NO_KK = strawberry.enum_value("NO_KK", description="No KK. / Number of the family card.")
    RELATION = strawberry.enum_value("RELATION", description="Hubungan keluarga. / Relation to the head.")
    MARITAL = strawberry.enum_value("MARITAL", description="Status kawin. / Marital status.")
    RELIGION = strawberry.enum_value("RELIGION", description="Agama. / Religion.")
    EDUCATION = strawberry.enum_value("EDUCATION", description="Pendidikan. / Education.")
    OCCUPATION = strawberry.enum_value("OCCUPATION", description="Pekerjaan. / Occupation.")
    ADDRESS = strawberry.enum_value("ADDRESS", description="Alamat. / Address.")
    RT = strawberry.enum_value("RT", description="RT. / Neighbourhood.")
    RW = strawberry.enum_value("RW", description="RW. / Ward.")
    AREA = strawberry.enum_value("AREA", description="Wilayah. / Area of residence.")
    VITAL = strawberry.enum_value("VITAL", description="Hidup atau meninggal. / Vital status.")
    DIED_ON = strawberry.enum_value("DIED_ON", description="Tanggal meninggal. / Day of death.")


@strawberry.enum(description="Seberapa jauh suatu nomor dapat dipercaya. / How far a number may be trusted.")
class Grade(Enum):
    """Trust in one identifying value, in rising order."""

    MISSING = strawberry.enum_value("MISSING", description="Kosong. / Blank.")
    INVALID = strawberry.enum_value("INVALID", description="Tidak sah. / Cannot be right.")
    DOUBTFUL = strawberry.enum_value("DOUBTFUL", description="Meragukan. / Well-shaped, with a warning.")
    WELL_FORMED = strawberry.enum_value("WELL_FORMED", description="Bentuknya benar. / Well-formed.")
    CONFIRMED = strawberry.enum_value(
        "CONFIRMED", description="Dipastikan pemiliknya. / Confirmed by its registry."
    )


FIELD_ORDER = "array[" + ", ".join(f"'{one.value}'" for one in PersonField) + "]"
_GRADE = "(array['MISSING', 'INVALID', 'DOUBTFUL', 'WELL_FORMED', 'CONFIRMED'])[{} + 1]"


def grade(number: str) -> str:
    """SQL of a grade by its number."""
    return _GRADE.format(number)


_LAST_RUN = (
    "(select max(n.finished) from hub.run n where n.source_id = r.source_id and n.status = 'complete'"
    " and ({known} is null or n.finished <= {known}))"
)
#: When a record version was last seen: its source's last complete run while it is open, else when it closed.
LAST_SEEN = (
    "case when upper_inf(r.recorded) or upper(r.recorded) > {known}"
    f" then greatest(lower(r.recorded), {_LAST_RUN}) else upper(r.recorded) end"
)
KNOWN_VERSION = "({known} is null or lower(r.recorded) <= {known})"


def claims_of(table: str, person: str, columns: str) -> str:
    """SQL of the claims about a person, as a set in brackets: record_id and what is named of them.

    Claims bear the person of now. As known at an instant they are those of the mentions that stood for the person
    then, whoever they stand for today.

    Args:
        table: Of the claims.
        person: Alias of a row with `person_id`.
        columns: Of the claims.
    """
    named = ", ".join(f"c.{column.strip()}" for column in f"record_id, {columns}".split(","))
    return (
        f"(select {named} from hub.{table} c where {{known}} is null and c.person_id = {person}.person_id"
        f" union all select {named} from hub.cluster_member k"
        f" join hub.source_record v on v.entry_id = k.mention_id / {MENTION_SLOTS}"
        f" join hub.{table} c on c.record_id = v.id and c.mention_id = k.mention_id"
        f" where {{known}} is not null and k.person_id = {person}.person_id and {{recorded[k]}})"
    )


_NUMBERS = claims_of("claim_person", "{p}", "nik, nik_grade, no_kk, no_kk_grade")
IDENTIFIERS = Rows(
    "(select i.scheme, i.value, i.grade, i.valid, r.source_id, min(lower(r.recorded)) as first_seen,"
    f" max({LAST_SEEN}) as last_seen, max(r.id) as record_id"
    f" from (select * from {claims_of('claim_identifier', '{p}', 'scheme, value, grade, valid')} a"
    f" union all select record_id, 'nik', nik, nik_grade, null from {_NUMBERS} b where nik is not null"
    f" union all select record_id, 'kk', no_kk, no_kk_grade, null from {_NUMBERS} d where no_kk is not null) i"
    f" join hub.source_record r on r.id = i.record_id where {KNOWN_VERSION}"
    " group by i.scheme, i.value, i.grade, i.valid, r.source_id)"
)


@strawberry.type(description="Nomor pengenal menurut satu sumber. / An identifier as one source has it.")
class Identifier:
    """An identifier as one source has it."""

    needs: ClassVar[Need] = IDENTITY + FAMILY + PROVENANCE
    rows: ClassVar[Rows] = IDENTIFIERS

    scheme: str = column("scheme", "Jenis: nik, kk, nisn, kip, … / Scheme.")
    value: str = column("value", "Nomornya. / The number.")
    grade: Grade = expression(grade("{t}.grade"), "Mutunya. / Its grade.")
    from_: Day | None = begins()
    to: Day | None = ends()
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")
    first_seen: Instant = column("first_seen", "Pertama terlihat. / First seen.")
    last_seen: Instant = column("last_seen", "Terakhir terlihat. / Last seen.")
    record: Record | None = record_of()
