"""Statements: what each source says of each field of a person, computed from claims when asked."""

from typing import Any, ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows
from hub.compiler.needs import Need
from hub.schema.declaring import column, declared, expression
from hub.schema.filtering import filtered
from hub.schema.filters.statements import StatementFilter
from hub.schema.paging import PAGE
from hub.schema.people import BY_PERSON, PERSON
from hub.schema.provenance import KNOWN_VERSION, LAST_SEEN, Grade, PersonField, claims_of, grade
from hub.schema.records import Record, record_of
from hub.schema.reference import Source, source_of
from hub.schema.scalars import Day, Instant
from hub.schema.scoping import STATED

_AREA = (
    "(select l.code from hub.wilayah l where l.system = 'kemendagri' and l.area_key = {}.area_key limit 1)"
)
#: Field, column of the claim, of the original, of the grade, and of the person where it is another.
_PLAIN = (
    "BIRTH_PLACE", "SEX", "MOTHER_NAME", "FATHER_NAME", "RELATION", "MARITAL", "RELIGION", "EDUCATION",
    "OCCUPATION", "ADDRESS", "RT", "RW", "VITAL",
)  # fmt: skip
_COLUMNS = ", ".join(
    (
        "nik, nik_raw, nik_grade, name, name_raw, birth_date, birth_raw, no_kk, no_kk_raw, no_kk_grade, area_key",
        "area_raw, effective_on",
        *(name.lower() for name in _PLAIN),
    )
)


def _values(person: str) -> str:
    """The claim `c` by field: field, value, original, grade, and the golden value of the person beside it."""

    def value(field: str, name: str, raw: str = "null::text", graded: str = "null::smallint") -> str:
        return f"('{field}', c.{name}::text, {raw}, {graded}, {person}.{name}::text)"

    died = "(case when c.vital = 'meninggal' then c.effective_on end)::text"
    return ", ".join(
        (
            value("NIK", "nik", "c.nik_raw", "c.nik_grade"),
            value("NAME", "name", "c.name_raw"),
            value("BIRTH_DATE", "birth_date", "c.birth_raw"),
            value("NO_KK", "no_kk", "c.no_kk_raw", "c.no_kk_grade"),
            *(value(name, name.lower()) for name in _PLAIN),
            f"('AREA', {_AREA.format('c')}, c.area_raw, null::smallint, {_AREA.format(person)})",
            f"('DIED_ON', {died}, null::text, null::smallint, {person}.died_on::text)",
        )
    )


def stated_of(person: str) -> str:
    """SQL of the statements about the person of a row of `person_state`, as a set in brackets.

    Args:
        person: Alias of that row.
    """
    told = "filter (where g.stands) over (partition by g.field)"
    return (
        f"(select g.*, g.stands and min(g.value) {told} is distinct from max(g.value) {told} as disputed"
        " from (select s.field, s.value, coalesce(s.original, s.value) as original, s.grade, r.source_id,"
        " r.entry_id, max(r.id) as record_id, min(c.effective_on) as effective_on,"
        f" min(lower(r.recorded)) as first_seen, max({LAST_SEEN}) as last_seen,"
        " bool_or({recorded[r]}) as stands,"
        " case when not bool_or({recorded[r]}) then max(upper(r.recorded)) end as recorded_to,"
        " coalesce(bool_or(s.value = s.golden), false) as current"
        f" from {claims_of('claim_person', person, _COLUMNS)} c join hub.source_record r on r.id = c.record_id"
        f" cross join lateral (values {_values(person)}) s(field, value, original, grade, golden)"
        f" where (s.value is not null or s.original is not null) and {KNOWN_VERSION}"
        " group by s.field, s.value, s.original, s.grade, r.source_id, r.entry_id) g)"
    )


_SHOWN = (
    "x.field, x.value, x.original, x.grade, x.source_id, x.entry_id, x.record_id, x.effective_on, x.first_seen,"
    " x.last_seen, x.stands, x.recorded_to, x.current, x.disputed"
)
STATEMENTS = Rows(f"(select {{p}}.person_id, {{p}}.home_area_key, {_SHOWN} from {stated_of('{p}')} x)")
"""The statements about the person `{p}`."""
ALL = Rows(
    f"(select o.person_id, o.home_area_key, {_SHOWN} from hub.person_state o"
    f" cross join lateral {stated_of('o')} x where {{state[o]}})"
)
"""Those about everybody."""
_PLACE = (
    Key("{t}.field", "text"),
    Key("{t}.source_id"),
    Key("{t}.record_id"),
    Key("coalesce({t}.value, '')", "text"),
    Key("{t}.original", "text"),
    Key("coalesce({t}.grade, -1)"),
)


@strawberry.type(
    description="Pernyataan satu sumber tentang satu kolom. / What one source record says of one field."
)
class Statement:
    """What one source record says of one field, over all its versions that say so."""

    needs: ClassVar[Need] = STATED
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = STATEMENTS

    field: PersonField = column("field", "Kolomnya. / The field.")
    value: str | None = column(
        "value", "Nilai yang dibakukan. / Normalised value; null: the original can't be used."
    )
    original: str | None = column("original", "Tulisan asli. / As the source wrote it.")
    grade: Grade | None = expression(grade("{t}.grade"), "Mutu, untuk nomor. / Grade, of numbers.")
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")
    person: object = declared(BY_PERSON, "Tentang siapa. / Of whom.", of=PERSON | None)
    effective_on: Day | None = column(
        "effective_on",
        "Berlaku sejak, menurut sumber. / Since when it holds, as the source says; null: not told.",
    )
    first_seen: Instant = column("first_seen", "Pertama terlihat. / First seen.")
    last_seen: Instant = column(
        "last_seen",
        "Terakhir terlihat. / Last seen: end of the source's last complete run, or when the record closed.",
    )
    recorded_to: Instant | None = column(
        "recorded_to",
        "Dinyatakan sampai, tidak termasuk. / Stated until, exclusive: no version says so since; null: it stands.",
    )
    current: bool = column(
        "current", "Sama dengan nilai yang dipakai hub. / It is the value the hub holds golden."
    )
    disputed: bool = column(
        "disputed",
        "Masih berlaku, dan pernyataan lain yang berlaku berbeda nilainya. / It stands, and another statement of"
        " the field that stands has a different value.",
    )
    record: Record | None = record_of()


def stated() -> Any:
    """The field of a person that pages through what sources say."""
    return declared(
        Relation(Arity.CONNECTION, order=_PLACE),
        "Siapa menyatakan apa, per halaman. / Who stated what, in pages: by field, source and record.",
        [filtered(StatementFilter), *PAGE],
    )


EVERYWHERE = Relation(
    Arity.CONNECTION,
    rows=ALL,
    order=(Key("{t}.home_area_key"), Key("{t}.person_id"), *_PLACE),
    large=True,
)
"""The statements about everybody, in order of where they live."""
