"""The roots that list what hangs on persons: family cards, enrollments, payments, statuses, ranks."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Relation, Rows
from hub.schema.benefits import Enrollment, Payment, Status
from hub.schema.declaring import declared
from hub.schema.families import FamilyCard
from hub.schema.filtering import filtered
from hub.schema.filters.families import FamilyCardFilter
from hub.schema.filters.programs import EnrollmentFilter, PaymentFilter
from hub.schema.filters.welfare import ScoreFilter, StatusFilter
from hub.schema.ordering import order_by
from hub.schema.orders import (
    ENROLLMENTS,
    FAMILY_CARDS,
    PAYMENTS,
    SCORES,
    STATUSES,
    EnrollmentSort,
    FamilyCardSort,
    PaymentSort,
    ScoreSort,
    StatusSort,
)
from hub.schema.paging import CURRENT, MOMENT, PAGE, Connection
from hub.schema.welfare import Score


@strawberry.type(description="Yang dapat didaftar lintas orang. / What can be listed over all persons.")
class ListQuery:
    """Roots that `Query` takes over."""

    rows: ClassVar[Rows | None] = None

    family_cards: Connection[FamilyCard] = declared(
        Relation(Arity.CONNECTION, order=FAMILY_CARDS["AREA"].keys, orders=FAMILY_CARDS, large=True),
        "Kartu keluarga, menurut wilayah. / Family cards, in order of their area.",
        [filtered(FamilyCardFilter), order_by(FamilyCardSort), *PAGE, *MOMENT],
    )
    enrollments: Connection[Enrollment] = declared(
        Relation(Arity.CONNECTION, order=ENROLLMENTS["AREA"].keys, orders=ENROLLMENTS, large=True),
        "Kepesertaan sepanjang waktu, menurut wilayah. / Enrollments over time, in order of their area.",
        [filtered(EnrollmentFilter), order_by(EnrollmentSort), CURRENT, *PAGE, *MOMENT],
    )
    payments: Connection[Payment] = declared(
        Relation(Arity.CONNECTION, order=PAYMENTS["AREA"].keys, orders=PAYMENTS, large=True),
        "Pembayaran, menurut tempat penyaluran. / Payments, in order of where they happened.",
        [filtered(PaymentFilter), order_by(PaymentSort), *PAGE, *MOMENT],
    )
    statuses: Connection[Status] = declared(
        Relation(Arity.CONNECTION, order=STATUSES["CODE"].keys, orders=STATUSES, large=True),
        "Status sosial sepanjang waktu, menurut kode dan wilayah. / Social statuses over time, by code and area.",
        [filtered(StatusFilter), order_by(StatusSort), CURRENT, *PAGE, *MOMENT],
    )
    scores: Connection[Score] = declared(
        Relation(Arity.CONNECTION, order=SCORES["REGISTER"].keys, orders=SCORES, large=True),
        "Peringkat sepanjang waktu, menurut register dan wilayah. / Welfare ranks over time, by register and area.",
        [filtered(ScoreFilter), order_by(ScoreSort), CURRENT, *PAGE, *MOMENT],
    )
