"""A source begun from a sample: its four files pass the contract of connectors as they stand."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from hub.errors import InputError
from hub.toolkit.headers import header_of
from hub.toolkit.workbooks import write_workbook
from hub.workflow.scaffold import begin_source, sampled
from tests.house.tree import ROOT

COLUMNS = ("NO", 'NIK "KTP"', "Nama Lengkap", "No. KK", 'Jenis "Bantuan"', "ALAMAT")
REAL = "rahasia"
COPIED = ("hub", "config", "docs", "tests")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, with what Python compiled of it."""
    root = tmp_path / "project"
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def sample(place: Path, kind: str) -> Path:
    """A sample as an office might send it."""
    path = place / f"contoh.{kind}"
    if kind == "csv":
        quoted = [f'"{name.replace(chr(34), chr(34) * 2)}"' for name in COLUMNS]
        path.write_text(";".join(quoted) + f"\n1;{REAL};{REAL};{REAL};{REAL};{REAL}\n", encoding="utf-8")
        return path

    async def rows() -> AsyncIterator[Sequence[object]]:
        yield [REAL] * len(COLUMNS)

    asyncio.run(write_workbook(path, COLUMNS, rows(), "Sheet"))
    return path


def _python(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=project, capture_output=True, text=True, check=False, timeout=300
    )


SIMULATED = """
import asyncio, json, sys
from dataclasses import asdict
from pathlib import Path
from hub.cli.registries import with_demo_credentials
from hub.settings import Settings, adopt
from hub.simulator import Plan, RegistryServer, generate
from hub.workflow.checking import check
if __name__ == "__main__":
    place, name = Path(sys.argv[1]), sys.argv[2]
    generate(Plan(seed=3, persons=200, lists=(name,)), place / "registries")
    settings = with_demo_credentials(Settings(data_dir=place))
    adopt(settings)
    with RegistryServer(place / "registries") as server:
        print(json.dumps(asdict(asyncio.run(check(settings, name, server.url)))))
"""


@pytest.mark.parametrize("kind", ["csv", pytest.param("xlsx", marks=pytest.mark.long)])
def test_the_scaffold_is_served_by_the_simulator_and_passes_the_contract_at_once(
    project: Path, kind: str
) -> None:
    done = _python(
        project, "-m", "hub", "sources", "new", "bantuan_baru", "--from", str(sample(project.parent, kind))
    )
    assert done.returncode == 0, done.stderr
    written = [project / line for line in done.stdout.split()]
    assert len(written) == 6
    assert not any(REAL.encode() in path.read_bytes() for path in written)
    modules = [str(path) for path in written if path.suffix == ".py"]
    style = _python(project, "-m", "ruff", "format", "--check", *modules)
    assert style.returncode == 0, style.stdout
    assert _python(project, "-m", "ruff", "check", "--no-cache", *modules).returncode == 0
    contract = _python(
        project,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/connectors/test_contract.py",
        "-k",
        "bantuan_baru",
    )
    assert contract.returncode == 0, contract.stdout
    assert " passed" in contract.stdout
    (project / "simulated.py").write_text(SIMULATED, encoding="utf-8")
    simulated = _python(project, "simulated.py", str(project.parent), "bantuan_baru")
    assert simulated.returncode == 0, simulated.stderr
    found = json.loads(simulated.stdout)
    assert (found["answers"], found["credential"], found["unknown_columns"]) == (True, "accepted", [])
    assert found["rows"] >= len(found["sample"]) > 0


def test_what_is_not_recognised_is_ignored_by_name(tmp_path: Path) -> None:
    found = sampled(sample(tmp_path, "csv"))
    assert found.known == {"nik": 'NIK "KTP"', "name": "Nama Lengkap", "kk": "No. KK"}
    assert found.ignored == ["ALAMAT", 'Jenis "Bantuan"', "NO"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("KODE;JUMLAH\n1;2\n", "sample_without_person"),
        ("NIK;NAMA;;ALAMAT\n", "sample_unclear"),
        ("NIK;NAMA;nama\n", "sample_unclear"),
        ("", "sample_unclear"),
    ],
)
def test_a_sample_that_tells_too_little_is_refused(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "contoh.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        sampled(path)
    assert caught.value.code == code


def test_a_file_that_is_no_sample_is_refused(tmp_path: Path) -> None:
    (tmp_path / "contoh.xlsx").write_bytes(b"no workbook")
    for path in (tmp_path / "contoh.xlsx", tmp_path / "none.csv"):
        with pytest.raises(InputError) as caught:
            header_of(path)
        assert caught.value.code == "sample_unreadable"


@pytest.mark.parametrize(("name", "code"), [("pkh", "source_exists"), ("../pkh", "bad_source_name")])
async def test_a_name_that_is_taken_or_odd_writes_nothing(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        await begin_source(ROOT, name, sample_text(tmp_path))
    assert caught.value.code == code


def sample_text(place: Path) -> Path:
    path = place / "contoh.csv"
    path.write_text("NIK;NAMA\n", encoding="utf-8")
    return path
