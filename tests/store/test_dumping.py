"""Readers and the programs that dump and restore are told the hub's database in words that they know."""

from dataclasses import replace

import pytest
from sqlalchemy import make_url

from hub.store.database import Database
from hub.store.dumping import _address
from hub.store.roles import Role


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"ssl": "verify-full"}, {"sslmode": "verify-full"}),
        ({"sslmode": "require", "sslrootcert": "/ca.pem"}, {"sslmode": "require", "sslrootcert": "/ca.pem"}),
        ({}, {}),
    ],
)
def test_the_drivers_ssl_is_the_programs_sslmode(
    database: Database, asked: dict[str, str], told: dict[str, str]
) -> None:
    one = replace(database, admin=database.admin.set(query=asked, password="rahasia"))
    assert dict(make_url(one.plain_url(Role.APP)).query) == told
    found = make_url(_address(one))
    assert dict(found.query) == told
    assert (found.password, found.database) == (None, database.name)
