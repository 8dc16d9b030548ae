"""The frames of claims that connectors hand over; their columns mirror `hub.store.tables.claims`.

Every frame begins with `row` (position of the row in the frame the connector was given, or the value of its
`row` column) and `role` (0 the record's own subject; 1 to 15 others whom the record names). Periods are
texts of PostgreSQL's daterange, `[2026-10-01,2026-11-01)`, days in WIB. Ids and the home area are added when
claims land.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

#: Polars' types, by class or by instance.
Schema = Mapping[str, "pl.DataType | type[pl.DataType]"]

_ORIGIN: Schema = {"row": pl.Int64, "role": pl.Int16}

PERSON_SCHEMA: Schema = {
    **_ORIGIN,
    "nik": pl.String,
    "nik_raw": pl.String,
    "nik_grade": pl.Int16,
    "name": pl.String,
    "name_raw": pl.String,
    "name_key": pl.String,
    "birth_date": pl.Date,
    "birth_raw": pl.String,
    "birth_place": pl.String,
    "sex": pl.String,
    "mother_name": pl.String,
    "father_name": pl.String,
    "no_kk": pl.String,
    "no_kk_raw": pl.String,
    "no_kk_grade": pl.Int16,
    "relation": pl.String,
    "marital": pl.String,
    "religion": pl.String,
    "education": pl.String,
    "occupation": pl.String,
    "address": pl.String,
    "rt": pl.String,
    "rw": pl.String,
    "area_key": pl.Int64,
    "area_raw": pl.String,
    "vital": pl.String,
    "effective_on": pl.Date,
    "event_area_key": pl.Int64,
}
IDENTIFIER_SCHEMA: Schema = {
    **_ORIGIN,
    "scheme": pl.String,
    "value": pl.String,
    "grade": pl.Int16,
    "valid": pl.String,
    "event_area_key": pl.Int64,
}
ENROLLMENT_SCHEMA: Schema = {
    **_ORIGIN,
    "program": pl.String,
    "component": pl.String,
    "role_in_program": pl.String,
    "no_kk": pl.String,
    "number": pl.String,
    "status": pl.String,
    "period": pl.String,
    "event_area_key": pl.Int64,
}
BENEFIT_SCHEMA: Schema = {
    **_ORIGIN,
    "program": pl.String,
    "component": pl.String,
    "kind": pl.String,
    "quantity": pl.Float64,
    "unit": pl.String,
    "amount_idr": pl.Int64,
    "period": pl.String,
    "event": pl.String,
    "event_on": pl.Date,
    "event_area_key": pl.Int64,
}
STATUS_SCHEMA: Schema = {
    **_ORIGIN,
    "scheme": pl.String,
    "code": pl.String,
    "valid": pl.String,
    "note": pl.String,
    "unit": pl.String,
    "unit_number": pl.String,
    "detail": pl.String,
    "event_area_key": pl.Int64,
}
SCORE_SCHEMA: Schema = {
    **_ORIGIN,
    "register": pl.String,
    "unit": pl.String,
    "unit_number": pl.String,
    "edition": pl.String,
    "desil": pl.Int16,
    "percentile": pl.Int16,
    "label": pl.String,
    "valid": pl.String,
    "event_area_key": pl.Int64,
}
ATTRIBUTE_SCHEMA: Schema = {
    **_ORIGIN,
    "unit": pl.String,
    "unit_number": pl.String,
    "vocabulary": pl.String,
    "edition": pl.String,
    "given": pl.String,
    "valid": pl.String,
    "event_area_key": pl.Int64,
}
DWELLING_SCHEMA: Schema = {
    **_ORIGIN,
    "scheme": pl.String,
    "number": pl.String,
    "family_no": pl.String,
    "relation": pl.String,
    "address": pl.String,
    "valid": pl.String,
    "event_area_key": pl.Int64,
}
GROUP_SCHEMA: Schema = {
    **_ORIGIN,
    "kind": pl.String,
    "number": pl.String,
    "name": pl.String,
    "role_in_group": pl.String,
    "size": pl.Int16,
    "program": pl.String,
    "valid": pl.String,
    "event_area_key": pl.Int64,
}
INSTITUTION_SCHEMA: Schema = {
    **_ORIGIN,
    "kind": pl.String,
    "number": pl.String,
    "name": pl.String,
    "address": pl.String,
    "detail": pl.String,
    "valid": pl.String,
    "event_area_key": pl.Int64,
}
OBSERVATION_SCHEMA: Schema = {
    **_ORIGIN,
    "dataset": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "dimensions": pl.String,
    "area_key": pl.Int64,
    "area_raw": pl.String,
    "valid": pl.String,
    "event_area_key": pl.Int64,
}
REJECT_SCHEMA: Schema = {"row": pl.Int64, "reason": pl.String, "field": pl.String}
#: What stands in no table and was read as blank: `code` is its text, null where it might tell of a person.
NOTE_SCHEMA: Schema = {"row": pl.Int64, "field": pl.String, "code": pl.String}
PLACE_SCHEMA: Schema = {"row": pl.Int64, "area_key": pl.Int64}

SCHEMAS: Mapping[str, Schema] = {
    "person": PERSON_SCHEMA,
    "identifier": IDENTIFIER_SCHEMA,
    "enrollment": ENROLLMENT_SCHEMA,
    "benefit": BENEFIT_SCHEMA,
    "status": STATUS_SCHEMA,
    "score": SCORE_SCHEMA,
    "attribute": ATTRIBUTE_SCHEMA,
    "dwelling": DWELLING_SCHEMA,
    "group": GROUP_SCHEMA,
    "institution": INSTITUTION_SCHEMA,
    "observation": OBSERVATION_SCHEMA,
}

#: What a column holds when a claim does not state it; every other column is null.
DEFAULTS: Mapping[str, object] = {"role": 0, "nik_grade": 0, "no_kk_grade": 0, "event_area_key": 0}


class Claims(NamedTuple):
    """The claims of some rows, and the rows that are refused whole.

    `role_in_program` of an enrollment (holder, member) and `role_in_group` of a group (chair, member) fill the
    table's `role`: in a frame `role` is the person slot. JSON columns (`detail`, `given`, `dimensions`) are texts
    of JSON objects. Claims of kinds in which a record may name no person (group, institution, observation) need
    no row in `person`. A row in `rejects` has no claim in any other frame; it may stand there with several reasons.
    `notes` (NOTE_SCHEMA) refuses nothing: it is counted for the run's book alone. `places` (PLACE_SCHEMA) tells which
    area a refused row names, of those that name one.
    """

    person: pl.DataFrame
    rejects: pl.DataFrame
    identifier: pl.DataFrame | None = None
    enrollment: pl.DataFrame | None = None
    benefit: pl.DataFrame | None = None
    status: pl.DataFrame | None = None
    score: pl.DataFrame | None = None
    attribute: pl.DataFrame | None = None
    dwelling: pl.DataFrame | None = None
    group: pl.DataFrame | None = None
    institution: pl.DataFrame | None = None
    observation: pl.DataFrame | None = None
    notes: pl.DataFrame | None = None
    places: pl.DataFrame | None = None

    def frames(self) -> dict[str, pl.DataFrame]:
        """The frames that hold claims, by kind."""
        found = {kind: getattr(self, kind) for kind in SCHEMAS}
        return {kind: frame for kind, frame in found.items() if frame is not None and frame.height}


def completed(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The frame with every column of the schema, in its order and type; unstated ones null or a default."""
    present = set(frame.columns)
    return frame.select(
        (pl.col(name).fill_null(DEFAULTS[name]) if name in DEFAULTS else pl.col(name)).cast(dtype)
        if name in present
        else pl.lit(DEFAULTS.get(name), dtype=dtype).alias(name)
        for name, dtype in schema.items()
    )


def joined(parts: Sequence[Claims]) -> Claims:
    """The claims of several kinds of rows of one source as one."""
    frames = {
        kind: pl.concat([part.frames().get(kind, pl.DataFrame(schema=dict(schema))) for part in parts])
        for kind, schema in SCHEMAS.items()
    }
    notes = [part.notes for part in parts if part.notes is not None]
    places = [part.places for part in parts if part.places is not None]
    return Claims(
        rejects=pl.concat([part.rejects for part in parts]),
        notes=pl.concat(notes) if notes else None,
        places=pl.concat(places) if places else None,
        **frames,
    )
