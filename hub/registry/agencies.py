"""Agencies that may call the hub, the purposes they may name, and the data scopes that agreements grant.

One file an agency under `config/agencies/`; purposes and scopes in `config/access.toml`. What an agency may see
of persons stands in its agreements and not here: an agency without one sees what speaks of no person.
Source: UU 27/2022 art. 4, 16, 20 (purpose and basis of every processing); UU 24/2013 art. 58 (4); Permendagri
102/2019 (a field set by agreement).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from hub.domain.wilayah import AreaCode, System
from hub.registry.reading import Strict, checked, config_error, read_toml, toml_files

Thumbprint = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
Name = Annotated[str, Field(min_length=1)]
Area = Annotated[str, Field(pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$")]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")]
Kind = Literal[
    "desa",
    "kecamatan",
    "kabupaten",
    "provinsi",
    "ministry",
    "opd",
    "vertical",
    "university",
    "bumd",
    "auditor",
    "hub",
    "public",
]
Level = Literal["provinsi", "kabupaten", "kecamatan", "desa", "national"]
LEVELS: tuple[Level, ...] = ("provinsi", "kabupaten", "kecamatan", "desa")
"""By the number of dots in a Kemendagri code; a kota counts as a kabupaten, a kelurahan as a desa."""
_GOVERNS: dict[str, Level] = {
    "desa": "desa", "kecamatan": "kecamatan", "kabupaten": "kabupaten", "provinsi": "provinsi",
}  # fmt: skip
Role = Literal["reader", "exporter", "auditor", "operator", "dpo", "approver", "reviewer"]
STATUS_SCOPES = ("status-general", "status-sensitive", "exclusion")
"""Scopes of which one opens a status; policies know them by their numbers 6, 7 and 8."""
#: Bits of a context's scope set: a bigint without its sign.
_MOST_SCOPES = 62


class Purpose(Strict):
    """What personal data may be asked for.

    Attributes:
        code: Named with every personal operation.
        legal_basis: Law that lets an agency process for it.
        withheld: Whether it may see restricted and protected persons (UU 27/2022 art. 40 to 41): a duty towards them.
    """

    code: Code
    name_id: Name
    name_en: Name
    legal_basis: Name
    withheld: bool = False


class Scope(Strict):
    """A named group of fields that an agreement grants whole.

    Attributes:
        number: Its bit, stable for good; never used again for another scope.
        specific: Specific personal data (UU 27/2022 art. 4 (2)): granted by name alone, never by a default.
    """

    code: Code
    number: int = Field(ge=0, lt=_MOST_SCOPES)
    name_id: Name
    name_en: Name
    specific: bool = False

    @property
    def bit(self) -> int:
        """The scope as a bit of a set of scopes."""
        return 1 << self.number


class StatusScope(NamedTuple):
    """A row of the table `status_scope`: what opens a status by list and code; the code `*`: every other one."""

    scheme: str
    code: str
    bits: int


class Terms(Strict):
    """Every purpose and scope there is; `version` is written on each answer's ledger line.

    Attributes:
        statuses: By scope, the statuses that it opens: `scheme`, or `scheme code`. One that stands nowhere is opened by
            `status-sensitive` alone.
    """

    version: Name
    purposes: tuple[Purpose, ...] = Field(alias="purpose")
    scopes: tuple[Scope, ...] = Field(alias="scope")
    statuses: Mapping[Code, tuple[Name, ...]] = Field(default_factory=dict)

    def scope(self, code: str) -> Scope | None:
        """The scope of a code, or None."""
        return next((one for one in self.scopes if one.code == code), None)

    def purpose(self, code: str) -> Purpose | None:
        """The purpose of a code, or None."""
        return next((one for one in self.purposes if one.code == code), None)

    def bits(self, codes: frozenset[str]) -> int:
        """A set of scopes as one number; codes that are none count nothing."""
        return sum(one.bit for one in self.scopes if one.code in codes)

    def status_scopes(self) -> Iterator[StatusScope]:
        """What opens each status that stands in the configuration."""
        for scope, statuses in self.statuses.items():
            for status in statuses:
                scheme, _, code = status.partition(" ")
                yield StatusScope(scheme, code or "*", self.bits(frozenset({scope})))

    @model_validator(mode="after")
    def _unique(self) -> Self:
        unknown = self.statuses.keys() - STATUS_SCOPES
        if unknown:
            raise ValueError(
                f"statuses are opened by {', '.join(STATUS_SCOPES)}, and not by {', '.join(unknown)}"
            )
        for what, keys in (
            ("purpose", [one.code for one in self.purposes]),
            ("scope", [one.code for one in self.scopes]),
            ("scope number", [one.number for one in self.scopes]),
            ("status", [status for each in self.statuses.values() for status in each]),
        ):
            if len(set(keys)) < len(keys):
                raise ValueError(f"a {what} is there twice")
        return self


class Client(Strict):
    """A system or a group of desks of the agency, by the `sub` of its tokens.

    Attributes:
        areas: Narrower than the agency's; None: all of them. An empty list reaches nothing.
        bound: Whether its tokens have to be bound to a client certificate (RFC 8705), or come with one of
            `certificates`.
        certificates: SHA-256 thumbprints (Base64 for URLs) of the certificates that it calls with, whatever token or
            key it shows; empty: any, or none.
    """

    id: Name
    roles: frozenset[Role] = frozenset({"reader"})
    areas: tuple[Area, ...] | None = None
    bound: bool = False
    certificates: tuple[Thumbprint, ...] = ()


class Agency(Strict):
    """Who may call.

    Attributes:
        areas: Kemendagri codes with dots of the areas it answers for; an empty list reaches nothing.
        national: Reach over the whole country: a claim of its own, never the meaning of an empty list.
        issuer: Whose tokens speak for it, besides the hub's own issuer; None: only the hub's.
    """

    code: Code
    name_id: Name
    name_en: Name
    kind: Kind
    areas: tuple[Area, ...] = ()
    national: bool = False
    issuer: str | None = None
    clients: tuple[Client, ...] = Field(default=(), alias="client")

    @property
    def level(self) -> Level | None:
        """How far it reaches at the widest; None: nowhere."""
        if self.national:
            return "national"
        return LEVELS[min(code.count(".") for code in self.areas)] if self.areas else None

    def _unlike_its_kind(self) -> str | None:
        """What of its reach does not fit its kind: a government reaches its own level and nothing wider."""
        if self.kind == "public" and self.level is not None:
            return "the public reaches no area"
        own = _GOVERNS.get(self.kind)
        unlike = [code for code in self.areas if own is not None and LEVELS[code.count(".")] != own]
        if unlike or (own is not None and self.national):
            return f"areas: a {self.kind} reaches areas of its own level alone"
        return None

    def client(self, subject: str) -> Client | None:
        """The client of that `sub`, or None."""
        return next((one for one in self.clients if one.id == subject), None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.national and self.areas:
            raise ValueError("`national` stands for every area: leave `areas` out beside it")
        if fault := self._unlike_its_kind():
            raise ValueError(fault)
        for one in self.clients:
            if any(not self.reaches(area) for area in one.areas or ()):
                raise ValueError("a client reaches beyond the areas of its agency")
        if len({one.id for one in self.clients}) < len(self.clients):
            raise ValueError("a client is there twice")
        return self

    def reaches(self, code: str) -> bool:
        """Whether an area lies within those of the agency."""
        area = AreaCode(System.KEMENDAGRI, code)
        return self.national or any(area.lies_in(AreaCode(System.KEMENDAGRI, own)) for own in self.areas)


def load_agencies(config_dir: Path) -> dict[str, Agency]:
    """The agencies by their codes.

    Raises:
        FatalError: `config_invalid`, a file is unfit, or is not named for the agency in it.
    """
    found = {}
    for path in toml_files(config_dir / "agencies"):
        agency = checked(Agency, read_toml(path), path)
        if agency.code != path.stem:
            raise config_error(path, f"holds the agency {agency.code}: name the file after it")
        found[agency.code] = agency
    return found


def load_terms(config_dir: Path) -> Terms:
    """The purposes and scopes.

    Raises:
        FatalError: `config_invalid`.
    """
    path = config_dir / "access.toml"
    return checked(Terms, read_toml(path), path)
