"""Agreements (perjanjian kerja sama): which agency may ask for what of whom, for which purpose, and how masked.

Written as a file by those who negotiate it and kept in the database with its approvals: the file grants nothing.
Source: Permendagri 102/2019 (access by agreement: fixed fields, quota, feedback); UU 27/2022 art. 16, 20.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hub.registry.agencies import Agency, Area, Code, Name, Terms
from hub.registry.reading import Strict, checked, config_error, read_toml

Mask = Literal["nik-partly", "initials", "birth-year", "kecamatan", "pseudonym"]

ProgramCode = Annotated[str, Field(pattern=r"^[A-Z0-9_-]+$")]


class Agreement(Strict):
    """One agreement in one version; a change is a new version that needs its own approvals.

    Attributes:
        agency: Who may ask.
        number: Of the document, as the parties cite it.
        purposes: What may be asked for.
        scopes: Groups of fields granted; specific ones are named like the others, and by nothing else.
        programs: Codes; None: every program. Of one that is unknown it grants nothing.
        areas: Kemendagri codes with dots; None: those of the agency.
        masks: What is shown in place of values.
        quota: Persons a day (WIB) at most; None: no bound of its own.
        bound: Whether it grants nothing to a token that is not bound to a client certificate (RFC 8705).
        since: First day, inclusive (WIB).
        until: Day after the last (WIB); no agreement is without end.
    """

    code: Code
    version: int = Field(ge=1)
    agency: Code
    number: Name
    legal_basis: Name
    purposes: Annotated[tuple[Code, ...], Field(min_length=1)]
    scopes: Annotated[tuple[Code, ...], Field(min_length=1)]
    programs: tuple[ProgramCode, ...] | None = None
    areas: tuple[Area, ...] | None = None
    masks: frozenset[Mask] = frozenset()
    quota: int | None = Field(default=None, ge=1)
    bound: bool = False
    since: date = Field(alias="from")
    until: date = Field(alias="to")

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.until <= self.since:
            raise ValueError("`to` is the first day after, so it must be later than `from`")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether a day (WIB) lies within its validity."""
        return self.since <= day < self.until

    def misfit(self, agencies: dict[str, Agency], terms: Terms) -> str | None:
        """What of it no agency, purpose or scope of the configuration bears out; None: nothing."""
        agency = agencies.get(self.agency)
        if agency is None:
            return f"agency: there is no {self.agency}"
        unknown = [code for code in self.purposes if terms.purpose(code) is None]
        unknown += [code for code in self.scopes if terms.scope(code) is None]
        if unknown:
            return f"purposes, scopes: unknown {', '.join(unknown)}"
        beyond = [code for code in self.areas or () if not agency.reaches(code)]
        return f"areas: {', '.join(beyond)} lie beyond the agency's" if beyond else None


def read_agreement(path: Path, agencies: dict[str, Agency], terms: Terms) -> Agreement:
    """The agreement in a TOML file.

    Raises:
        FatalError: `config_invalid`, the file is unfit or grants what the configuration does not know.
    """
    agreement = checked(Agreement, read_toml(path), path)
    if trouble := agreement.misfit(agencies, terms):
        raise config_error(path, trouble)
    return agreement
