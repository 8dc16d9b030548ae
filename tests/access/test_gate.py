"""A request is admitted as its token, the agency and the agreement of the moment say, and never beyond them."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.access import gate as gates
from hub.access.context import WITHHELD, plain
from hub.access.gate import OpenGate, TokenGate
from hub.access.issuer import NAME, OwnIssuer
from hub.cli.entrance import local_context
from hub.domain import clock
from hub.errors import RefusedError
from hub.registry.agencies import load_terms
from hub.registry.agreements import Agreement
from hub.settings import default_config_dir
from hub.store.database import Database
from hub.store.read import open_reader
from tests.access.test_callers import AGENCIES, TERMS
from tests.access.test_callers import agreement as ending

CONFIG = default_config_dir()
NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
OWN = OwnIssuer(lambda use: hashlib.sha256(use.encode()).digest())
SEEN = """select concat_ws(' ', hub.enter($1)::text, hub.area_lo(), hub.area_hi(), hub.scopes(),
    current_setting('hub.caller'), current_setting('hub.agreement'), current_setting('hub.purpose'))"""


def agreement(**changed: Any) -> Agreement:
    """One that stands on whatever day the tests run."""
    return ending(**({"to": "2100-01-01"} | changed))


def admitting(key: bytes = bytes(32), *granted: Agreement) -> TokenGate:
    async def read() -> Mapping[str, Agreement]:
        return {one.code: one for one in granted}

    return TokenGate(lambda: key, {NAME: OWN.trusted()}, AGENCIES, TERMS, read)


def bearer(subject: str = "sistem", **private: Any) -> str:
    return f"Bearer {OWN.token(subject, **({'agency': 'dinsos'} | private))}"


async def test_the_database_lets_in_what_was_granted_and_no_more(database: Database) -> None:
    gate = admitting(database.roles.derive("context"), agreement(areas=["33.20.07"]))
    found = await gate.admit(bearer(), "verivali")
    async with open_reader(database, 1) as reader:
        told = await reader.text(SEEN, [found.context()])
    assert told == "true 3320070000 3320079999 3 dinsos/sistem pks-1@2 verivali"


@pytest.mark.parametrize("purpose", [one.code for one in load_terms(CONFIG).purposes])
async def test_the_rights_of_the_person_alone_may_see_who_is_withheld(purpose: str) -> None:
    gate = admitting(bytes(32), agreement(purposes=[purpose]))
    gate.terms = load_terms(CONFIG)
    with clock.pin(NOW):
        found = await gate.admit(bearer(), purpose)
        assert bool(int(found.context().split(":")[1]) & WITHHELD) is (purpose == "hak-subjek")


async def test_without_a_token_nobody_is_admitted() -> None:
    with pytest.raises(RefusedError) as refused:
        await admitting().admit("")
    assert refused.value.code == "token_missing"


@pytest.mark.parametrize(
    "header", ["Basic eDp5", "Bearer", "Bearer x", "Token abc", "Bearer\u00a0x", "bearer é"]
)
async def test_another_header_is_refused(header: str) -> None:
    with pytest.raises(RefusedError) as refused:
        await admitting().admit(header)
    assert refused.value.code == "token_refused"


async def test_a_token_that_was_believed_expires_all_the_same() -> None:
    gate = admitting()
    with clock.pin(NOW):
        header = bearer()
        found = await gate.admit(header)
        assert found.context()
    with clock.pin(NOW + timedelta(minutes=10, seconds=-1)):
        await gate.admit(header)
    with clock.pin(NOW + timedelta(minutes=10)):
        for _ in range(2):
            with pytest.raises(RefusedError):
                await gate.admit(header)
        with pytest.raises(RefusedError):
            found.context()


async def test_a_suspended_agreement_grants_nothing_once_it_is_read_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held: dict[str, Agreement] = {"pks-1": agreement()}
    at = [100.0]
    monkeypatch.setattr(gates, "monotonic", lambda: at[0])

    async def read() -> Mapping[str, Agreement]:
        return dict(held)

    gate = TokenGate(lambda: bytes(32), {NAME: OWN.trusted()}, AGENCIES, TERMS, read)
    with clock.pin(NOW):
        await gate.admit(bearer(), "verivali")
        held.clear()
        at[0] += gates.FRESH + 0.1
        with pytest.raises(RefusedError) as refused:
            await gate.admit(bearer(), "verivali")
    assert refused.value.code == "no_agreement"


async def test_a_key_that_was_withdrawn_is_believed_no_more_though_its_token_was_before() -> None:
    gate, issuers = admitting(), {NAME: OWN.trusted()}
    gate.issuers = issuers
    header = bearer()
    await gate.admit(header)
    issuers[NAME] = OwnIssuer(OWN.derive, (2,)).trusted()
    with pytest.raises(RefusedError):
        await gate.admit(header)


async def test_kept_tokens_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "MOST_TOKENS", 2)
    gate = admitting()
    for _ in range(4):
        await gate.admit(bearer())
    assert len(gate._tokens) == 2


@given(st.lists(st.text(min_size=1, max_size=8), min_size=2, max_size=2, unique=True))
def test_two_subjects_stay_two_in_a_context(subjects: list[str]) -> None:
    one, other = (plain(subject) for subject in subjects)
    assert one != other
    assert not set(":.\0") & {*one, *other}


async def test_the_operator_of_the_machine_reaches_all(database: Database) -> None:
    found = await OpenGate(local_context(database)).admit()
    async with open_reader(database, 1) as reader:
        told = await reader.text(SEEN, [found.context()])
    assert told == f"true 0 9999999999 {2**62 - 1} local  local"
