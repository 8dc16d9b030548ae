"""Which numbers of registers name a person, a family or a card, and how far each carries: `config/identifiers.toml`."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hub.registry.judging import Score
from hub.registry.reading import Strict, checked, read_toml

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Identifier(Strict):
    """A kind of number.

    Args:
        scheme: The hub's word for it.
        title: What it numbers.
        called: What sources call it.
        of: Whom it names.
        score: Of two records under it that agree in all that both state; None: it proposes nobody.
        evidence: V two sources, S one, I to be confirmed.
    """

    scheme: Code
    title: str
    called: tuple[Code, ...] = Field(min_length=1)
    of: Literal["person", "family", "card"]
    score: Score | None = None
    evidence: Literal["V", "S", "I"]

    @property
    def personal(self) -> bool:
        """Whether it names one person."""
        return self.of == "person"

    @model_validator(mode="after")
    def _scored(self) -> Self:
        if self.personal and self.score is None:
            raise ValueError("a number of a person needs a score")
        return self


class Identifiers(Strict):
    """All kinds of numbers beside the NIK.

    Args:
        crowd: A number that more records bear names nobody.
        identifiers: By kind.
    """

    crowd: int = Field(ge=2, le=100)
    identifiers: tuple[Identifier, ...] = Field(alias="identifier", min_length=1)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        called = [name for one in self.identifiers for name in one.called]
        schemes = [one.scheme for one in self.identifiers]
        if len(called) > len(set(called)) or len(schemes) > len(set(schemes)):
            raise ValueError("each scheme, and each name of one, stands once")
        return self


def load_identifiers(config_dir: Path) -> Identifiers:
    """What `config/identifiers.toml` says.

    Raises:
        FatalError: `config_invalid`.
    """
    path = config_dir / "identifiers.toml"
    return checked(Identifiers, read_toml(path), path)
