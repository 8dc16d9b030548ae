"""`hub audit verify` without a hub: what is as it was signed, and whether anybody vouches for who signed."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from hub.access.signing import PrivateKey, canonical, signed
from tests.cli.conftest import Shell


@pytest.fixture
def pack(tmp_path: Path) -> tuple[Path, str]:
    """A pack of nothing, and the key of whoever made it."""
    path = tmp_path / "pack.zip"
    files = {"pack.json": canonical({"records": [], "rules": [], "findings": []}), "pack.xlsx": b"a workbook"}
    files["signature.json"] = signed(files, PrivateKey.generate())
    with ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path, json.loads(files["signature.json"])["key"]


def test_a_pack_of_anybody_does_not_hold_before_somebody_vouches_for_its_key(
    shell: Shell, pack: tuple[Path, str]
) -> None:
    path, key = pack
    unknown = shell("audit", "verify", path, "--offline", "--json")
    assert (unknown.code, json.loads(unknown.stdout)) == (
        1,
        {"pack": str(path), "wrong": [], "vouched": False},
    )
    assert f"{key}: signed by this key, which nobody vouched for" in unknown.stderr
    assert "holds" not in unknown.stderr
    known = shell("audit", "verify", path, "--offline", "--key", key)
    assert (known.code, known.stderr) == (0, f"hub: {path} holds\n")
    another = PrivateKey.generate().public_key().public_bytes_raw().hex()
    other = shell("audit", "verify", path, "--offline", "--key", another)
    assert (other.code, "does not hold" in other.stderr) == (1, True)
