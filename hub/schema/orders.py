"""The orders that callers may choose, by subject: each field of an order beside its sort keys."""

import strawberry

from hub.compiler.declare import Choice, Key, Order
from hub.schema.scoping import BORN, name

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
    "NAME": Order((Key("{t}.name_key", "text", nullable=True), PERSON), need=name("name")),
    "BIRTH_DATE": Order((Key("{t}.birth_date", "date", nullable=True), PERSON), need=BORN),
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
    FROM = strawberry.enum_value("FROM", description="Hari pertama. / First day.")


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
    "FROM": Order((Key(FIRST_DAY, "date"), Key("{t}.register", "text"), *_RANK[:4]), leads=False),
}


@strawberry.enum(description="Urutan status sosial. / Orders of social statuses.")
class StatusSort(Choice):
    """What social statuses are ordered by."""

    CODE = strawberry.enum_value("CODE", description="Daftar, kode dan wilayah. / List, code and area.")
    FROM = strawberry.enum_value("FROM", description="Hari pertama. / First day.")


_CODED = (Key("{t}.scheme", "text"), Key("{t}.code", "text"))
_STATED = (
    Key("coalesce({t}.person_id, 0)"),
    Key("{t}.record_id"),
    Key("coalesce({t}.unit, '') || ':' || coalesce({t}.unit_number, '')", "text"),
)
_TOLD = Key("md5(coalesce({t}.note, '') || coalesce(nullif({t}.detail, 'null')::text, ''))", "text")
STATUSES = {
    "CODE": Order((*_CODED, Key("{t}.event_area_key"), *_STATED, Key(FIRST_DAY, "date"), _TOLD)),
    "FROM": Order((Key(FIRST_DAY, "date"), *_CODED, *_STATED, _TOLD), leads=False),
}


@strawberry.enum(description="Urutan kartu keluarga. / Orders of family cards.")
class FamilyCardSort(Choice):
    """What family cards are ordered by."""

    AREA = strawberry.enum_value("AREA", description="Wilayahnya. / Their area.")
    KK = strawberry.enum_value("KK", description="No KK. / Number of the card.")


FAMILY_CARDS = {
    "AREA": Order((Key("{t}.home_area_key"), Key("{t}.card_id"))),
    "KK": Order((Key("{t}.no_kk", "text"),)),
}


@strawberry.enum(description="Urutan anggota keluarga. / Orders of persons on a family card.")
class MembershipSort(Choice):
    """What persons on a family card are ordered by."""

    FROM = strawberry.enum_value("FROM", description="Hari pertama. / First day.")
    RELATION = strawberry.enum_value(
        "RELATION",
        description="Kode hubungan, kepala keluarga lebih dulu. / Code of the relation, the head first.",
    )


_ON_CARD = (PERSON, Key("{t}.card_id"))
MEMBERSHIPS = {
    "FROM": Order((Key(FIRST_DAY, "date"), *_ON_CARD)),
    "RELATION": Order((Key("{t}.relation", "text", nullable=True), Key(FIRST_DAY, "date"), *_ON_CARD)),
}


@strawberry.enum(description="Urutan kelompok dan lembaga. / Orders of groups and institutions.")
class PlaceSort(Choice):
    """What groups and institutions are ordered by."""

    AREA = strawberry.enum_value("AREA", description="Wilayahnya. / Their area.")
    NAME = strawberry.enum_value("NAME", description="Namanya. / Their name.")
    FROM = strawberry.enum_value("FROM", description="Hari pertama. / First day.")


def _places(number: str) -> dict[str, Order]:
    """The orders of what has an area and a name."""
    thing, since = Key(f"{{t}}.{number}"), Key(FIRST_DAY, "date")
    return {
        "AREA": Order((Key("{t}.event_area_key"), thing, since)),
        "NAME": Order((Key("{t}.name", "text"), thing, since)),
        "FROM": Order((since, thing)),
    }


GROUPS, INSTITUTIONS = _places("group_id"), _places("institution_id")


@strawberry.enum(description="Urutan angka yang dipublikasikan. / Orders of published numbers.")
class ObservationSort(Choice):
    """What published numbers are ordered by."""

    DATASET = strawberry.enum_value(
        "DATASET", description="Kumpulan data dan ukuran. / Data set and measure."
    )
    AREA = strawberry.enum_value("AREA", description="Wilayahnya. / Their area.")
    FROM = strawberry.enum_value("FROM", description="Hari pertama. / First day.")


_SET = (Key("{t}.dataset", "text"), Key("{t}.measure", "text"))
_OBSERVED = Key("coalesce({t}.area_key, 0)")
_SINCE = Key(FIRST_DAY, "date")
_NUMBERED = (Key("{t}.record_id"), Key("{t}.dimensions::text", "text"))
OBSERVATIONS = {
    "DATASET": Order((*_SET, _OBSERVED, _SINCE, *_NUMBERED)),
    "AREA": Order((_OBSERVED, *_SET, _SINCE, *_NUMBERED)),
    "FROM": Order((_SINCE, *_SET, _OBSERVED, *_NUMBERED)),
}


@strawberry.enum(description="Urutan wilayah. / Orders of areas.")
class WilayahSort(Choice):
    """What areas are ordered by."""

    CODE = strawberry.enum_value("CODE", description="Kode. / Code.")
    NAME = strawberry.enum_value("NAME", description="Nama. / Name.")
    POPULATION = strawberry.enum_value("POPULATION", description="Penduduk terdaftar. / Registered persons.")


_OF_AREA = Key("{t}.code", "text")
WILAYAH = {
    "CODE": Order((_OF_AREA,)),
    "NAME": Order((Key("lower({t}.name)", "text"), _OF_AREA)),
    "POPULATION": Order((Key("{t}.population", nullable=True), _OF_AREA)),
}


@strawberry.enum(description="Urutan tarikan. / Orders of runs.")
class RunSort(Choice):
    """What runs are ordered by."""

    STARTED = strawberry.enum_value("STARTED", description="Mulainya. / Their start.")
    ROWS_IN = strawberry.enum_value("ROWS_IN", description="Baris diterima. / Rows received.")
    QUARANTINED = strawberry.enum_value("QUARANTINED", description="Baris dikarantina. / Rows refused.")


_RUN = Key("{t}.id")
RUNS = {
    "STARTED": Order((_RUN,)),
    "ROWS_IN": Order((Key("{t}.rows_in"), _RUN)),
    "QUARANTINED": Order((Key("{t}.quarantined"), _RUN)),
}


@strawberry.enum(description="Urutan sumber. / Orders of sources.")
class SourceSort(Choice):
    """What sources are ordered by."""

    CODE = strawberry.enum_value("CODE", description="Nama pendek. / Short name.")
    OWNER = strawberry.enum_value(
        "OWNER", description="Instansi penanggung jawab. / Agency that answers for them."
    )
    FAMILY = strawberry.enum_value("FAMILY", description="Rumpun. / Family.")


_CODE = Key("{t}.code", "text")
SOURCES = {
    "CODE": Order((_CODE,)),
    "OWNER": Order((Key("{t}.owner", "text"), _CODE)),
    "FAMILY": Order((Key("{t}.family", "text"), _CODE)),
}
