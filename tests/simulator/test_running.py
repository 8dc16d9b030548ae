from pathlib import Path

import pytest

from hub.errors import FatalError
from hub.simulator import RegistryServer, require_loopback
from hub.simulator.running import serve


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "registry.example.org", "::", ""])  # noqa: S104
def test_any_address_but_loopback_is_refused(host: str, tmp_path: Path) -> None:
    with pytest.raises(FatalError) as caught:
        serve(tmp_path, 0, host=host)
    assert caught.value.code == "not_loopback"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_loopback_is_let_through(host: str) -> None:
    require_loopback(host)


def test_an_empty_directory_is_told_when_the_server_starts(tmp_path: Path) -> None:
    with pytest.raises(FatalError) as caught, RegistryServer(tmp_path):
        raise AssertionError("it must not start")
    assert caught.value.code == "simulator_empty"
