"""Addresses are filled in from the setting, the default or a base for demonstrations."""

import pytest

from hub.errors import FatalError
from hub.settings import settings
from hub.toolkit.addresses import address_of

DECLARED = "${HUB_REGISTRY_URL:-http://127.0.0.1:8090}/files/pkh/"


@pytest.fixture(autouse=True)
def fresh_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUB_REGISTRY_URL", raising=False)
    settings.cache_clear()


@pytest.mark.parametrize(
    ("declared", "base", "address"),
    [
        (DECLARED, None, "http://127.0.0.1:8090/files/pkh"),
        (DECLARED, "http://localhost:1/", "http://localhost:1/files/pkh"),
        ("https://a.test/x?y=1", "http://localhost:1", "http://localhost:1/x?y=1"),
        ("/srv/lists", "http://localhost:1", "/srv/lists"),
    ],
)
def test_an_address_is_filled_in(declared: str, base: str | None, address: str) -> None:
    assert address_of(declared, base, "pkh") == address


def test_the_setting_comes_before_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_REGISTRY_URL", "http://registry.test")
    assert address_of(DECLARED, None, "pkh") == "http://registry.test/files/pkh"
    settings.cache_clear()


def test_a_table_that_comes_with_the_hub_lies_below_the_configuration() -> None:
    declared = "${HUB_CONFIG_DIR}/tables/x"
    assert address_of(declared, "http://localhost:1", "x") == str(settings().config_dir / "tables/x")


@pytest.mark.parametrize("declared", ["${HOME}/x", "${HUB_REGISTRY_URL}/files/pkh"])
def test_a_variable_without_a_value_stops(declared: str) -> None:
    with pytest.raises(FatalError) as caught:
        address_of(declared, None, "pkh")
    assert caught.value.code == "address_wrong"


def test_a_base_that_is_no_url_stops() -> None:
    with pytest.raises(FatalError) as caught:
        address_of(DECLARED, "http://[::bad", "pkh")
    assert caught.value.code == "address_wrong"


def test_a_directory_below_the_data_stays_where_it_is() -> None:
    declared = "${HUB_DATA_DIR}/updates/x"
    assert address_of(declared, "http://localhost:1", "x") == str(settings().data_dir / "updates/x")
