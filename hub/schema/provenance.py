"""Where each value comes from: records, and the statements sources make, computed from claims when asked."""

from enum import Enum
from typing import Any, ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, one
from hub.compiler.needs import Need
from hub.schema.declaring import begins, column, declared, ends, expression, global_id
from hub.schema.paging import Node
from hub.schema.people import OBSERVATION
from hub.schema.reference import Run, Source, source_of
from hub.schema.scalars import Day, Instant
from hub.schema.scoping import FAMILY, IDENTITY, PROVENANCE, STATED


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
_AREA = (
    "(select w.code from hub.wilayah w where w.system = 'kemendagri' and w.area_key = {}.area_key limit 1)"
)


def grade(number: str) -> str:
    """SQL of a grade by its number."""
    return _GRADE.format(number)


def _value(field: str, sql: str, raw: str = "null::text", graded: str = "null::smallint") -> str:
    """One row of the unpivoted claim: field, value, original, grade, and the golden value beside it."""
    golden = sql.replace("c.", "{p}.")
    if field == "AREA":
        golden = _AREA.format("{p}")
    if field == "DIED_ON":
        golden = "{p}.died_on::text"
    return f"('{field}', {sql}, {raw}, {graded}, {golden})"


_VALUES = ", ".join(
    [
        _value("NIK", "c.nik", "c.nik_raw", "c.nik_grade"),
        _value("NAME", "c.name", "c.name_raw"),
        _value("BIRTH_DATE", "c.birth_date::text", "c.birth_raw"),
        *(
            _value(name, f"c.{name.lower()}")
            for name in ("BIRTH_PLACE", "SEX", "MOTHER_NAME", "FATHER_NAME", "RELATION", "MARITAL")
        ),
        _value("NO_KK", "c.no_kk", "c.no_kk_raw", "c.no_kk_grade"),
        *(
            _value(name, f"c.{name.lower()}")
            for name in ("RELIGION", "EDUCATION", "OCCUPATION", "ADDRESS", "RT", "RW", "VITAL")
        ),
        _value("AREA", _AREA.format("c"), "c.area_raw"),
        _value("DIED_ON", "(case when c.vital = 'meninggal' then c.effective_on end)::text"),
    ]
)
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

STATEMENTS = Rows(
    "(select s.field, s.value, coalesce(s.original, s.value) as original, s.grade, r.source_id, r.entry_id,"
    f" max(r.id) as record_id, min(lower(r.recorded)) as first_seen, max({LAST_SEEN}) as last_seen,"
    " coalesce(bool_or(s.value = s.golden), false) as current"
    " from hub.claim_person c join hub.source_record r on r.id = c.record_id"
    f" cross join lateral (values {_VALUES}) s(field, value, original, grade, golden)"
    " where c.person_id = {p}.person_id and (s.value is not null or s.original is not null)"
    f" and {KNOWN_VERSION}"
    " group by s.field, s.value, s.original, s.grade, r.source_id, r.entry_id)"
)


@strawberry.type(
    description="Satu versi dari satu rekaman sumber, tidak pernah diubah. / One version of a source record."
)
class Record(Node):
    """One version of one source record."""

    needs: ClassVar[Need] = PROVENANCE
    rows: ClassVar[Rows] = Rows("source_record", node="{t}.id :: bigint")

    id: strawberry.ID = global_id("Record", "id")
    source: Source | None = declared(source_of(), "Sumbernya. / Its source.")
    key: str = column(
        "record_key", "Kunci menurut sumber. / Key declared by the source.", need=PROVENANCE + IDENTITY
    )
    version: int = column("version", "Versi, dari 1. / Version, from 1.")
    file: str | None = expression(
        "select f.name from hub.source_file f where f.id = {t}.file_id",
        "Berkas tempat versi ini dibaca. / File this version was read from.",
    )
    row: int = column("row_no", "Baris data, dari 1. / Data row in the file, from 1.")
    run: Run | None = declared(one("{t}.id = {p}.run_id"), "Tarikan yang menulisnya. / Run that wrote it.")
    recorded_from: Instant = expression(
        "lower({t}.recorded)", "Diketahui hub sejak. / Held true by the hub from, inclusive."
    )
    recorded_to: Instant | None = expression(
        "upper({t}.recorded)",
        "Diketahui hub sampai, tidak termasuk. / Held true until, exclusive; null: still.",
    )
    observations: object = declared(
        Relation(
            Arity.MANY,
            "{t}.record_id = {p}.id",
            order=[
                Key("{t}.dataset", "text"),
                Key("{t}.measure", "text"),
                Key("{t}.dimensions::text", "text"),
                Key("{t}.area_key"),
                Key("lower({t}.valid)", "date"),
            ],
            size=5,
        ),
        "Angka yang dinyatakannya. / Published numbers that it states.",
        of=list[OBSERVATION],
    )


def record_of() -> Any:
    """The field from a row to the source record that says so."""
    return declared(one("{t}.id = {p}.record_id"), "Rekaman yang menyatakannya. / Record that says so.")


@strawberry.type(
    description="Pernyataan satu sumber tentang satu kolom. / What one source record says of one field."
)
class Statement:
    """What one source record says of one field, over all its versions that say so."""

    needs: ClassVar[Need] = STATED
    rows: ClassVar[Rows] = STATEMENTS

    field: PersonField = column("field", "Kolomnya. / The field.")
    value: str | None = column(
        "value", "Nilai yang dibakukan. / Normalised value; null: the original can't be used."
    )
    original: str | None = column("original", "Tulisan asli. / As the source wrote it.")
    grade: Grade | None = expression(grade("{t}.grade"), "Mutu, untuk nomor. / Grade, of numbers.")
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")
    first_seen: Instant = column("first_seen", "Pertama terlihat. / First seen.")
    last_seen: Instant = column(
        "last_seen",
        "Terakhir terlihat. / Last seen: end of the source's last complete run, or when the record closed.",
    )
    current: bool = column(
        "current", "Sama dengan nilai yang dipakai hub. / It is the value the hub holds golden."
    )
    record: Record | None = record_of()


IDENTIFIERS = Rows(
    "(select i.scheme, i.value, i.grade, i.valid, r.source_id, min(lower(r.recorded)) as first_seen,"
    f" max({LAST_SEEN}) as last_seen, max(r.id) as record_id"
    " from (select record_id, scheme, value, grade, valid from hub.claim_identifier where person_id = {p}.person_id"
    " union all select record_id, 'nik', nik, nik_grade, null from hub.claim_person"
    " where person_id = {p}.person_id and nik is not null"
    " union all select record_id, 'kk', no_kk, no_kk_grade, null from hub.claim_person"
    " where person_id = {p}.person_id and no_kk is not null) i"
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
