"""A small attribute set for the tests, and rows that speak in its words."""

import json
from typing import Any

from hub.registry.attributes import AttributeSet
from tests.ingest.builders import Row, days, said


def _attribute(code: str, unit: str, kind: str, **applies: Any) -> dict[str, Any]:
    labels = {"label_id": code.upper(), "label_en": code}
    return {"code": code, "unit": unit, "kind": kind, "applies": applies, "evidence": "V", **labels}


SMALL_SET = AttributeSet.model_validate(
    {
        "vocabulary": "pmt-1",
        "attribute": [
            _attribute("bekerja", "person", "yes_no", age_from=5),
            _attribute("hamil", "person", "yes_no", sex="P", age_to=54),
            _attribute("penyakit", "person", "number"),
            _attribute("luas", "family", "number"),
            _attribute("mobil", "family", "yes_no"),
        ],
    }
)


def told(row: Row, since: str | None, unit: str = "person", number: str | None = None, **given: Any) -> Row:
    """The row with attributes, held from a day on."""
    claim = {"unit": unit, "unit_number": number, "vocabulary": "pmt-1", "edition": since or "?"}
    return row.also("attribute", given=json.dumps(given), valid=days(since), **claim)


def adult(key: str, name: str, number: str, **stated: Any) -> Row:
    """A man of about 36 years in 2026."""
    return said(key, name, number, birth_date="1990-01-01", sex="L", **stated)
