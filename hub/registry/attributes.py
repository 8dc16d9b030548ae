"""The harmonised welfare attributes (PMT variables): one set with a version, in the hub's own words.

`config/attributes.toml` declares the set: `vocabulary`, then an `[[attribute]]` for each with its unit, kind,
labels, and where it has them its codes and whom it applies to. Evidence: V two sources, S one, I inferred.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hub.registry.codes import CodeRow
from hub.registry.reading import Strict, checked, parsed_toml, read_text

FILE = "attributes.toml"
Name = Annotated[str, Field(min_length=1)]
Unit = Literal["person", "family"]


class CodeLabel(Strict):
    """The wording of one value of an attribute."""

    label_id: Name
    label_en: Name


class Applies(Strict):
    """Whom an attribute is asked of.

    Attributes:
        age_from: Youngest age in completed years, inclusive; None: from birth.
        age_to: Oldest age in completed years, inclusive; None: without end.
        sex: L or P; None: both.
    """

    age_from: int | None = Field(default=None, ge=0, le=150)
    age_to: int | None = Field(default=None, ge=0, le=150)
    sex: Literal["L", "P"] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.age_from is not None and self.age_to is not None and self.age_to < self.age_from:
            raise ValueError("age_to is before age_from")
        return self


class Attribute(Strict):
    """One attribute of the set.

    Attributes:
        code: Its name in claims and answers.
        unit: What it describes: a person, or a family (a household of a survey counts as one).
        kind: `code` (one of `codes`), `number`, `yes_no` or `money` (whole rupiah).
        codes: Wording by code; given where the kind is `code`.
        applies: Whom of the persons it is asked of.
        evidence: V, S or I, of the attribute and its codes.
    """

    code: Name
    unit: Unit
    kind: Literal["code", "number", "yes_no", "money"]
    label_id: Name
    label_en: Name
    codes: dict[Name, CodeLabel] = Field(default_factory=dict)
    applies: Applies = Applies()
    evidence: Literal["V", "S", "I"]
    note: str | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.kind == "code") != bool(self.codes):
            raise ValueError(f"{self.code}: codes are given where the kind is `code`, and only there")
        if self.unit == "family" and self.applies != Applies():
            raise ValueError(f"{self.code}: an attribute of a family applies to all families")
        return self


class AttributeSet(Strict):
    """The attributes of one version, in the order in which what is missing is told."""

    vocabulary: str = ""
    attributes: tuple[Attribute, ...] = Field(default=(), alias="attribute")

    @model_validator(mode="after")
    def _once(self) -> Self:
        codes = [one.code for one in self.attributes]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"stands twice: {', '.join(twice)}")
        if self.attributes and not self.vocabulary:
            raise ValueError("a set of attributes needs the name of its vocabulary")
        return self

    @property
    def by_code(self) -> dict[str, Attribute]:
        """The attributes by code."""
        return {one.code: one for one in self.attributes}

    def of(self, unit: Unit) -> tuple[Attribute, ...]:
        """The attributes of one unit, in order."""
        return tuple(one for one in self.attributes if one.unit == unit)

    def code_rows(self) -> Iterator[CodeRow]:
        """Rows of the table `code`.

        The attributes stand under the vocabulary's name, with their kind as note; their values under
        `<vocabulary>:<attribute>`, yes and no too.
        """
        for sort, one in enumerate(self.attributes, 1):
            yield CodeRow(self.vocabulary, one.code, one.label_id, one.label_en, one.kind, sort)
            codes = YES_NO if one.kind == "yes_no" else one.codes
            for place, (code, label) in enumerate(codes.items(), 1):
                scheme = f"{self.vocabulary}:{one.code}"
                yield CodeRow(scheme, code, label.label_id, label.label_en, None, place)


#: Values of a `yes_no` attribute are JSON's own, which read so as text.
YES_NO = {
    "true": CodeLabel(label_id="Ya", label_en="yes"),
    "false": CodeLabel(label_id="Tidak", label_en="no"),
}
#: No attribute is expected of anybody and no claim of attributes is folded.
NO_ATTRIBUTES = AttributeSet()


def load_attributes(path: Path) -> AttributeSet:
    """The attribute set of a configuration.

    Args:
        path: The file `attributes.toml`.

    Raises:
        FatalError: `config_invalid`, with each faulty key.
    """
    return _set(path, read_text(path))


@lru_cache(maxsize=32)
def _set(path: Path, contents: str) -> AttributeSet:
    """The set, made anew when its text is another: each sync reads it, and making it costs more than most lists do."""
    return checked(AttributeSet, parsed_toml(path, contents), path)


def attributes_of(config: Path) -> AttributeSet:
    """The attribute set under a `config/` directory; the empty set where it declares none.

    Raises:
        FatalError: `config_invalid`.
    """
    path = config / FILE
    return load_attributes(path) if path.is_file() else NO_ATTRIBUTES
