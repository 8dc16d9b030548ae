"""Runs the command line as a shell would."""

import os
import subprocess
import sys
from pathlib import Path

SECONDS = 600


def hub(
    *arguments: str | Path, stdin: str = "", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The end of `hub <arguments>`: its code, what it answered and what it said."""
    return subprocess.run(
        [sys.executable, "-m", "hub", *map(str, arguments)],
        env=os.environ | (environment or {}),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
