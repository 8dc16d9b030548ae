"""How long what is over is kept: `config/retention.toml`.

Source: UU 27/2022 art. 16 (2) g (erased after its retention), 42 to 44 (to end, erase and destroy).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import Field

from hub.registry.reading import Strict, checked, config_error, read_toml

Name = Annotated[str, Field(min_length=1)]
Days = Annotated[int, Field(ge=90, le=36_500)]
"""At least a quarter of a year: a run that is taken back and a reader of the feed need what was."""


class Kept(Strict):
    """How long one class is kept, and by which law it is no longer."""

    days: Days
    legal_basis: Name


class KeptForGood(Strict):
    """A class that is never erased, and by which law."""

    legal_basis: Name


class OfSource(Strict):
    """Days of one source, where they are not the usual ones."""

    name: Name
    raw_days: Days | None = None
    versions_days: Days | None = None
    quarantine_days: Days | None = None
    legal_basis: Name


class Retention(Strict):
    """The days of every class and source."""

    version: Name
    raw: Kept
    versions: Kept
    quarantine: Kept
    feed: Kept
    ledger: KeptForGood
    acts: KeptForGood
    sources: tuple[OfSource, ...] = Field(default=(), alias="source")

    def days(self, what: str, source: str) -> int:
        """Days for which a class of a source is kept: `raw`, `versions`, `quarantine`."""
        usual: Kept = getattr(self, what)
        own = next((getattr(one, f"{what}_days") for one in self.sources if one.name == source), None)
        return usual.days if own is None else int(own)


def load_retention(config_dir: Path, sources: Iterable[str]) -> Retention:
    """The retention in force.

    Args:
        config_dir: Where the file is.
        sources: Names of the declared sources.

    Raises:
        FatalError: `config_invalid`, also where it names a source that is none.
    """
    path = config_dir / "retention.toml"
    found = checked(Retention, read_toml(path), path)
    if unknown := sorted({one.name for one in found.sources} - set(sources)):
        raise config_error(path, f"source: there is no {', '.join(unknown)}")
    return found
