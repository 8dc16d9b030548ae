"""Errors keep their code and their advice wherever they travel."""

import pickle

import pytest

from hub.errors import FatalError, HubError, InputError, RefusedError, RetriableError, SkippableError

KINDS = [
    RetriableError("busy", "wait", 2.5),
    SkippableError("no_key", "row without key"),
    FatalError("bad_setting", "HUB_PORT is no number"),
    RefusedError("no_scope", "not yours", "scope person.read"),
    InputError("bad_nik", "sixteen digits"),
]


@pytest.mark.parametrize("error", KINDS, ids=lambda error: type(error).__name__)
def test_an_error_survives_the_way_between_processes(error: HubError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)
    assert str(copy) == error.message


def test_a_wrong_question_ends_with_the_usage_code() -> None:
    assert InputError("bad_nik", "sixteen digits").exit_code == 2
    assert FatalError("bad_setting", "HUB_PORT is no number").exit_code == 1
