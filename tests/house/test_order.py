"""The order in which files of tests are taken rests on names that are there."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import FIRST

TESTS = Path(__file__).parents[1]


def test_the_files_that_come_first_are_there() -> None:
    assert [name for name in FIRST if not (TESTS / f"{name}.py").is_file()] == []


def test_tests_of_one_file_follow_each_other(request: pytest.FixtureRequest) -> None:
    files = [item.path for item in request.session.items]
    changes = sum(one != other for one, other in pairwise(files))
    assert changes == len(set(files)) - 1
