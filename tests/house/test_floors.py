"""No dependency is locked below the release that mended a known fault; `make audit` asks for faults found since."""

import re
import tomllib

import pytest

from tests.house.tree import ROOT

LOCKED = dict(
    re.findall(r"^([a-z0-9.-]+)==([0-9.]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
)
#: First release without the fault, and the fault (read on 2026-11-21).
FLOORS = {
    "strawberry-graphql": (
        "0.316.0",
        "CVE-2026-35526, -35523, -47706, -47707, -45739, shared extension instances",
    ),
    "graphql-core": ("3.3.2", "CVE-2026-75507, -75508"),
    "starlette": ("1.6.0", "CVE-2026-48710, -48817, -48818, -54282, -54283"),
    "uvicorn": ("0.11.7", "CVE-2020-7694, -7695"),
    "h11": ("0.16.0", "CVE-2025-43859"),
    "httpx": ("0.23.0", "CVE-2021-41945"),
    "cryptography": ("49.0.0", "GHSA-537c-gmf6-5ccf"),
}


def parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@pytest.mark.parametrize("name", FLOORS)
def test_no_dependency_is_below_the_release_that_mended_it(name: str) -> None:
    floor, fault = FLOORS[name]
    assert parts(LOCKED[name]) >= parts(floor), fault


@pytest.mark.parametrize("name", ["python-multipart", "pyjwt", "ff3"])
def test_what_is_better_not_there_is_not_there(name: str) -> None:
    assert name not in LOCKED


def test_static_analysis_for_security_is_part_of_lint() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    assert {rule for rule in lint["ignore"] if rule.startswith("S")} == {"S603", "S607", "S608"}
