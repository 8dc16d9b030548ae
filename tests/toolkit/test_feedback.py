"""Reports of use: every use ends as accepted, known or refused, and none is lost with another."""

import json
from collections.abc import Iterator

import httpx
import pytest
import respx
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from hub.errors import FatalError
from hub.settings import settings
from hub.toolkit.feedback import Use, reporting
from tests.toolkit.builders import HURRIED, entry

URL = "http://registry.test/balikan"
AUTH = {
    "kind": "dukcapil",
    "agency": "33-20",
    "user_env": "HUB_CREDENTIAL_LIST_USER",
    "password_env": "HUB_CREDENTIAL_LIST_PASSWORD",
    "token_env": "HUB_CREDENTIAL_LIST_TOKEN",
}
SOURCE = entry(auth=AUTH, options={"feedback_url": URL, "feedback_agency_name": "Dinas Sosial"})


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HUB_CREDENTIAL_LIST_TOKEN", "demo-key")
    settings.cache_clear()
    yield
    settings.cache_clear()


def use(number: int) -> Use:
    return Use(f"332001010190{9000 + number}", f"c{number}")


async def sent(uses: list[Use]) -> list[str]:
    async with reporting(SOURCE, patience=HURRIED) as reporter:
        return list(await reporter.send(uses))


@respx.mock
async def test_a_report_has_the_agency_the_nik_and_the_pseudonym_and_a_bearer_token() -> None:
    route = respx.post(URL).respond(200, json={"message": "Success"})
    assert await sent([use(1)]) == ["accepted"]
    request = route.calls.last.request
    assert request.headers["authorization"] == "Bearer demo-key"
    data = [{"NIK": "3320010101909001", "param": [{"CUSTOMER_ID": "c1"}]}]
    assert json.loads(request.content) == [
        {"id_lembaga": "33-20", "nama_lembaga": "Dinas Sosial", "data": data}
    ]


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.sets(st.integers(0, 12)), st.sets(st.integers(0, 12)), st.sets(st.integers(0, 12)))
async def test_what_was_sent_before_or_is_refused_takes_nothing_else_with_it(
    wanted: set[int], before: set[int], bad: set[int]
) -> None:
    taken = {use(number).nik for number in before}
    refused = {use(number).nik for number in bad}

    def reply(request: httpx.Request) -> httpx.Response:
        niks = {each["NIK"] for each in json.loads(request.content)[0]["data"]}
        if niks & refused:
            return httpx.Response(400, json={"message": "Parameter Tidak Lengkap"})
        if niks & taken:
            return httpx.Response(400, json={"message": "Data sudah pernah dikirim"})
        taken.update(niks)
        return httpx.Response(200, json={"message": "Success"})

    with respx.mock:
        respx.post(URL).mock(side_effect=reply)
        outcomes = await sent([use(number) for number in sorted(wanted)])
    expected = {n: "refused" if n in bad else "known" if n in before else "accepted" for n in wanted}
    assert outcomes == [expected[number] for number in sorted(wanted)]


@respx.mock
async def test_a_token_that_is_refused_stops_the_report() -> None:
    respx.post(URL).respond(401)
    with pytest.raises(FatalError) as caught:
        await sent([use(1)])
    assert caught.value.code == "credential_refused"
    assert "HUB_CREDENTIAL_LIST_TOKEN" in caught.value.message


async def test_an_entry_that_names_no_address_reports_nothing() -> None:
    with pytest.raises(FatalError) as caught:
        async with reporting(entry(auth=AUTH)):
            pass
    assert caught.value.code == "feedback_undeclared"
