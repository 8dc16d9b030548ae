"""A caller is the meet of token, agency, client and agreement: whatever is missing takes away and never adds."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hub.access.areas import NATIONAL, NOWHERE, areas_of
from hub.access.callers import Caller, Granting, resolved
from hub.access.tokens import Claims
from hub.errors import InputError, RefusedError
from hub.registry.agencies import Agency, Terms
from hub.registry.agreements import Agreement

DAY = date(2026, 11, 28)
EXPIRES = datetime(2026, 11, 28, 5, tzinfo=UTC)
NAMED = {"name_id": "x", "name_en": "x"}
TERMS = Terms.model_validate(
    {
        "version": "1",
        "purpose": [
            {"code": code, "legal_basis": "x", **NAMED} for code in ("verivali", "penyaluran", "pengawasan")
        ],
        "scope": [
            {"code": code, "number": number, **NAMED}
            for number, code in enumerate(("identity", "family", "status-sensitive"))
        ],
    }
)
LISTED: list[dict[str, Any]] = [
    {"code": "dinsos", "kind": "opd", "areas": ["33.20"], "issuer": "https://idp.jepara.example",
     "client": [{"id": "sistem"}, {"id": "meja", "areas": ["33.20.07"]}, {"id": "kosong", "areas": []},
                {"id": "pengekspor", "roles": ["reader", "exporter"]}]},
    {"code": "pusat", "kind": "ministry", "national": True, "client": [{"id": "sistem"}]},
    {"code": "desa", "kind": "desa", "areas": [], "client": [{"id": "sistem"}]},
]  # fmt: skip
AGENCIES = {each.code: each for each in (Agency.model_validate(one | NAMED) for one in LISTED)}


def agreement(**changed: Any) -> Agreement:
    terms = {
        "code": "pks-1", "version": 2, "agency": "dinsos", "number": "1/PKS/2026", "legal_basis": "x",
        "purposes": ["verivali"], "scopes": ["identity", "family"], "from": "2026-01-01", "to": "2026-11-29",
    }  # fmt: skip
    return Agreement.model_validate(terms | changed)


def called(
    agency: str = "dinsos", subject: str = "sistem", purpose: str = "", day: date = DAY,
    granted: tuple[Agreement, ...] = (agreement(),), **claims: Any,
) -> Caller:  # fmt: skip
    """The caller behind a token; `issuer` and `asked` (an agreement) beside its private claims."""
    issuer, asked = claims.pop("issuer", "hub"), claims.pop("asked", "")
    token = Claims(issuer, subject, "1", EXPIRES, {"agency": agency, **claims})
    granting = Granting(AGENCIES, TERMS, {one.code: one for one in granted})
    return resolved(token, granting, day, purpose, asked)


def test_without_a_purpose_nothing_of_persons_is_granted() -> None:
    found = called()
    assert (found.purpose, found.agreement, found.scopes) == ("", "", frozenset())
    assert found.areas == areas_of(["33.20"])


def test_the_agreement_in_force_grants_its_scopes() -> None:
    found = called(purpose="verivali")
    assert found.scopes == {"identity", "family"}
    assert (found.agreement, found.purpose, found.areas) == ("pks-1@2", "verivali", areas_of(["33.20"]))


@pytest.mark.parametrize(("day", "granted"), [
    (date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 11, 28), True), (date(2026, 11, 29), False),
])  # fmt: skip
def test_an_agreement_grants_from_its_first_day_to_the_day_before_its_end(day: date, granted: bool) -> None:
    if granted:
        assert called(purpose="verivali", day=day).scopes
        return
    with pytest.raises(RefusedError) as refused:
        called(purpose="verivali", day=day)
    assert refused.value.code == "no_agreement"
    assert (
        refused.value.allowed_by
        == "an approved agreement of dinsos with the purpose verivali, in force today"
    )


@pytest.mark.parametrize("given", [
    {"purpose": "penyaluran"},
    {"purpose": "verivali", "asked": "pks-2"},
    {"purpose": "verivali", "granted": ()},
    {"purpose": "verivali", "agency": "pusat"},
])  # fmt: skip
def test_a_purpose_that_no_agreement_grants_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as refused:
        called(**given)
    assert refused.value.code == "no_agreement"


@pytest.mark.parametrize("given", [
    {"agency": "nobody"},
    {"agency": ""},
    {"subject": "other"},
    {"issuer": "https://idp.example.org"},
    {"agency": "pusat", "issuer": "https://idp.jepara.example"},
    {"areas": "33.20"},
    {"areas": ["%"]},
    {"areas": [""]},
    {"areas": None},
    {"areas": [3320]},
])  # fmt: skip
def test_a_token_for_what_is_not_there_is_refused_like_any_other(given: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as refused:
        called(**given)
    assert refused.value.code == "token_refused"


def test_areas_are_the_meet_of_agency_client_token_and_agreement() -> None:
    here = agreement(areas=["33.20.07", "33.20.01"])
    assert called(subject="meja").areas == areas_of(["33.20.07"])
    assert called(areas=["33.20.07.2009", "33.21"]).areas == areas_of(["33.20.07.2009"])
    assert called(purpose="verivali", granted=(here,)).areas == areas_of(["33.20.07", "33.20.01"])
    assert called(purpose="verivali", granted=(here,), subject="meja").areas == areas_of(["33.20.07"])
    assert called(agency="pusat").areas == NATIONAL
    assert called(agency="pusat", areas=["33"]).areas == areas_of(["33"])


def test_an_empty_list_of_areas_reaches_nothing_wherever_it_stands() -> None:
    for found in (
        called(agency="desa"), called(subject="kosong"), called(areas=[]), called(agency="pusat", areas=[]),
        called(purpose="verivali", granted=(agreement(areas=[]),)),
    ):  # fmt: skip
        assert found.areas == NOWHERE


def test_a_token_narrows_scopes_and_adds_none() -> None:
    assert called(purpose="verivali", scope="identity status-sensitive").scopes == {"identity"}
    assert called(purpose="verivali", scope="").scopes == frozenset()


def test_a_token_for_one_purpose_admits_no_other() -> None:
    assert called(purpose="verivali").purpose == "verivali"
    claims = Claims("hub", "sistem", "1", EXPIRES, {"agency": "dinsos", "purpose": "verivali"})
    granting = Granting(AGENCIES, TERMS, {"pks-1": agreement()})
    assert resolved(claims, granting, DAY).purpose == "verivali"
    with pytest.raises(InputError) as refused:
        resolved(claims, granting, DAY, "pengawasan")
    assert refused.value.code == "unlike_token"


def test_a_purpose_that_nobody_knows_is_the_caller_s_slip() -> None:
    with pytest.raises(InputError) as refused:
        called(purpose="iseng")
    assert refused.value.code == "unknown_purpose"
