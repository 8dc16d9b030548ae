"""Rows that a caller asks about in one call, as one JSON value: numbers checked, names in their form for matching."""

import json
from collections.abc import Mapping
from datetime import date

from hub.domain.names import match_key, variants
from hub.domain.nik import parse_nik
from hub.errors import InputError
from hub.settings import settings


def match_rows(value: object) -> str:
    """The rows of a call of `match`, in their order, as a JSON array of objects of nik, keys and born.

    `nik` is null where the text is no NIK; `keys` are the match keys of the name and its variants. Nothing of
    what was given stands in an error.

    Raises:
        InputError: `limit_match_rows`, more rows than the setting `match_rows` allows.
    """
    rows: list[Mapping[str, object]] = value if isinstance(value, list) else [value]  # type: ignore[list-item]
    most = settings().match_rows
    if len(rows) > most:
        raise InputError("limit_match_rows", f"one call matches at most {most} rows; split the list")
    return json.dumps([_row(row) for row in rows])


def _row(row: Mapping[str, object]) -> dict[str, object]:
    born, name = row.get("birthDate"), row.get("name")
    named = variants(name) if isinstance(name, str) else ()
    return {
        "nik": parse_nik(str(row["nik"])).nik,
        "keys": sorted({match_key(one) for one in named} - {""}),
        "born": born.isoformat() if isinstance(born, date) else None,
    }
