"""The Dukcapil verification service: values are sent, and for each comes back whether it agrees. No data returns.

Source: field guide 2.2 (S->V, 2026-11-21): `TGL_LHR` is sent as DD-MM-YYYY, the threshold is spelled `TRESHOLD`,
a fuzzy field is answered `Sesuai (100)`, an exact one `Sesuai` or `Tidak Sesuai`, the whole by `RESPONSE_CODE`.
The name of the call was not found (I): option `call`.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from hub.domain import clock
from hub.errors import FatalError
from hub.registry.sources import SourceConfig
from hub.toolkit.asking import Asking, Content, Question

#: Fields that the service compares, beside the NIK itself; those with a score are compared loosely.
SCORED = ("NAMA_LGKP", "TMPT_LHR", "ALAMAT", "NAMA_LGKP_IBU")
EXACT = (
    "NO_KK", "TGL_LHR", "JENIS_KLMIN", "STATUS_KAWIN", "JENIS_PKRJN", "NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL",
    "PROP_NAME", "KAB_NAME", "KEC_NAME", "KEL_NAME", "NO_RT", "NO_RW",
)  # fmt: skip
FIELDS = ("NIK", *SCORED, *EXACT)
THRESHOLD = 90

_VERDICT = r"(?i)^\s*(tidak )?sesuai\s*(?:\(\s*([0-9]{1,3})\s*\))?\s*$"


def allowed_fields(source: SourceConfig) -> tuple[str, ...]:
    """The fields, the NIK apart, that the agreement of a source lets the hub send.

    Raises:
        FatalError: `agreement_lacks_fields`: the agreement does not name the NIK, or names a field that the
            service does not compare. Nothing is sent.
    """
    fields = source.agreement.fields if source.agreement else ()
    if "NIK" not in fields or not set(fields) <= set(FIELDS):
        raise FatalError(
            "agreement_lacks_fields",
            f"{source.name}: agreement.fields must name NIK and, of the fields that the service compares, those "
            f"that may be sent: {', '.join(FIELDS)}",
        )
    return tuple(field for field in FIELDS if field in fields and field != "NIK")


def by_values(source: SourceConfig) -> Asking:
    """Verification of the values of one person.

    A question has `NIK`, `NAMA` (whose they are said to be; sent only as a value) and `values` by field. A field
    that the agreement does not name is not sent, whoever asks.

    Raises:
        FatalError: See `allowed_fields`.
    """
    allowed = allowed_fields(source)
    threshold = int(source.options.get("threshold", THRESHOLD))

    def body(question: Question) -> Content:
        asked = _asked(question)
        values = {name: value for name, value in asked["values"].items() if name in allowed}
        return {"NIK": asked["NIK"], **values, "TRESHOLD": threshold}

    def kept(question: Question, content: Content) -> Content:
        asked = _asked(question)
        return {
            **content,
            "NIK_DITANYA": asked["NIK"],
            "NAMA_DITANYA": asked["NAMA"],
            "DITANYA": dict(asked["values"]),
            "TANGGAL": clock.today().isoformat(),
            "TRESHOLD": str(threshold),
        }

    return Asking(str(source.options.get("call", "CALL_VERIFY")), body, kept, verdict="RESPONSE_CODE")


def _asked(question: Question) -> Mapping[str, Any]:
    if isinstance(question, str):
        raise FatalError("question_odd", "a verification asks for values, not for a number alone")
    return question


def agrees(verdicts: pl.Series) -> pl.Series:
    """Whether a value agrees, as the service says it; null where it says nothing or what no one knows."""
    return verdicts.to_frame("v").select(
        pl.when(pl.col("v").str.contains(_VERDICT)).then(pl.col("v").str.extract(_VERDICT, 1).is_null())
    )["v"]


def scores(verdicts: pl.Series) -> pl.Series:
    """Likeness of a loosely compared value, 0-100; null where the service gives none."""
    return verdicts.to_frame("v").select(pl.col("v").str.extract(_VERDICT, 2).cast(pl.Int64))["v"]
