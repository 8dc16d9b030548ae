"""The orders that callers may choose, by subject: each field of an order beside its sort keys."""

import strawberry

from hub.compiler.declare import Choice, Key, Order

FIRST_DAY = "coalesce(nullif(lower({t}.valid), '-infinity'), '0001-01-01'::date)"
"""First day of an interval, never null: what was always so comes first."""
PERSON = Key("{t}.person_id")
ENROLLMENT = (Key("{t}.enrollment_id"), Key(FIRST_DAY, "date"))
BENEFIT = Key("{t}.benefit_id")


@strawberry.enum(description="Urutan orang. / Orders of persons.")
class PersonSort(Choice):
    """What persons are ordered by."""

    AREA = strawberry.enum_value("AREA", description="Wilayah tempat tinggal. / Area where they live.")
    NAME = strawberry.enum_value(
        "NAME", description="Nama menurut bentuk baku. / Name in its form for matching."
    )
    BIRTH_DATE = strawberry.enum_value("BIRTH_DATE", description="Tanggal lahir. / Birth date.")


PEOPLE = {
    "AREA": Order((Key("{t}.home_area_key"), PERSON)),
    "NAME": Order((Key("{t}.name_key", "text", nullable=True), PERSON)),
    "BIRTH_DATE": Order((Key("{t}.birth_date", "date", nullable=True), PERSON)),
}


@strawberry.enum(description="Urutan kepesertaan. / Orders of enrollments.")
class EnrollmentSort(Choice):
    """What enrollments are ordered by."""

    AREA = strawberry.enum_value("AREA", description="Wilayah menurut daftar. / Area as listed.")
    FROM = strawberry.enum_value("FROM", description="Hari pertama. / First day.")


ENROLLMENTS = {
    "AREA": Order((Key("{t}.event_area_key"), *ENROLLMENT)),
    "FROM": Order((Key(FIRST_DAY, "date"), Key("{t}.enrollment_id")), leads=False),
}


@strawberry.enum(description="Urutan pembayaran. / Orders of payments.")
class PaymentSort(Choice):
    """What payments are ordered by."""

    AREA = strawberry.enum_value("AREA", description="Tempat penyaluran. / Where they happened.")
    PAID_ON = strawberry.enum_value("PAID_ON", description="Tanggal dibayar. / Day they were paid.")
    FROM = strawberry.enum_value("FROM", description="Hari pertama masanya. / First day of their period.")
    AMOUNT = strawberry.enum_value("AMOUNT", description="Nilai rupiah. / Amount in rupiah.")


PAYMENTS = {
    "AREA": Order((Key("{t}.event_area_key"), BENEFIT)),
    "PAID_ON": Order((Key("{t}.paid_on", "date", nullable=True), BENEFIT)),
    "FROM": Order((Key("lower({t}.period)", "date", nullable=True), BENEFIT), leads=False),
    "AMOUNT": Order((Key("{t}.amount_idr", nullable=True), BENEFIT), leads=False),
}


@strawberry.enum(description="Urutan peringkat. / Orders of welfare ranks.")
class ScoreSort(Choice):
    """What welfare ranks are ordered by."""

    REGISTER = strawberry.enum_value("REGISTER", description="Register dan wilayah. / Register and area.")
    DESIL = strawberry.enum_value("DESIL", description="Desil. / Desil.")


_RANK = (
    Key("coalesce({t}.person_id, 0)"),
    Key("{t}.record_id"),
    Key("{t}.edition", "text"),
    Key("{t}.unit || ':' || coalesce({t}.unit_number, '')", "text"),
    Key(FIRST_DAY, "date"),
)
SCORES = {
    "REGISTER": Order((Key("{t}.register", "text"), Key("{t}.event_area_key"), *_RANK)),
    "DESIL": Order((Key("{t}.desil", nullable=True), *_RANK), leads=False),
}

STATUSES = (
    Key("{t}.scheme", "text"),
    Key("{t}.code", "text"),
    Key("{t}.event_area_key"),
    Key("coalesce({t}.person_id, 0)"),
    Key("{t}.record_id"),
    Key("coalesce({t}.unit, '') || ':' || coalesce({t}.unit_number, '')", "text"),
    Key(FIRST_DAY, "date"),
    Key("md5(coalesce({t}.note, '') || coalesce(nullif({t}.detail, 'null')::text, ''))", "text"),
)
