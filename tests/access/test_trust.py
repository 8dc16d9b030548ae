"""Issuers are those of the configuration, with their keys of the moment; a shared secret is no key of an issuer."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from joserfc.jwk import OctKey, OKPKey

from hub.access.issuer import NAME, OwnIssuer
from hub.access.trust import Trust
from hub.errors import FatalError
from hub.registry.issuers import TrustedIssuer, load_issuers

IDP = "https://idp.example.org"
ENTRY = f'[[issuer]]\nname = "{IDP}"\naudience = "hub"\nkeys_file = "keys.json"\n'
OWN = OwnIssuer(lambda use: hashlib.sha256(use.encode()).digest())


def written(directory: Path, *kids: str) -> tuple[TrustedIssuer, ...]:
    """The configuration with keys of these names."""
    keys = [OKPKey.generate_key("Ed25519", {"kid": kid}).as_dict(private=False) for kid in kids]
    (directory / "keys.json").write_text(json.dumps({"keys": keys}))
    (directory / "issuers.toml").write_text(ENTRY)
    return load_issuers(directory)


def test_without_a_file_no_issuer_is_trusted(tmp_path: Path) -> None:
    assert load_issuers(tmp_path) == ()
    assert dict(Trust(tmp_path, (), None)) == {}
    assert list(Trust(tmp_path, (), lambda: OWN)) == [NAME]


def test_keys_are_read_anew_when_their_file_changes(tmp_path: Path) -> None:
    trust = Trust(tmp_path, written(tmp_path, "one"), lambda: OWN)
    assert set(trust) == {NAME, IDP}
    assert [key.kid for key in trust[IDP].keys.keys] == ["one"]
    written(tmp_path, "one", "two")
    os.utime(tmp_path / "keys.json", ns=(1, 1))
    assert [key.kid for key in trust[IDP].keys.keys] == ["one", "two"]
    with pytest.raises(KeyError):
        trust["https://other.example.org"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": [{"kty": "OKP"}]}', None, "secret"])
def test_keys_that_are_none_stop_the_server_before_it_begins(tmp_path: Path, text: str | None) -> None:
    issuers, path = written(tmp_path, "one"), tmp_path / "keys.json"
    if text is None:
        path.unlink()
    else:
        shared = json.dumps({"keys": [OctKey.generate_key(256).as_dict(private=True)]})
        path.write_text(shared if text == "secret" else text)
    with pytest.raises(FatalError) as stopped:
        Trust(tmp_path, issuers, None)
    assert stopped.value.code == "config_invalid"
