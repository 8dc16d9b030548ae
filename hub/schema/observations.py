"""Published aggregates by area and period: numbers of a publisher, never about one person."""

from typing import ClassVar

import strawberry

from hub.compiler.declare import Rows, Time
from hub.schema.declaring import begins, column, declared, ends
from hub.schema.details import Detail, details
from hub.schema.records import Record, record_of
from hub.schema.reference import Source, Wilayah, source_of, wilayah_of
from hub.schema.scalars import Day


@strawberry.type(description="Satu angka yang dipublikasikan. / One published number.")
class Observation:
    """One published number of a data set, for an area and a period."""

    rows: ClassVar[Rows] = Rows("observation", Time.HISTORY)

    dataset: str = column("dataset", "Kumpulan data pada penerbitnya. / Data set at its publisher.")
    measure: str = column("measure", "Yang dihitung. / What is counted.")
    value: float | None = column("value", "Angkanya. / The number; null: the publisher gives none.")
    unit: str = column("unit", "orang, keluarga, persen, rupiah, … / Unit.")
    dimensions: list[Detail] = details("dimensions", "Rincian lain. / Further dimensions by name.")
    wilayah: Wilayah | None = declared(
        wilayah_of("area_key"), "Wilayahnya. / Area observed; null: the country, or unknown."
    )
    from_: Day | None = begins()
    to: Day | None = ends()
    source: Source | None = declared(source_of(), "Siapa yang menyatakan. / Who states it.")
    record: Record | None = record_of()
