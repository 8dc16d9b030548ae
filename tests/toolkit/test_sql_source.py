"""Rows from an owner's own PostgreSQL: texts, in one order, from a session that can only read."""

from typing import Any

import pytest

from hub.errors import FatalError, HubError, RetriableError
from hub.registry.sources import SourceConfig
from hub.settings import settings
from hub.store.database import Database
from hub.store.roles import Role
from hub.toolkit.earlier import Earlier
from hub.toolkit.json_files import JsonReader
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from tests.toolkit.builders import HURRIED, connector, entry

QUERY = """
    select nik, nama, born, paid from (values
        (3320010303629002, 'SARI', date '2001-02-03', 1.50), (3320010303629001, 'SITI', null, 2)
    ) as list (nik, nama, born, paid)
"""


@pytest.fixture
def owner(database: Database, monkeypatch: pytest.MonkeyPatch) -> SourceConfig:
    """The entry of a source that reads this test's own database."""
    url = database.url(Role.INGEST)
    monkeypatch.setenv("HUB_CREDENTIAL_LIST_USER", url.username or "")
    monkeypatch.setenv("HUB_CREDENTIAL_LIST_PASSWORD", str(url.password))
    settings.cache_clear()
    where = {name: url.query.get(name) or getattr(url, name) for name in ("host", "port")}
    return told(f"postgresql:///{url.database}?host={where['host']}&port={where['port']}")


def told(address: str, **options: Any) -> SourceConfig:
    """An entry for this address with these options."""
    auth = {
        "kind": "basic",
        "user_env": "HUB_CREDENTIAL_LIST_USER",
        "password_env": "HUB_CREDENTIAL_LIST_PASSWORD",
    }
    asked = {"query": QUERY, "order": ["nik"], **options}
    return entry(transport="sql", address=address, auth=auth, options=asked)


def asks(source: SourceConfig, **options: Any) -> SourceConfig:
    """The same entry with other options."""
    return told(source.address, **options)


async def pulled(source: SourceConfig, earlier: Earlier | None = None) -> list[Page]:
    return [page async for page in pages(connector(JsonReader()), source, patience=HURRIED, earlier=earlier)]


async def test_the_rows_come_as_texts_in_the_order_that_the_entry_names(owner: SourceConfig) -> None:
    (page,) = await pulled(owner)
    assert page.frame["NIK"].to_list() == ["3320010303629001", "3320010303629002"]
    assert page.payloads is not None
    assert page.payloads.to_list() == [
        '{"nik":"3320010303629001","nama":"SITI","born":null,"paid":"2"}',
        '{"nik":"3320010303629002","nama":"SARI","born":"2001-02-03","paid":"1.50"}',
    ]
    assert (page.file.detail["rows"], page.complete) == (2, True)


async def test_a_glance_asks_for_the_first_rows_alone(owner: SourceConfig) -> None:
    query = "select i as nik, 'SITI' as nama from generate_series(1, 2000) as list (i)"
    (page,) = await pulled(asks(owner, query=query, order=["nik"]), Earlier(glance=True))
    assert page.frame["NIK"].to_list() == [str(number) for number in range(1, 501)]


async def test_an_answer_that_was_seen_is_not_told_again(owner: SourceConfig) -> None:
    (page,) = await pulled(owner)
    (again,) = await pulled(owner, Earlier(seen=frozenset({(page.file.name, page.file.sha256)})))
    assert again.skipped


async def test_a_query_without_rows_is_an_empty_list(owner: SourceConfig) -> None:
    (page,) = await pulled(asks(owner, query=f"select * from ({QUERY}) as x where false"))
    assert (page.frame.height, page.complete) == (0, True)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"query": "select nothing"}, "query_refused"),
        ({"query": "select 1 as nik; drop table person"}, "query_refused"),
        ({"query": "select 1 as nik) as x; drop table person; --"}, "query_refused"),
        ({"query": "select nextval('hub.person_ids') as nik"}, "query_refused"),
        ({"query": None}, "option_wrong"),
        ({"order": []}, "option_wrong"),
        ({"order": ["nobody"]}, "option_wrong"),
        ({"statement_seconds": 0}, "option_wrong"),
    ],
)
async def test_what_is_no_plain_query_is_refused(owner: SourceConfig, options: Any, code: str) -> None:
    with pytest.raises(FatalError) as caught:
        await pulled(asks(owner, **options))
    assert caught.value.code == code


async def test_a_query_that_takes_too_long_is_stopped(owner: SourceConfig) -> None:
    with pytest.raises(RetriableError) as caught:
        await pulled(asks(owner, query="select pg_sleep(30)::text as nik", statement_seconds=1))
    assert caught.value.code == "query_stopped"


async def test_an_answer_larger_than_its_limit_is_refused(owner: SourceConfig) -> None:
    small = owner.model_copy(update={"limits": owner.limits.model_copy(update={"max_bytes": 100})})
    with pytest.raises(FatalError) as caught:
        await pulled(small)
    assert caught.value.code == "too_large"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("postgresql://someone:secret@127.0.0.1/x", "address_wrong"),
        ("mysql://127.0.0.1/x", "address_wrong"),
        ("postgresql://127.0.0.1:1/x", "unreachable"),
    ],
)
async def test_an_address_that_leads_nowhere_is_told_apart(
    owner: SourceConfig, address: str, code: str
) -> None:
    with pytest.raises(HubError) as caught:
        await pulled(told(address))
    assert caught.value.code == code
    assert "secret" not in caught.value.message


async def test_a_refused_credential_names_its_variables(
    owner: SourceConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_CREDENTIAL_LIST_PASSWORD", "wrong")
    settings.cache_clear()
    with pytest.raises(FatalError) as caught:
        await pulled(owner)
    assert caught.value.code == "credential_refused"
    assert "HUB_CREDENTIAL_LIST_PASSWORD" in caught.value.message
