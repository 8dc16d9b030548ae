"""A database of DuckDB for the tests of a module."""

from collections.abc import Iterator
from typing import Any

import pytest

from hub.identity.linkage.engine import opened


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    with opened("300MB", 1) as connection:
        yield connection
