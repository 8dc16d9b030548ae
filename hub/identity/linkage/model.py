"""A linkage model: what is compared and how, what is blocked on, what an error costs; read from TOML.

`config/identity/<name>.toml` declares it, `config/identity/<name>.trained.json` beside it holds the parameters that
`hub identity train` wrote, with their report. A model without parameters is trained where it is used, without labels.
"""

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
from pydantic import Field, model_validator

from hub.registry.reading import Strict, checked, config_error, parsed_toml, read_text

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Kind = Literal["name", "text", "date", "code", "digits", "number", "area"]


class Compared(Strict):
    """One comparison.

    Attributes:
        name: Under which its verdict stands in the evidence.
        column: Of the frame; `name` when None.
        kind: `name` (of a person, Indonesian spellings level), `text` (any words), `date`, `code` (equal or not),
            `digits` (postcode, No KK, house number), `number` (NIK), `area` (hierarchical digits).
        frequent: Whether a rare value that agrees tells more than a frequent one.
        crossed: Name of the comparison with which lists exchange it (given name and surname).
        parts: Lengths of the area's levels, the finest first.
    """

    name: Name
    column: str | None = None
    kind: Kind
    frequent: bool = False
    crossed: Name | None = None
    parts: tuple[int, ...] = (10, 6, 4)


class Costs(Strict):
    """What a decision costs in one unit: the price of one look by a reviewer is usually 1."""

    false_link: float = Field(gt=0)
    missed_link: float = Field(gt=0)
    review: float | None = Field(default=None, gt=0)

    @property
    def link(self) -> float:
        """Probability from which linking is the cheapest decision, 0 to 1."""
        against_leaving = self.false_link / (self.false_link + self.missed_link)
        return max(against_leaving, 0.0 if self.review is None else 1 - self.review / self.false_link)

    @property
    def look(self) -> float:
        """Probability from which a reviewer's look is the cheapest decision; `link` where none is to be had."""
        return self.link if self.review is None else min(self.link, self.review / self.missed_link)


class Training(Strict):
    """How parameters are found without labels.

    Attributes:
        certain: Sets of columns that, when equal, hardly ever speak of two; they give the share of matches.
        recall: Estimated share of the true pairs that `certain` finds.
        sessions: Sets of columns; each gives the pairs of one run of expectation-maximisation.
        pairs: Random pairs for what agrees by chance.
        least_m: Floor of the share of matches that get a verdict: one that training never saw is not impossible.
        least_u: Floor of the share of pairs of two that get a verdict.
    """

    certain: tuple[tuple[str, ...], ...] = Field(min_length=1)
    recall: float = Field(gt=0, le=1)
    sessions: tuple[tuple[str, ...], ...] = Field(min_length=1)
    pairs: int = Field(default=1_000_000, ge=1_000)
    seed: int = 7
    least_m: float = Field(default=1e-3, gt=0, lt=1)
    least_u: float = Field(default=1e-6, gt=0, lt=1)


class Guard(Strict):
    """Verdicts that a pair needs to be linked without a look, whatever it scores; `untold` is a missing value.

    Attributes:
        anchored: By comparison, where one of the two stands in the population register.
        loose: By comparison, where neither does.
        sure: One of these as well, whatever else agrees.
    """

    anchored: dict[Name, tuple[str, ...]] = Field(default_factory=dict)
    loose: dict[Name, tuple[str, ...]] = Field(default_factory=dict)
    sure: dict[Name, tuple[str, ...]] = Field(default_factory=dict)


class Model(Strict):
    """What `dedupe` and `link` go by.

    Attributes:
        id: Column that names a record, unique within a frame.
        blocks: Sets of columns; two records that agree in all of one set are compared. A column is that of a
            comparison or a part of one (`birth.year`, `name.head`; see `parts.PARTS`).
        closed: Whether pairs follow from pairs: what is linked with one record is linked with all of its cluster.
        registers: Sources that have each person once, the population register; for persons of the hub.
        guard: What a link of persons of the hub needs beside its score.
        trained: Parameters by comparison and verdict, `{"prior": ..., "levels": {name: {verdict: [m, u]}}}`.
    """

    name: Name
    version: str
    id: str = "id"
    compare: tuple[Compared, ...] = Field(min_length=2)
    blocks: tuple[tuple[str, ...], ...] = Field(min_length=1)
    costs: Costs
    training: Training
    closed: bool = True
    registers: tuple[str, ...] = ()
    guard: Guard | None = None
    trained: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _names_each_once(self) -> "Model":
        names = [each.name for each in self.compare]
        if len(set(names)) < len(names):
            raise ValueError("two comparisons have one name")
        if unknown := {each.crossed for each in self.compare if each.crossed} - set(names):
            raise ValueError(f"crossed names no comparison: {', '.join(sorted(unknown))}")
        return self

    @property
    def declared(self) -> str:
        """Name and version, for which parameters are trained."""
        return f"{self.name}-{self.version}"

    @property
    def edition(self) -> str:
        """Name, version and a mark of what it has learnt, as candidates record them: trained anew, it is another."""
        if self.trained is None:
            return self.declared
        learnt = {name: self.trained.get(name) for name in ("prior", "levels")}
        told = orjson.dumps(learnt, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
        return f"{self.declared}-{sha256(told).hexdigest()[:8]}"


def load_model(path: Path) -> Model:
    """The model of a file, with its trained parameters where they lie beside it.

    Raises:
        FatalError: `config_invalid`.
    """
    model = checked(Model, parsed_toml(path, read_text(path)), path)
    beside = trained_beside(path)
    if not beside.exists():
        return model
    try:
        trained = orjson.loads(read_text(beside))
    except orjson.JSONDecodeError:
        raise config_error(beside, "is not JSON") from None
    if trained.get("model") != model.declared:
        raise config_error(beside, f"was trained for {trained.get('model')}, not for {model.declared}")
    return model.model_copy(update={"trained": trained})


def trained_beside(path: Path) -> Path:
    """Where the trained parameters of a model's file lie."""
    return path.with_suffix(".trained.json")
