"""The image holds what was locked and tested, and its parts are where its steps look for them."""

import os
import re
import subprocess
import textwrap
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


def proxied(public_url: str, tmp_path: Path) -> tuple[int, str]:
    """What the proxy's start makes of its configuration for a public URL: its status, and the configuration."""
    compose = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
    script = textwrap.dedent(compose.split("      - |\n")[1].split("    secrets:")[0]).replace("$$", "$")
    made = tmp_path / "made.conf"
    for there, here in (("/etc/nginx/nginx.conf", DOCKER / "nginx.conf"), ("/tmp/nginx.conf", made)):  # noqa: S108
        script = script.replace(there, str(here))
    run = subprocess.run(
        ["sh", "-euc", script.replace("exec nginx", ": nginx")],
        env={"HUB_PUBLIC_URL": public_url, "PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
    )
    return run.returncode, made.read_text(encoding="utf-8") if made.exists() else ""


def test_the_proxy_answers_to_the_public_host_alone_and_hands_it_on(tmp_path: Path) -> None:
    status, made = proxied("https://hub.example.go.id", tmp_path)
    assert status == 0
    refusing, redirecting, serving = made.split("  server {\n")[1:]
    assert refusing.count("default_server;") == 2
    assert "return 444;" in refusing
    for known in (redirecting, serving):
        assert "server_name hub.example.go.id;" in known
    assert "proxy_set_header Host $host;" in serving
    assert serving.count("limit_req ") == 2


@pytest.mark.parametrize(
    "wrong", ["", "https://", "http://hub.example", "https://hub.example:8443", "https://a;b", "https://a/b"]
)
def test_the_proxy_does_not_start_without_a_public_host(wrong: str, tmp_path: Path) -> None:
    assert proxied(wrong, tmp_path) == (1, "")


def test_no_part_starts_without_the_public_url() -> None:
    compose = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
    told = re.findall(r"HUB_PUBLIC_URL: (\S+)", compose)
    assert len(told) == 2
    assert all(one.startswith('"${HUB_PUBLIC_URL:?') for one in told)


def test_a_backup_has_a_place_that_its_account_can_write_to_and_fails_aloud() -> None:
    made = re.findall(
        r"^install -d -o hub -g hub -m 0700 (.+)$", (DOCKER / "image.sh").read_text("utf-8"), re.MULTILINE
    )
    assert made == ["/var/lib/hub /backup"]
    compose = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
    assert "backup:/backup" in compose
    assert re.search(r"hub backup \S+ .*\|\| exit 1;", compose)


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
