"""Settings: variables over the file over defaults, and no key is ignored in silence."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.errors import FatalError
from hub.settings import Settings, default_config_dir, read_settings, settings


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUB_CONFIG_DIR", str(tmp_path))
    return tmp_path / "hub.toml"


def test_keywords_go_over_variables_over_the_file_over_defaults(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_settings().port == 8000
    config.write_text("port = 1111\nlog_level = 'debug'\n")
    assert read_settings().port == 1111
    monkeypatch.setenv("HUB_PORT", "2222")
    assert read_settings().port == 2222
    assert Settings(port=3333).port == 3333
    assert Settings(port=3333).log_level == "debug"


def test_an_unknown_variable_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATABSE_URL", "postgresql://user:hidden@host/hub")
    with pytest.raises(FatalError, match="HUB_DATABSE_URL") as refusal:
        read_settings()
    assert "hidden" not in str(refusal.value)


def test_an_unknown_key_of_the_file_is_an_error_that_names_it(config: Path) -> None:
    config.write_text("prot = 1111\n")
    with pytest.raises(FatalError, match="HUB_PROT"):
        read_settings()


@pytest.mark.parametrize("line", ["secret = 'x'", "config_dir = 'x'", "credentials = {a = 'x'}"])
def test_secrets_in_the_file_are_refused(config: Path, line: str) -> None:
    config.write_text(line)
    with pytest.raises(FatalError, match="set the variable"):
        read_settings()


def test_a_bad_value_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_PORT", "tell-nobody")
    monkeypatch.setenv("HUB_NOW", "2026-01-15")
    with pytest.raises(FatalError, match=r"HUB_PORT: .*; HUB_NOW: ") as refusal:
        read_settings()
    assert "tell-nobody" not in str(refusal.value)


def test_credentials_are_gathered_by_name_and_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_CREDENTIAL_DUKCAPIL", "tell-nobody")
    found = read_settings()
    assert found.credentials["dukcapil"].get_secret_value() == "tell-nobody"
    assert "tell-nobody" not in repr(found)


def test_now_is_an_instant_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_NOW", "2026-01-15T06:00:00+07:00")
    assert read_settings().now == datetime(2026, 1, 14, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "prefix", "expected"),
    [
        (None, None, "hub"),
        (None, "kab", "kab"),
        ("postgresql://u@h/Kab-Jepara?x=1", None, "kab_jepara"),
        ("postgresql://u@h/33_20", None, "hub_33_20"),
        ("postgresql://u@h/any", "kab", "kab"),
    ],
)
def test_the_role_prefix_in_force(url: str | None, prefix: str | None, expected: str) -> None:
    assert Settings(database_url=url, role_prefix=prefix).effective_role_prefix == expected


def test_directories_are_absolute_and_config_stands_beside_the_package() -> None:
    assert Settings(data_dir=Path("var")).data_dir == Path.cwd() / "var"
    assert default_config_dir().parent == Path(__file__).resolve().parents[1]


def test_settings_are_read_once_for_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    first = settings()
    monkeypatch.setenv("HUB_PORT", "2222")
    assert settings() is first
    settings.cache_clear()
    assert settings().port == 2222


@pytest.mark.parametrize("name", ["HUB_SECRET", "HUB_DATABASE_URL", "HUB_CREDENTIAL_DUKCAPIL"])
def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    told, path = "postgresql://u:tell-nobody@h/hub", tmp_path / "kept"
    path.write_text(f"{told}\n")
    monkeypatch.setenv(f"{name}_FILE", str(path))
    found = read_settings()
    values = (found.secret, found.credentials.get("dukcapil"))
    held = [found.database_url, *(value.get_secret_value() for value in values if value)]
    assert told in held
    monkeypatch.setenv(name, told)
    with pytest.raises(FatalError, match="not both"):
        read_settings()


@pytest.mark.parametrize(("held", "said"), [(None, "can't be read"), ("\n", "is empty")])
def test_a_file_without_a_secret_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, held: str | None, said: str
) -> None:
    path = tmp_path / "kept"
    if held is not None:
        path.write_text(held)
    monkeypatch.setenv("HUB_SECRET_FILE", str(path))
    with pytest.raises(FatalError, match=said) as refused:
        read_settings()
    assert refused.value.code == "bad_setting"
