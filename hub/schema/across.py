"""The roots that ask over all programs at once: who holds what, whom it reaches, what was paid, who moved."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Rows
from hub.schema.coverage import REACH, REACH_ARGUMENTS, Coverage
from hub.schema.declaring import declared
from hub.schema.holders import HOLDING, HOLDING_ARGUMENTS, NO_PROGRAM, NO_PROGRAM_ARGUMENTS, Holder
from hub.schema.match import MATCH, MATCH_ARGUMENTS, Matched
from hub.schema.movements import MOVEMENTS, MOVEMENTS_ARGUMENTS, Movements
from hub.schema.overlap import OVERLAPPING, OVERLAPPING_ARGUMENTS, ProgramOverlap
from hub.schema.paging import MOMENT, PAGE, Connection
from hub.schema.totals import PAYMENT_ARGUMENTS, PAYMENT_TOTALS, PaymentTotal


@strawberry.type(description="Yang dapat ditanyakan lintas program. / What can be asked across programs.")
class AcrossQuery:
    """Roots that `Query` takes over."""

    rows: ClassVar[Rows | None] = None

    holders: Connection[Holder] = declared(
        HOLDING,
        "Siapa yang memegang program ini dan bukan program itu. / Who holds these programs and not those.",
        HOLDING_ARGUMENTS,
    )
    without_program: Connection[Holder] = declared(
        NO_PROGRAM,
        "Keluarga tanpa program apa pun, menurut desil. / Families that hold no program at all, by desil.",
        NO_PROGRAM_ARGUMENTS,
    )
    coverage: Connection[Coverage] = declared(
        REACH,
        "Cakupan satu program menurut wilayah dan desil. / How far a program reaches, by area and desil.",
        REACH_ARGUMENTS,
    )
    program_overlap: Connection[ProgramOverlap] = declared(
        OVERLAPPING,
        "Pemegang beberapa program sekaligus, menurut wilayah. / Who holds several programs at once, by area.",
        OVERLAPPING_ARGUMENTS,
    )
    payment_totals: Connection[PaymentTotal] = declared(
        PAYMENT_TOTALS,
        "Jumlah pembayaran menurut program, tempat dan waktu. / Sums of payments by program, place and time.",
        [*PAYMENT_ARGUMENTS, *PAGE, *MOMENT],
    )
    movements: Movements | None = declared(
        MOVEMENTS,
        "Yang masuk dan keluar satu program antara dua hari. / Who joined a program and who left, between two days.",
        MOVEMENTS_ARGUMENTS,
    )
    match: list[Matched] = declared(
        MATCH,
        "Daftar Anda dicocokkan, baris demi baris; tidak disimpan. / Your own list, row by row; it is kept nowhere.",
        MATCH_ARGUMENTS,
    )
