"""What the hub links by itself and what people look at: `config/judging.toml`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from hub.registry.reading import Strict, checked, read_toml

Score = Annotated[float, Field(ge=0, le=1)]
Stake = Literal["paid_twice", "paid_in_both", "both_confirmed"]


class Review(Strict):
    """What reviewers see, and where one of them is not enough.

    Args:
        shown_from: Candidates of a lower score wait for nobody.
        two_reviewers_if: What makes a pair one for two reviewers; any of them does.
    """

    shown_from: Score
    two_reviewers_if: tuple[Stake, ...] = ()


class Judging(Strict):
    """Thresholds of the automatic stage, and of the review.

    Args:
        held_if: What keeps a pair that scores enough from being linked without people; any of them does.
        link: Score from which on the candidates of a detector are linked, by kind.
        review: What reviewers see.
    """

    held_if: tuple[Stake, ...] = ("paid_twice", "both_confirmed")
    link: dict[str, Score] = Field(default_factory=dict)
    review: Review


def load_judging(config_dir: Path) -> Judging:
    """What `config/judging.toml` says.

    Raises:
        FatalError: `config_invalid`.
    """
    path = config_dir / "judging.toml"
    return checked(Judging, read_toml(path), path)
