"""A file that shows rows as received is granted by an agreement over all that may stand in them, and by no other."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.access.agreements import decide, propose
from hub.access.context import EVERY_SCOPE
from hub.cli.granted import granted
from hub.domain import clock
from hub.errors import HubError
from tests.access.test_agreements import agreement
from tests.conftest import wait_for
from tests.sync_builders import Hub, new_hub

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
ALL = [
    "identity", "contact", "family", "enrollment", "payment", "score", "status-general", "status-sensitive",
    "exclusion", "provenance",
]  # fmt: skip


TERMS: dict[str, dict[str, Any]] = {
    "whole": {"scopes": ALL, "quota": 70},
    "masked": {"scopes": ALL, "masks": ["initials"]},
    "two": {"scopes": ["exclusion", "enrollment"]},
    "raw": {"scopes": ["provenance"]},
    **{f"no-{each}": {"scopes": [one for one in ALL if one != each]} for each in ALL},
}


@pytest.fixture(scope="module")
def hub(loaded: Hub) -> Iterator[Hub]:
    with new_hub(loaded) as made:
        for code, terms in TERMS.items():
            wait_for(approved(made, code, terms))
        yield made


async def approved(hub: Hub, code: str, terms: dict[str, Any]) -> None:
    with clock.pin(NOW):
        async with hub.database.connect() as connection:
            await propose(connection, agreement(code=code, **terms), "ani")
            for actor in ("budi", "citra"):
                await decide(connection, code, "approved", actor, None)
            await connection.commit()


async def asked(hub: Hub, code: str | None, purpose: str = "verivali") -> Any:
    with clock.pin(NOW):
        return await granted(hub.database, hub.settings, (purpose, code, "ani"))


def test_all_scopes_grant_it_where_the_agreement_reaches_and_with_its_quota(hub: Hub) -> None:
    reach, quota = wait_for(asked(hub, "whole"))
    assert (list(reach.ranges), reach.scopes) == ([(3320070000, 3320079999)], 0b10111111111)
    assert (reach.agreement, reach.caller, quota) == ("whole@1", "dinsos-jepara/ani", 70)


@pytest.mark.parametrize("code", ["two", "raw", "masked", *(f"no-{each}" for each in ALL)])
def test_an_agreement_that_lacks_a_scope_or_masks_is_refused(hub: Hub, code: str) -> None:
    with pytest.raises(HubError) as caught:
        wait_for(asked(hub, code))
    assert caught.value.code == "beyond_agreement"
    assert code.removeprefix("no-") in caught.value.message


@pytest.mark.parametrize(
    ("code", "purpose", "told"),
    [
        ("nobodys", "verivali", "no_agreement"),
        ("whole", "pengawasan", "no_agreement"),
        ("whole", "x", "unknown_purpose"),
    ],
)
def test_what_no_agreement_grants_is_refused(hub: Hub, code: str, purpose: str, told: str) -> None:
    with pytest.raises(HubError) as caught:
        wait_for(asked(hub, code, purpose))
    assert caught.value.code == told


def test_the_operator_has_all_of_it(hub: Hub) -> None:
    reach, quota = wait_for(asked(hub, None))
    assert (reach.scopes, reach.agreement, reach.caller, quota) == (EVERY_SCOPE, "", "hub/ani", None)
