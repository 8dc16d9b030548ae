"""Filters of what the hub pulls: sources and runs."""

from hub.compiler.declare import Compare
from hub.schema.filtering import by, filters
from hub.schema.filters.names import SOURCE
from hub.schema.operators import ChoiceFilter, CodeFilter, InstantFilter, NumberFilter, ReferenceFilter
from hub.schema.words import RunStatus


@filters("Saringan sumber. / Filter of sources.")
class SourceFilter:
    """Filter of sources."""

    code: CodeFilter | None = by(Compare("{t}.code"), "Nama pendek. / Short name.")
    owner: CodeFilter | None = by(
        Compare("{t}.owner", leads=False), "Instansi penanggung jawab. / Agency that answers for it."
    )
    family: CodeFilter | None = by(
        Compare("{t}.family", leads=False),
        "Rumpun: kependudukan, program, … / Family: population, program, …",
    )


@filters("Saringan tarikan. / Filter of runs.")
class RunFilter:
    """Filter of runs."""

    source: ReferenceFilter | None = by(SOURCE, "Sumbernya, menurut kode. / Its source, by code.")
    status: ChoiceFilter[RunStatus] | None = by(
        Compare("{t}.status", leads=False), "Keadaannya. / Its state."
    )
    started: InstantFilter | None = by(
        Compare("{t}.started", "timestamptz", leads=False), "Mulainya. / Its start."
    )
    finished: InstantFilter | None = by(
        Compare("{t}.finished", "timestamptz", leads=False), "Selesainya. / Its end."
    )
    rows_in: NumberFilter | None = by(
        Compare("{t}.rows_in", "bigint", leads=False), "Baris diterima. / Rows received."
    )
    quarantined: NumberFilter | None = by(
        Compare("{t}.quarantined", "bigint", leads=False), "Baris dikarantina. / Rows refused."
    )
