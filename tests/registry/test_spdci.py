"""Senders by SPDCI: what an entry has to hold, and which addresses answers may be sent to."""

from pathlib import Path
from typing import Any

import pytest

from hub.errors import FatalError
from hub.registry.spdci import Sender, load_spdci

ALLOWED = "https://spmis.example.go.id/dci/"


def sender(**changed: Any) -> Sender:
    told = {"id": "spmis", "agency": "dinsos", "keys_file": "spdci/spmis.json", "callbacks": [ALLOWED]}
    return Sender.model_validate(told | changed)


@pytest.mark.parametrize(
    "address",
    ["https://spmis.example.go.id/dci", "https://spmis.example.go.id/dci/registry/on-search",
     "https://SPMIS.example.go.id/dci/x"],
)  # fmt: skip
def test_answers_go_below_a_registered_address(address: str) -> None:
    assert sender().may_call(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "x", "http://spmis.example.go.id/dci/x", "https://spmis.example.go.id/", "https://spmis.example.go.id/dcix",
        "https://spmis.example.go.id:8443/dci/x", "https://spmis.example.go.id.evil.example/dci/x",
        "https://evil.example/dci/x", "https://evil.example@spmis.example.go.id/dci/x",
        "https://spmis.example.go.id@evil.example/dci/x", "https://spmis.example.go.id/dci/../admin",
        "https://spmis.example.go.id/dci/%2e%2e/admin", "https://spmis.example.go.id/dci//x",
        "https://spmis.example.go.id/dci/x?to=y", "https://spmis.example.go.id/dci/x#y",
        "https://169.254.169.254/dci/x", "file:///dci/x", "https://[::1/dci", "https://spmis.example.go.id\\dci\\x",
        "https://spmis.example.go.id:99999/dci/x",
    ],
)  # fmt: skip
def test_answers_go_nowhere_else(address: str) -> None:
    assert not sender().may_call(address)


@pytest.mark.parametrize(
    "changed",
    [
        {"keys_file": None}, {"callbacks": ["http://spmis.example.go.id/"]}, {"callbacks": ["https:///x"]},
        {"callbacks": ["https://a:b@x.example/"]}, {"callbacks": ["https://x.example/?a=b"]}, {"id": "a b"}, {"id": ""},
        {"registries": ["dr"]}, {"secret": "x"},
    ],
)  # fmt: skip
def test_an_entry_that_is_unfit_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        sender(**changed)


def test_a_sender_for_tests_needs_no_keys_and_one_on_this_machine_may_be_called_by_http() -> None:
    assert sender(keys_file=None, test=True, callbacks=["http://127.0.0.1:9/"]).may_call(
        "http://127.0.0.1:9/x"
    )


def test_without_a_file_nobody_may_send_and_an_id_stands_once(tmp_path: Path) -> None:
    assert not load_spdci(tmp_path).senders
    entry = '[[sender]]\nid = "a"\nagency = "dinsos"\ntest = true\n'
    (tmp_path / "spdci.toml").write_text(entry)
    assert list(load_spdci(tmp_path).by_id()) == ["a"]
    (tmp_path / "spdci.toml").write_text(entry * 2)
    with pytest.raises(FatalError, match="twice"):
        load_spdci(tmp_path)
