"""Claims of another hub: taken as they were said, refused where they can be none."""

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.domain.reasons import Reason
from hub.store.tables.claims import CLAIMS
from hub.toolkit.claims import DEFAULTS, SCHEMAS, Claims
from hub.toolkit.hub_feed import unknown_claims
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows
from hub.toolkit.told_claims import REQUIRED, told_claims
from tests.toolkit.builders import entry

STATUS = {
    "role": "0",
    "scheme": "pmks",
    "code": "01",
    "valid": "[2026-01-01,)",
    "event_area_key": "3320012001",
}


def told(*claims: dict[str, Any] | str) -> Claims:
    texts = [each if isinstance(each, str) else json.dumps(each) for each in claims]
    frame = pl.DataFrame({"claims": texts}, schema={"claims": pl.String})
    return told_claims(Rows(frame, entry(), Reference({})), "claims")


def test_what_every_kind_needs_is_what_its_table_does_not_leave_out() -> None:
    ours = {"record_id", "mention_id", "source_id", "home_area_key", "role", *DEFAULTS}
    named = {"enrollment": {"role_in_program"}}
    for table in CLAIMS:
        kind = table.name.removeprefix("claim_")
        must = {each.name for each in table.columns if not each.nullable} - ours | named.get(kind, set())
        assert set(REQUIRED[kind]) == must


def test_a_claim_comes_out_in_the_types_of_its_schema() -> None:
    found = told({"status": [STATUS, {**STATUS, "role": "3", "valid": "empty"}]}, {})
    assert found.rejects.is_empty()
    assert found.status is not None
    assert found.status.schema == pl.Schema(SCHEMAS["status"])
    assert found.status.select("row", "role", "valid", "event_area_key").rows() == [
        (0, 0, "[2026-01-01,)", 3320012001),
        (0, 3, "empty", 3320012001),
    ]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"scheme": None}, Reason.FIELD_MISSING),
        ({"role": "16"}, Reason.NUMBER_INVALID),
        ({"event_area_key": "tiga"}, Reason.NUMBER_INVALID),
        ({"valid": "[2026-02-30,)"}, Reason.PERIOD_INVALID),
        ({"valid": "[2026-02-01,2026-01-01)"}, Reason.PERIOD_INVALID),
        ({"valid": "2026"}, Reason.PERIOD_INVALID),
        ({"detail": "[1]"}, Reason.ROW_UNREADABLE),
        ({"note": "a\u0000b"}, Reason.ENCODING),
    ],
)
def test_a_claim_that_can_be_none_refuses_its_record_alone(changed: dict[str, Any], reason: Reason) -> None:
    odd = {key: value for key, value in {**STATUS, **changed}.items() if value is not None}
    found = told({"status": [STATUS, odd]}, {"status": [STATUS]})
    assert found.rejects.rows() == [(0, reason.value, "claims")]
    assert found.status is not None
    assert found.status["row"].to_list() == [1]


@given(
    some.dictionaries(some.sampled_from(sorted(SCHEMAS["status"])[:6]), some.text(max_size=12), max_size=6)
)
def test_any_texts_are_claims_or_refused_and_never_both(changed: dict[str, str]) -> None:
    changed.pop("row", None)
    found = told({"status": [{**STATUS, **changed}]})
    kept = 0 if found.status is None else found.status.height
    assert (kept == 1) == found.rejects.is_empty()


def test_kinds_and_columns_without_a_name_here_are_told() -> None:
    claims = {"status": [{**STATUS, "colour": "red", "row": "1"}], "dream": [], "a b": []}
    found = unknown_claims([{"claims": json.dumps(claims)}], "hub_feed")
    assert sorted(found) == ["claims.?", "claims.dream", "claims.status.colour", "claims.status.row"]
