"""What each poverty register's columns mean: maps to the harmonised attributes, flags and sums of bits, as data."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from hub.registry.attributes import AttributeSet, load_attributes
from hub.registry.reading import Strict, checked, config_error, read_toml, toml_files

Evidence = Literal["V", "S", "I"]
Value = str | bool | int


class Implied(Strict):
    """A value that another column's answer implies where the question itself was not asked."""

    column: str
    codes: tuple[str, ...]
    value: Value


class AttributeMap(Strict):
    """One column of the register to one attribute.

    Attributes:
        codes: Source code to our value; empty for numbers.
        blank: Source codes that say nothing ("do not know"): the attribute is left out.
        implied: Tried in order where the column is blank.
    """

    column: str
    attribute: str
    codes: dict[str, Value] = Field(default_factory=dict)
    blank: tuple[str, ...] = ()
    implied: tuple[Implied, ...] = ()
    evidence: Evidence


class FlagMap(Strict):
    """One yes/no column to a status, stated for the rows that say yes."""

    column: str
    scheme: str
    code: str
    yes: tuple[str, ...]
    no: tuple[str, ...] = ()
    unit: Literal["person", "family", "household"]
    evidence: Evidence


class MaskMap(Strict):
    """One column that sums powers of two to a status a bit.

    Attributes:
        bits: Status code by bit value.
        alone: Status code by a value that is no sum; a blank code states nothing.
    """

    column: str
    scheme: str
    bits: dict[str, str]
    alone: dict[str, str] = Field(default_factory=dict)
    evidence: Evidence

    @model_validator(mode="after")
    def _sums_powers_of_two(self) -> Self:
        if any(int(bit) <= 0 or int(bit) & (int(bit) - 1) for bit in self.bits):
            raise ValueError(f"{self.column}: a bit is a power of two")
        return self


class Register(Strict):
    """The maps of one source's list, under the version of its code lists."""

    register_name: str = Field(alias="register")
    version: str
    vocabulary: str
    attribute: tuple[AttributeMap, ...] = ()
    flag: tuple[FlagMap, ...] = ()
    mask: tuple[MaskMap, ...] = ()


def load_registers(config: Path) -> dict[str, tuple[Register, AttributeSet]]:
    """The registers of `config/attributes/`, by file name, each with the set of attributes it speaks of.

    Raises:
        FatalError: `config_invalid`: a key, another vocabulary than the set's, an attribute or a value that
            the set does not have.
    """
    known = load_attributes(config / "attributes.toml")
    return {path.stem: (_register(path, known), known) for path in toml_files(config / "attributes")}


def _register(path: Path, known: AttributeSet) -> Register:
    found = checked(Register, read_toml(path), path)
    if found.vocabulary != known.vocabulary:
        raise config_error(path, f"vocabulary: the set of attributes is {known.vocabulary}")
    for each in found.attribute:
        if trouble := _trouble(each, known):
            raise config_error(path, f"{each.column}: {trouble}")
    return found


def _trouble(each: AttributeMap, known: AttributeSet) -> str | None:
    """What is wrong with a map, if anything."""
    attribute = known.by_code.get(each.attribute)
    if attribute is None:
        return f"{each.attribute} is no attribute of the set"
    counted = attribute.kind in ("number", "money")
    if counted == bool(each.codes):
        return "a number has no codes, and everything else has"
    values = [*each.codes.values(), *(one.value for one in each.implied)]
    if any(not _fits(value, attribute.kind, attribute.codes) for value in values):
        return f"a value is none of {each.attribute}"
    return None


def _fits(value: Value, kind: str, codes: object) -> bool:
    if kind == "code":
        return isinstance(value, str) and isinstance(codes, dict) and value in codes
    if kind == "yes_no":
        return isinstance(value, bool)
    return isinstance(value, int) and not isinstance(value, bool)
