"""Who answers for the data, and how long what persons ask may take: `config/rights.toml`.

Source: UU 27/2022 art. 30 (correction), 32 (access and trail), 40, 41 (to end, delay or restrict), 46 (breach), each
within 3 x 24 hours; art. 10 (objection to a decision by processing alone); art. 53 (the officer).
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from hub.registry.reading import Strict, checked, read_toml

Kind = Literal["access", "correction", "restriction", "objection"]
Name = Annotated[str, Field(min_length=1)]
Hours = Annotated[int, Field(ge=1, le=72)]


class Controller(Strict):
    """Whose letters they are.

    Attributes:
        name: The controller (pengendali data pribadi).
        officer: Who answers for the protection of personal data there.
        contact: Where that officer is reached.
        authority: The body that breaches are told to.
    """

    name: Name
    address: Name
    officer: Name
    contact: Name
    authority: Name


class OfTheLaw(Strict):
    """Hours in which each kind has to be answered."""

    access: Hours
    correction: Hours
    restriction: Hours
    objection: Hours
    breach: Hours


class Rights(Strict):
    """Controller and clocks."""

    version: Name
    controller: Controller
    hours: OfTheLaw


def load_rights(config_dir: Path) -> Rights:
    """The controller and the clocks.

    Raises:
        FatalError: `config_invalid`.
    """
    path = config_dir / "rights.toml"
    return checked(Rights, read_toml(path), path)
