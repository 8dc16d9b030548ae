"""Generated registries, made once a session: a hamlet of 2,000 and towns of 8,000."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.simulator import Emitted, Plan, RegistryServer, generate


@dataclass(frozen=True)
class Generated:
    """One generation with its truth, as rows of text fields."""

    plan: Plan
    directory: Path
    emitted: Emitted
    truth: list[list[str]]

    def lines(self, month: int, source: str, name: str) -> list[str]:
        """Lines of a file as served, header first."""
        path = self.directory / f"month{month}" / source / name
        return path.read_text(encoding="utf-8-sig").splitlines()

    def dump(self, month: int) -> list[dict[str, str]]:
        """Rows of the register in a month."""
        rows = []
        for path in sorted((self.directory / f"month{month}" / "dukcapil").iterdir()):
            head, *lines = path.read_text(encoding="utf-8").splitlines()
            rows += [dict(zip(head.split(";"), line.split(";"), strict=True)) for line in lines]
        return rows

    def kinds(self, source: str) -> dict[str, int]:
        """Rows of a source in month 1 by kind of defect."""
        counts: dict[str, int] = {}
        for row in self.truth:
            if row[0] == source and row[1] == "1":
                for kind in filter(None, row[5].split("|")):
                    counts[kind] = counts.get(kind, 0) + 1
        return counts


def generated(directory: Path, plan: Plan) -> Generated:
    emitted = generate(plan, directory / "out", truth=directory / "truth.csv")
    head, *lines = (directory / "truth.csv").read_text(encoding="utf-8").splitlines()
    assert head == "source,month,file,row,person,defects"
    return Generated(plan, directory / "out", emitted, [line.split(",") for line in lines])


@pytest.fixture(scope="session")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return generated(tmp_path_factory.mktemp("hamlet"), Plan(seed=11, persons=2_000))


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return generated(tmp_path_factory.mktemp("town"), Plan(seed=5, persons=8_000))


@pytest.fixture(scope="session")
def old_town(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return generated(tmp_path_factory.mktemp("old_town"), Plan(seed=5, persons=8_000, preset="2019"))


@pytest.fixture
def server(hamlet: Generated) -> Iterator[RegistryServer]:
    with RegistryServer(hamlet.directory) as running:
        yield running
