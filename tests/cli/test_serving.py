"""Where the server listens, and under which context it reads."""

import pytest

from hub.cli.entrance import local_context
from hub.cli.serving import address, listen, require_loopback
from hub.errors import FatalError, InputError
from hub.store.database import Database
from hub.store.read import open_reader


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_loopback_is_served(host: str) -> None:
    require_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "", "localhost.example.org"])  # noqa: S104
def test_every_other_address_is_refused(host: str) -> None:
    with pytest.raises(InputError) as caught:
        require_loopback(host)
    assert caught.value.code == "not_loopback"


def test_a_taken_port_is_told() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        assert address(first) == f"http://127.0.0.1:{port}"
        with pytest.raises(FatalError) as caught:
            listen("127.0.0.1", port)
    assert caught.value.code == "port_taken"


async def test_the_database_lets_the_local_context_in_and_no_altered_one(database: Database) -> None:
    context = local_context(database)()
    async with open_reader(database, 1) as reader:
        assert await reader.text("select hub.enter($1)::text", [context]) == "true"
        assert await reader.text("select hub.enter($1)::text", [context.replace("local", "other")]) == "false"
