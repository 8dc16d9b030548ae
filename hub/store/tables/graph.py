"""The golden graph: persons, family cards, households, groups, institutions, enrollments, benefits, statuses.

Every row has both time axes. `<thing>_id` and `uid` name the thing over all its rows; a row is one state of it.
"""

from sqlalchemy import ARRAY, BigInteger, Column, Date, Index, Numeric, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import DATERANGE

from hub.store.tables.base import areas, metadata, open_index, recorded, source_column, subject, valid

PERSON_FIELDS = (
    "nik", "name", "birth_date", "birth_place", "sex", "mother_name", "father_name", "no_kk", "relation",
    "marital", "religion", "education", "occupation", "address", "rt", "rw", "area_key", "vital", "died_on",
)  # fmt: skip
"""Fields of a golden person in the order of `person_state.stated_by`."""

person_state = Table(
    "person_state",
    metadata,
    Column("person_id", BigInteger, nullable=False),
    Column("uid", Uuid, nullable=False, comment="person.uid, repeated so that reads need no join"),
    Column("nik", Text),
    Column("nik_grade", SmallInteger, nullable=False),
    Column("name", Text),
    Column("name_key", Text),
    Column("birth_date", Date),
    Column("birth_place", Text),
    Column("sex", Text),
    Column("mother_name", Text),
    Column("father_name", Text),
    Column("no_kk", Text),
    Column("relation", Text),
    Column("marital", Text),
    Column("religion", Text),
    Column("education", Text),
    Column("occupation", Text),
    Column("address", Text),
    Column("rt", Text),
    Column("rw", Text),
    Column("area_key", BigInteger, comment="residence, 10-digit Kemendagri key"),
    Column("vital", Text),
    Column("died_on", Date),
    Column("stated_by", ARRAY(SmallInteger), nullable=False, comment="source of each field of PERSON_FIELDS"),
    valid(),
    recorded(),
    *areas(),
    open_index("ix_person_state_nik", "nik"),
    open_index("ix_person_state_uid", "uid"),
    open_index("ix_person_state_home", "home_area_key", "person_id"),
    open_index("ix_person_state_name_key", "name_key"),
    Index("ix_person_state_person_id", "person_id"),
    comment="Golden persons: the fold of all claims by survivorship",
)

family_card = Table(
    "family_card",
    metadata,
    Column("card_id", BigInteger, nullable=False),
    Column("uid", Uuid, nullable=False),
    Column("no_kk", Text, nullable=False, comment="16 digits; changes when a family moves or splits"),
    valid(),
    recorded(),
    subject(),
    *areas(),
    open_index("uq_family_card_no_kk", "no_kk", unique=True),
    open_index("uq_family_card_card_id", "card_id", unique=True),
    open_index("uq_family_card_uid", "uid", unique=True),
    comment="Family cards (keluarga by No KK); the subject is the head",
)

membership = Table(
    "membership",
    metadata,
    Column("person_id", BigInteger, nullable=False),
    Column("card_id", BigInteger, nullable=False),
    Column("relation", Text, comment="code list shdk"),
    source_column(),
    valid(),
    recorded(),
    *areas(),
    open_index("ix_membership_person_id", "person_id"),
    open_index("ix_membership_card_id", "card_id"),
    comment="Who stands on which family card, as an interval",
)

household = Table(
    "household",
    metadata,
    Column("household_id", BigInteger, nullable=False),
    Column("uid", Uuid, nullable=False),
    Column(
        "basis", Text, nullable=False, comment="address, family_card, ruta: what the household was told from"
    ),
    Column("dwelling", Text, nullable=False, comment="key of the dwelling within the hub"),
    Column("address", Text),
    Column("rt", Text),
    Column("rw", Text),
    valid(),
    recorded(),
    subject(),
    *areas(),
    open_index("uq_household_dwelling", "dwelling", unique=True),
    open_index("uq_household_household_id", "household_id", unique=True),
    open_index("uq_household_uid", "uid", unique=True),
    open_index("ix_household_home", "home_area_key", "household_id"),
    comment="Households (rumah tangga): one dwelling, one or more family cards",
)

household_member = Table(
    "household_member",
    metadata,
    Column("person_id", BigInteger, nullable=False),
    Column("household_id", BigInteger, nullable=False),
    valid(),
    recorded(),
    *areas(),
    open_index("ix_household_member_person_id", "person_id"),
    open_index("ix_household_member_household_id", "household_id"),
    comment="Who lives in which dwelling, as an interval",
)

enrollment = Table(
    "enrollment",
    metadata,
    Column("enrollment_id", BigInteger, nullable=False),
    Column("uid", Uuid, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("program_id", SmallInteger, nullable=False),
    Column("component_id", SmallInteger),
    Column("role", Text, nullable=False, comment="holder, member"),
    Column("no_kk", Text, comment="family the list names"),
    Column("number", Text),
    Column("status", Text, nullable=False),
    source_column(),
    Column("record_id", BigInteger, nullable=False, comment="latest source record that says so"),
    valid(),
    recorded(),
    *areas(),
    open_index("ix_enrollment_person_id", "person_id", "program_id"),
    open_index("ix_enrollment_enrollment_id", "enrollment_id"),
    open_index("ix_enrollment_uid", "uid"),
    open_index("ix_enrollment_program", "program_id", "event_area_key", "person_id"),
    comment="Taking part in a program, with its period",
)

benefit = Table(
    "benefit",
    metadata,
    Column("benefit_id", BigInteger, nullable=False),
    Column("uid", Uuid, nullable=False),
    Column("enrollment_id", BigInteger, comment="null where a payment names no known enrollment"),
    Column("entry_id", BigInteger, nullable=False, comment="source record, over all its versions"),
    Column("person_id", BigInteger, nullable=False),
    Column("program_id", SmallInteger, nullable=False),
    Column("component_id", SmallInteger),
    Column("kind", Text, nullable=False, comment="money, goods, service"),
    Column("quantity", Numeric),
    Column("unit", Text),
    Column("amount_idr", BigInteger, comment="whole rupiah; value of goods where kind is goods"),
    Column("amount_basis", Text, comment="stated: by the source; table: from the program's amounts"),
    Column("period", DATERANGE, nullable=False),
    Column("status", Text, nullable=False, comment="latest event"),
    Column("paid_on", Date),
    source_column(),
    Column("record_id", BigInteger, nullable=False),
    recorded(),
    *areas(),
    open_index("ix_benefit_person_id", "person_id", "program_id"),
    open_index("ix_benefit_enrollment_id", "enrollment_id", "benefit_id"),
    open_index("ix_benefit_benefit_id", "benefit_id"),
    open_index("ix_benefit_uid", "uid"),
    comment="Benefits in money or in kind, for a period",
)

benefit_event = Table(
    "benefit_event",
    metadata,
    Column("benefit_id", BigInteger, nullable=False),
    subject(),
    Column("event", Text, nullable=False, comment="code list benefit_event"),
    Column("happened_on", Date, comment="as stated; null where the source gives no day"),
    Column("record_id", BigInteger, nullable=False),
    source_column(),
    recorded(),
    *areas(),
    Index("ix_benefit_event_benefit_id", "benefit_id"),
    Index("ix_benefit_event_person_id", "person_id"),
    comment="Ordered log of one payment's life: closing, account check, SPM, SP2D, SI, top-up, cash-out, returned",
)

status = Table(
    "status",
    metadata,
    Column("person_id", BigInteger, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("note", Text),
    source_column(),
    Column("record_id", BigInteger, nullable=False),
    valid(),
    recorded(),
    *areas(),
    open_index("ix_status_person_id", "person_id"),
    open_index("ix_status_scheme", "scheme", "code", "event_area_key"),
    comment="Social statuses by list and code (PMKS, PSKS, eligibility, ...)",
)

social_group = Table(
    "social_group",
    metadata,
    Column("group_id", BigInteger, nullable=False),
    Column("uid", Uuid, nullable=False),
    Column("kind", Text, nullable=False, comment="kube, uep, remote_community"),
    Column("name", Text, nullable=False),
    source_column(),
    Column("record_id", BigInteger, nullable=False),
    valid(),
    recorded(),
    *areas(),
    open_index("ix_social_group_group_id", "group_id"),
    open_index("ix_social_group_uid", "uid"),
    comment="Groups that receive together: KUBE of 10, UEP of 5 women, remote communities",
)

group_member = Table(
    "group_member",
    metadata,
    Column("group_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("role", Text, nullable=False, comment="chair, member"),
    valid(),
    recorded(),
    *areas(),
    open_index("ix_group_member_group_id", "group_id"),
    open_index("ix_group_member_person_id", "person_id"),
    comment="Members of groups, as intervals",
)

institution = Table(
    "institution",
    metadata,
    Column("institution_id", BigInteger, nullable=False),
    Column("uid", Uuid, nullable=False),
    Column("kind", Text, nullable=False, comment="PSKS code: LKS, karang_taruna, LK3, WKSBM, company"),
    Column("name", Text, nullable=False),
    source_column(),
    Column("record_id", BigInteger, nullable=False),
    valid(),
    recorded(),
    subject(),
    *areas(),
    open_index("ix_institution_institution_id", "institution_id"),
    open_index("ix_institution_uid", "uid"),
    comment="Institutions of social welfare",
)
