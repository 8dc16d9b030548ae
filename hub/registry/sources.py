"""Sources: one file each under `config/sources/`, and the order in which the graph believes them."""

import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from hub.domain.wilayah import System
from hub.registry.options import faults
from hub.registry.reading import (
    Strict,
    checked,
    config_error,
    parsed_toml,
    read_text,
    read_toml,
    toml_files,
)

Name = Annotated[str, Field(min_length=1)]
EnvironmentName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
_SOURCE_NAME = re.compile(r"^[a-z][a-z0-9_]*$")


#: What each kind of credential must name; `secret_file` may hold any of the secrets instead.
_NAMED = {
    "basic": ("user_env", "password_env"),
    "dukcapil": ("user_env", "password_env"),
    "api_key": ("token_env",),
    "bearer": ("token_env",),
    "oauth2": ("user_env", "password_env"),
    "signed": ("token_env",),
    "private_key": ("user_env", "token_env"),
}
#: What a transport can show, where it is not any kind.
_SHOWN = {"sftp": ("basic", "private_key")}


class Auth(Strict):
    """How the hub shows who it is; only the *names* of environment variables and files, never a secret.

    Attributes:
        kind: `oauth2` is a client-credentials token; `signed` an HMAC-SHA256 over every call; `mtls` a client
            certificate alone (one may stand beside any other kind).
        user_env: Variable with the user, or the id of the client.
        password_env: Variable with the password, or the secret of the client.
        token_env: Variable with the key, the token, the secret that signs, or a private key (its text or the path of
            its file).
        secret_file: File of `NAME=value` lines instead of the environment.
        header: Header of an API key.
        headers: Header names of a signed call by part: `key`, `timestamp`, `digest`, `signature`.
        token_url: Where an OAuth token is fetched: a URL, or a path on the host of the call.
        scope: Asked for with the token.
        client_in: Where the id and secret of the client go: `basic` header or `body`.
        certificate_file: Client certificate (PEM).
        key_file: Its key (PEM); None when it stands in the same file.
        authority_file: Certificates (PEM) that the server's must descend from; None for those of the system.
        agency: Of a Dukcapil agreement.
        ip: Of a Dukcapil agreement.
    """

    kind: Literal[
        "none", "basic", "api_key", "bearer", "dukcapil", "oauth2", "signed", "mtls", "private_key"
    ] = "none"
    user_env: EnvironmentName | None = None
    password_env: EnvironmentName | None = None
    token_env: EnvironmentName | None = None
    secret_file: Path | None = None
    header: str | None = None
    headers: dict[Literal["key", "timestamp", "digest", "signature"], Name] = Field(default_factory=dict)
    token_url: Name | None = None
    scope: Name | None = None
    client_in: Literal["basic", "body"] = "basic"
    certificate_file: Path | None = None
    key_file: Path | None = None
    authority_file: Path | None = None
    agency: str | None = None
    ip: str | None = None

    @model_validator(mode="after")
    def _has_its_secret(self) -> Self:
        named = _NAMED.get(self.kind, ())
        if self.secret_file is None and not all(getattr(self, name) for name in named):
            raise ValueError(f"{self.kind} needs {' and '.join(named)}, or secret_file")
        if self.kind == "oauth2" and self.token_url is None:
            raise ValueError("oauth2 needs token_url")
        if self.certificate_file is None and (self.kind == "mtls" or self.key_file is not None):
            raise ValueError("mtls needs certificate_file")
        return self


class Agreement(Strict):
    """The agreement (PKS) under which a source may be pulled; days are half-open `[from, to)`."""

    number: Name
    since: date | None = Field(default=None, alias="from")
    until: date | None = Field(default=None, alias="to")
    fields: tuple[str, ...] = ()


class Expectations(Strict):
    """What a run of the source should look like; outside it nothing is landed.

    Attributes:
        min_rows: Fewest rows.
        max_rows: Most rows; None sets no limit.
        max_swing: Largest change of the row count against the last complete run, as a share of it.
        max_reject_share: Largest share of rows in quarantine, 0 to 1.
        max_closed_share: Records of a full list that may vanish in one run, as a share of its rows.
        min_filled: Least share of rows in which a column is filled, by the column's canonical name.
        max_duplicates: Largest share of rows that repeat another of the same run; None sets no limit.
        max_unmatched: Largest share of new rows whose NIK no population source has; None sets no limit.
        max_changed: Largest share of known records that change in one run; None sets no limit.
    """

    min_rows: int = Field(default=1, ge=0)
    max_rows: int | None = Field(default=None, ge=1)
    max_swing: float = Field(default=0.5, ge=0)
    max_reject_share: float = Field(default=0.2, ge=0, le=1)
    max_closed_share: float = Field(default=0.05, ge=0, le=1)
    min_filled: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    max_duplicates: float | None = Field(default=None, ge=0, le=1)
    max_unmatched: float | None = Field(default=None, ge=0, le=1)
    max_changed: float | None = Field(default=None, ge=0, le=1)


class Limits(Strict):
    """How hard the hub may press a source.

    Attributes:
        rate_per_second: Calls a second, over all that run at once.
        concurrency: Calls at once.
        daily_quota: Calls a day (WIB), over all runs; None when the agreement sets none.
        timeout_seconds: For one call as a whole.
        max_bytes: Of one answer or file, after decompression.
        circuit_failures: So many runs in a row that fail by the source's own trouble, and it is left alone.
        circuit_minutes: For so long at first; each further failure doubles it, to a day at most.
    """

    rate_per_second: float = Field(default=10.0, gt=0)
    concurrency: int = Field(default=4, ge=1, le=64)
    daily_quota: int | None = Field(default=None, ge=0)
    timeout_seconds: float = Field(default=60.0, gt=0)
    max_bytes: int = Field(default=2_000_000_000, gt=0)
    circuit_failures: int = Field(default=5, ge=1)
    circuit_minutes: int = Field(default=15, ge=1)


class SourceConfig(Strict):
    """One source, as an operator declares it.

    Attributes:
        name: The file's name.
        connector: What reads it, where that is called otherwise: one entry for each of several hubs, or of several
            offices that write the same form.
        family: Kind of register.
        enabled: Whether `hub sync` without names and the worker pull it; one that is not is pulled by name.
        address: URL or directory; an environment or `hub demo` may override it.
        rank: Survivorship rank where a field declares no order; the lower is believed first.
        schedule: When to pull, as five cron fields in WIB or a word (`hourly`, `daily`, `weekly`, `monthly`,
            `quarterly`, `yearly`, `on_demand`).
        full_list: Whether every run brings the whole list, so that a missing row means it ended.
        periodic: Whether rows belong to a period (a payment list), so that old periods stay.
        area_system: Whose area codes it writes; None when it gives names alone.
        code_lists: Scheme to the version of the list that the source uses.
        options: What its transport and its connector alone understand (`hub.registry.options`).
    """

    name: Name
    connector: Name | None = None
    number: int = Field(ge=1, le=30_000)
    title_id: Name
    title_en: Name
    owner: Name
    family: Literal[
        "population", "poverty_register", "program", "welfare", "school", "health", "exclusion", "social",
        "open_data", "hub", "other",
    ]  # fmt: skip
    enabled: bool = True
    address: Name
    transport: Literal[
        "http_files", "directory", "http_json", "dukcapil", "dukcapil_kk", "dukcapil_verify", "sql", "sftp",
        "spdci", "ckan", "jabar", "hub_feed",
    ]  # fmt: skip
    auth: Auth = Auth()
    rank: int = Field(ge=1)
    schedule: Name
    full_list: bool
    periodic: bool = False
    agreement: Agreement | None = None
    legal_basis: Name
    area_system: System | None = None
    code_lists: dict[str, str] = Field(default_factory=dict)
    expectations: Expectations = Expectations()
    limits: Limits = Limits()
    options: dict[str, Any] = Field(default_factory=dict)

    @property
    def read_by(self) -> str:
        """Name of the connector."""
        return self.connector or self.name

    @model_validator(mode="after")
    def _shows_what_its_transport_can(self) -> Self:
        shown = _SHOWN.get(self.transport)
        if shown is not None and self.auth.kind not in shown:
            raise ValueError(f"transport {self.transport} needs auth.kind {' or '.join(shown)}")
        if shown is None and self.auth.kind == "private_key":
            raise ValueError("auth.kind private_key is for transport sftp alone")
        return self


class Survivorship(Strict):
    """Whose word counts for a field: sources in order, the first that states a usable value wins.

    Attributes:
        default: Order for fields without their own; sources in neither come last, by rank.
        fields: Order by field name.
    """

    default: tuple[str, ...] = ()
    fields: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    def order(self, field: str, sources: dict[str, SourceConfig]) -> tuple[str, ...]:
        """Every source, the most believed for `field` first."""
        named = [name for name in (*self.fields.get(field, ()), *self.default) if name in sources]
        rest = sorted(sources.values(), key=lambda source: (source.rank, source.name))
        return tuple(dict.fromkeys([*named, *(source.name for source in rest)]))


def load_sources(directory: Path) -> dict[str, SourceConfig]:
    """The sources of `config/sources`, by name, in the order of their rank.

    Raises:
        FatalError: `config_invalid`, with file and key; also an option that nothing reads, a file name that is no
            connector name, or a number used twice.
    """
    sources = [_source(path, read_text(path)) for path in toml_files(directory)]
    numbers = [source.number for source in sources]
    if len(set(numbers)) != len(numbers):
        raise config_error(directory, "a source number stands twice")
    return {source.name: source for source in sorted(sources, key=lambda one: (one.rank, one.name))}


@lru_cache(maxsize=512)
def _source(path: Path, contents: str) -> SourceConfig:
    """One entry, made anew when its text is another: each sync reads all of them, and making them costs 0.1 s."""
    values = parsed_toml(path, contents)
    if not _SOURCE_NAME.match(path.stem):
        raise config_error(path, "a source is named in lower-case letters, digits and underscores")
    if values.setdefault("name", path.stem) != path.stem:
        raise config_error(path, "name: must be the file's name")
    source = checked(SourceConfig, values, path)
    if wrong := list(faults(source.read_by, source.transport, source.options)):
        raise config_error(path, "; ".join(wrong))
    return source


def load_survivorship(path: Path, sources: dict[str, SourceConfig]) -> Survivorship:
    """The survivorship table of `config/survivorship.toml`.

    Raises:
        FatalError: `config_invalid`, with key; also a source that is not declared.
    """
    table = checked(Survivorship, read_toml(path), path)
    named = {name for order in (table.default, *table.fields.values()) for name in order}
    unknown = sorted(named - sources.keys())
    if unknown:
        raise config_error(path, f"sources are not declared: {', '.join(unknown)}")
    return table
