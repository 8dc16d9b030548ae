"""Scratch folders lie below the data folder, and go: at once, or after the process that made them was killed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.settings import Settings, adopt
from hub.toolkit.scratch import OLD_SECONDS, scratch, sweep


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path) -> Iterator[Path]:
    adopt(Settings(data_dir=tmp_path))
    yield tmp_path
    adopt(None)


def aged(folder: Path) -> Path:
    folder.mkdir()
    before = folder.stat().st_mtime - OLD_SECONDS - 60
    os.utime(folder, (before, before))
    return folder


def test_a_folder_lies_below_the_data_folder_and_is_closed_to_others(data_folder: Path) -> None:
    with scratch() as folder:
        path = Path(folder)
        assert path.parent == data_folder / "scratch"
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.exists()


def test_what_a_killed_process_left_is_swept_away_and_what_is_in_use_is_not(data_folder: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with scratch() as own:
        left = aged(data_folder / "scratch" / f"run-{ended.pid}-x")
        young = data_folder / "scratch" / f"run-{ended.pid}-y"
        young.mkdir()
        foreign = aged(data_folder / "scratch" / "notes")
        assert sweep() == 1
        assert not left.exists()
        assert young.exists()
        assert foreign.exists()
        assert Path(own).exists()


def test_a_folder_that_its_owner_takes_away_meanwhile_stops_no_sweep(data_folder: Path) -> None:
    with scratch():
        gone = data_folder / "scratch" / f"run-{os.getpid()}-z"
        gone.symlink_to(data_folder / "nowhere")
        assert sweep() == 0
