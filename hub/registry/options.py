"""What the `[options]` of a source's entry may hold: by reading, by transport, and of a few sources alone.

A key that nothing reads is a mistake in writing, found on load and not after a night of wrong rows; so is a value of
the wrong kind. What a value means stands with who reads it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from hub.domain.dates import DateForm

Text = Annotated[str, Field(min_length=1, strict=True)]
Count = Annotated[int, Field(ge=1, strict=True)]
Amount = Annotated[float, Field(ge=0)]
Kinds = Mapping[str, Any]

#: Of every source: how strictly its rows are read.
READING: Kinds = {
    "nik": Literal["required", "optional"],
    "unknown_code": Literal["accept", "quarantine", "stop", "null", "reject"],
    "unknown_columns": Literal["accept", "quarantine", "stop"],
}
_FILES: Kinds = {"glob": Text, "settled_seconds": Amount}
_PAGES: Kinds = {"page_size": Count}
_LOOK_UP: Kinds = {"most": Count, "feedback_url": Text, "feedback_agency": Text, "feedback_agency_name": Text}
_PORTAL: Kinds = {**_PAGES, "datasets": list[dict[str, Any]]}
TRANSPORTS: Mapping[str, Kinds] = {
    "http_files": {},
    "directory": _FILES,
    "sftp": {**_FILES, "known_hosts": Text},
    "sql": {"query": Text, "order": list[Text], "statement_seconds": Count},
    "http_json": {**_PAGES, "lag_hours": Amount},
    "spdci": {
        **_PAGES, "query_type": Text, "query": dict[str, Any] | str, "reg_type": Text, "reg_record_type": Text,
        "sender_id": Text, "receiver_id": Text, "signature": Literal["string", "detached"], "key_id": Text,
        "key_env": Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", strict=True)], "keys_file": Text,
    },
    "ckan": {**_PORTAL, "file_hosts": list[Text]},
    "jabar": _PORTAL,
    "hub_feed": {**_PAGES, "wilayah": Text, "sources": list[Text]},
    "dukcapil": _LOOK_UP,
    "dukcapil_kk": {**_LOOK_UP, "call": Text, "parameter": Text},
    "dukcapil_verify": {
        **_LOOK_UP, "call": Text, "threshold": Annotated[int, Field(ge=0, le=100, strict=True)],
        "again_after_days": Annotated[int, Field(ge=0, strict=True)],
    },
}  # fmt: skip
_EDITION: Kinds = {"edition": Text, "valid_from": date, "valid_to": date}
_DATES: Kinds = {"date_form": Literal[tuple(str(form) for form in DateForm)]}
_MONTHS: Kinds = {
    "first_month": dict[Annotated[str, Field(pattern=r"^20\d\d$")], Annotated[int, Field(ge=1, le=12)]]
}
#: Of single sources: what their connectors read besides.
SOURCES: Mapping[str, Kinds] = {
    "bdt2015": {**_EDITION, "member_number": Literal["appended", "none"]},
    "bpnt_village": _DATES,
    "bst": _MONTHS,
    "dtks_households": _EDITION,
    "dtks_persons": {**_EDITION, **_DATES},
    "dtsen_families": {**_EDITION, "area_codes": Literal["bps", "kemendagri"]},
    "dtsen_members": {**_EDITION, "area_codes": Literal["bps", "kemendagri"]},
    "kks": _DATES,
    "pbi_jk": _DATES,
    "pkh_resertifikasi": _DATES,
    "pln": {"unsubsidised_from": Count, "unsubsidised_tariffs": list[Text]},
    "pmks": {
        "list": Text, "needs_disability_kind": list[Text],
        "ages": dict[str, Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=2, max_length=2)]],
    },
    "pmks_counts": {"list": Text, "unit": Text},
    "psks": {"codes": dict[str, Text]},
    "regsosek_housing": _EDITION,
    "regsosek_members": _EDITION,
    "regsosek_programs": _EDITION,
    "rtlh": _DATES,
    "siks_ng": {"ended_programs": list[Text]},
}  # fmt: skip


def allowed(source: str, transport: str) -> Kinds:
    """The options that something reads of a source, with the kind of each value."""
    return {**READING, **TRANSPORTS[transport], **SOURCES.get(source, {})}


def faults(source: str, transport: str, options: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with some options, in words, without a value; nothing when all is well."""
    kinds = allowed(source, transport)
    for name, value in options.items():
        if name not in kinds:
            yield (
                f"options.{name}: nothing of {source} over {transport} reads it; allowed are {', '.join(sorted(kinds))}"
            )
            continue
        try:
            TypeAdapter(kinds[name]).validate_python(value)
        except ValidationError as trouble:
            first = trouble.errors(include_input=False, include_url=False)[0]
            yield f"options.{name}: {first['msg']}"
