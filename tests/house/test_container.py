"""The image holds what was locked and tested, and its parts are where its steps look for them."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
PINNED = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / name).read_text(encoding="utf-8")))


def test_the_image_holds_the_versions_that_were_tested() -> None:
    tested, run = pins("requirements.lock"), pins("requirements-run.lock")
    assert run
    assert run.items() <= tested.items()


def test_the_image_holds_every_library_that_the_hub_asks_for_and_none_of_its_tests() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run = pins("requirements-run.lock")
    wanted = {re.split(r"[\[<>=~; ]", each)[0].lower() for each in project["dependencies"]}
    assert wanted - set(run) == set()
    assert {"pytest", "mypy", "ruff"} & set(run) == set()


@pytest.mark.parametrize("script", sorted(path.name for path in DOCKER.glob("*.sh")))
def test_a_script_is_one_that_a_shell_reads(script: str) -> None:
    read = subprocess.run(["sh", "-n", str(DOCKER / script)], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


def test_the_proof_takes_the_steps_of_the_image() -> None:
    steps = "image.sh /source"
    assert steps in (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    assert steps in (DOCKER / "prove.sh").read_text(encoding="utf-8")


def test_nothing_but_what_the_steps_take_reaches_the_builder() -> None:
    lines = (DOCKER / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert lines[0] == "*"
    taken = {line[1:] for line in lines if line.startswith("!")}
    assert taken == {"hub", "config", "docker/image.sh", "LICENSE", "requirements-run.lock"}
    assert all((ROOT / each).exists() for each in taken)


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    def made() -> dict[str, bytes]:
        subprocess.run(
            ["sh", str(DOCKER / "secrets.sh"), str(tmp_path / "kept")], check=True, capture_output=True
        )
        return {path.name: path.read_bytes() for path in (tmp_path / "kept").iterdir()}

    first = made()
    assert len(first["secret"]) == 64
    assert first["database_password"] in first["database_url"]
    assert made() == first
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0
