"""Every setting of the hub: `HUB_*` variables over `config/hub.toml` over the defaults below.

Nothing else in the hub reads the environment. Each setting has its line in docs/settings.md, held by a test.
"""

import os
import re
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from hub.errors import FatalError

PREFIX = "HUB_"
#: `HUB_CREDENTIAL_DUKCAPIL` fills `credentials["dukcapil"]`.
CREDENTIAL_PREFIX = "HUB_CREDENTIAL_"
#: `HUB_SECRET_FILE=/run/secrets/hub` stands for HUB_SECRET with what the file holds; likewise for the others.
FILE_SUFFIX = "_FILE"
#: What may be given by a file; `HUB_CREDENTIAL_…_FILE` too.
IN_FILES = ("secret", "database_url")
#: Never read from the committed file: the first two are secrets, the third says where that file is.
ENVIRONMENT_ONLY = ("secret", "credentials", "config_dir")


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _postgresql(url: str) -> str:
    """Passes a URL that names a database on a PostgreSQL server."""
    parts = urlsplit(url)
    if parts.scheme.partition("+")[0] not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ValueError("write it as postgresql://user:password@host:5432/database")
    return url


AbsolutePath = Annotated[Path, AfterValidator(_absolute)]


def default_config_dir() -> Path:
    """The `config` directory that stands beside the `hub` package."""
    return Path(__file__).resolve().parent.parent / "config"


class Settings(BaseSettings):
    """The settings in force, checked; build one with keywords (`Settings(data_dir=...)`) in tests.

    Raises:
        ValidationError: A value is not of its kind, or a key is unknown. Values are left out of its text.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    database_url: Annotated[str, AfterValidator(_postgresql)] | None = Field(
        None, description="PostgreSQL server to use, 15 or later; the embedded one when unset."
    )
    data_dir: AbsolutePath = Field(
        Path("var"), validate_default=True, description="Directory of everything the hub keeps on disk."
    )
    config_dir: AbsolutePath = Field(
        default_factory=default_config_dir, description="Directory of sources, programs, rules and codes."
    )
    pg_bin: AbsolutePath | None = Field(
        None, description="Directory with initdb, pg_ctl and postgres to use instead of the wheel's."
    )
    pg_user: str | None = Field(
        None, description="Account that runs the embedded server when the hub runs as root."
    )
    role_prefix: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")] | None = Field(
        None, description="What the names of the hub's database roles begin with."
    )
    secret: SecretStr | None = Field(
        None, description="Key from which the hub derives its signing and token keys."
    )
    credentials: dict[str, SecretStr] = Field(
        default_factory=dict, description="What sources ask for, by the name their entry refers to."
    )
    registry_url: str | None = Field(
        None, description="Scheme, host and port that sources stand under where their address says so."
    )
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the server listens on; 0 takes a free one.")
    query_tokens: int = Field(4000, ge=1, le=100_000, description="Lexical tokens of a GraphQL document.")
    query_depth: int = Field(20, ge=1, le=50, description="Fields below each other in a GraphQL document.")
    query_fields: int = Field(1000, ge=1, le=20_000, description="Fields of a GraphQL document.")
    query_aliases: int = Field(100, ge=0, le=20_000, description="Aliases of a GraphQL document.")
    query_rows: int = Field(
        50_000,
        ge=1,
        le=10_000_000,
        description="Rows that one GraphQL document may yield, by its page sizes.",
    )
    query_budget: int = Field(
        600_000_000,
        ge=1,
        le=10**12,
        description="Rows, by page sizes, that one caller may ask for in a minute.",
    )
    query_concurrency: int = Field(
        8, ge=1, le=200, description="Requests that are answered at one time, each with a connection."
    )
    trusted_documents: Literal["off", "accept", "only"] = Field(
        "accept",
        description="Whether documents of `config/documents` may be asked for by hash, or they alone.",
    )
    introspection: bool = Field(default=True, description="Whether callers may ask for the schema itself.")
    query_seconds: float = Field(
        10, gt=0, le=600, description="Seconds that one statement of a query may take."
    )
    export_rows: int = Field(1_000_000, ge=1, le=100_000_000, description="Rows that one export may hold.")
    export_seconds: float = Field(900, gt=0, le=86_400, description="Seconds that one export may take.")
    match_rows: int = Field(1000, ge=1, le=10_000, description="Rows that one call of `match` may hold.")
    open_budget: int = Field(
        1_000_000,
        ge=1000,
        le=10**12,
        description="Rows that one address may ask the open doors for in a minute; a request counts 100 at least.",
    )
    public_url: Annotated[str, Field(pattern=r"^https?://[^/\s?#]+$")] | None = Field(
        None, description="Scheme and host under which permanent addresses of data sets and codes begin."
    )
    federation: bool = Field(
        False,  # noqa: FBT003  # a default of pydantic's
        description="Whether the server is a subgraph of an Apollo Federation: `on` or `off`.",
    )
    access: Literal["local", "tokens"] = Field(
        "local",
        description="Who is let in: everyone on this machine as its operator, or callers with a token alone.",
    )
    own_issuer: bool = Field(
        default=False,
        description="Whether tokens that `hub token` issues are believed; for trying out, not in earnest.",
    )
    client_certificate_header: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")] | None = Field(
        None, description="Header in which the proxy that ends TLS hands on the certificate of the caller."
    )
    trusted_proxies: str = Field(
        "", description="Addresses or networks, apart by commas, of the proxies whose word is taken for it."
    )
    ledger: Literal["tokens", "all"] = Field(
        "tokens",
        description="Whose answers leave a line: callers with a token, or the operator of this machine too.",
    )
    ledger_hours: float = Field(
        4,
        gt=0,
        le=72,
        description="Hours that a line may wait to be sealed; beyond, nothing of persons is told.",
    )
    linking: Literal["off", "propose", "link"] = Field(
        "off",
        description="What follows a sync: nothing, pairs scored of whom it touched, or linked by thresholds too.",
    )
    linking_memory: Annotated[str, Field(pattern=r"^[1-9][0-9]*(MB|GB)$")] = Field(
        "2GB", description="What the scoring of pairs after a sync may hold; more goes to disk."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe log line that is written."
    )
    now: Annotated[AwareDatetime, AfterValidator(_in_utc)] | None = Field(
        None, description="Instant with offset at which the one clock stands still."
    )

    @model_validator(mode="after")
    def _name_no_unknown_variable(self) -> Self:
        """An unknown `HUB_*` variable is a slip of the pen, and would otherwise be ignored in silence."""
        if unknown := unknown_variables():
            raise ValueError(f"unknown setting in the environment: {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _take_the_word_of_somebody(self) -> Self:
        """A header from anybody would let anybody be anyone; a slip in an address would let in nobody."""
        for one in self.proxy_addresses:
            ip_network(one)
        if bool(self.client_certificate_header) != bool(self.proxy_addresses):
            raise ValueError("client_certificate_header and trusted_proxies are set together, or neither is")
        return self

    @property
    def proxy_addresses(self) -> list[str]:
        """`trusted_proxies` one by one."""
        return [one.strip() for one in self.trusted_proxies.split(",") if one.strip()]

    @property
    def embedded(self) -> bool:
        """Whether the hub runs its own PostgreSQL."""
        return self.database_url is None

    @property
    def effective_role_prefix(self) -> str:
        """The role prefix in force: as set, else `hub` on the embedded server, else the database's name.

        Roles belong to a whole server, so two hubs on one server need prefixes of their own.
        """
        if self.role_prefix is not None:
            return self.role_prefix
        if self.database_url is None:
            return "hub"
        name = re.sub(r"[^a-z0-9_]", "_", urlsplit(self.database_url).path.strip("/").lower())
        return name[:31] if name[:1].isalpha() else f"hub_{name}"[:31].rstrip("_")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keywords over variables over the file; no .env file and no secrets directory."""
        given = init_settings() | {}
        config_dir = given.get("config_dir") or os.environ.get(PREFIX + "CONFIG_DIR") or default_config_dir()
        credentials = InitSettingsSource(settings_cls, init_kwargs=_credentials_in_environment())
        files = InitSettingsSource(settings_cls, init_kwargs=_secrets_in_files())
        return init_settings, credentials, files, env_settings, _file_settings(settings_cls, Path(config_dir))


def unknown_variables() -> list[str]:
    """The `HUB_*` variables of the environment that no setting reads, sorted."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    known |= {PREFIX + name.upper() + FILE_SUFFIX for name in IN_FILES}
    return sorted(
        name
        for name in os.environ
        if name.startswith(PREFIX) and name not in known and not name.startswith(CREDENTIAL_PREFIX)
    )


def _credentials_in_environment() -> dict[str, dict[str, str]]:
    """Each `HUB_CREDENTIAL_*` variable under its lower-case name; no key at all when there is none."""
    found = {}
    for name, value in os.environ.items():
        if name.startswith(CREDENTIAL_PREFIX) and name.endswith(FILE_SUFFIX):
            inner = name.removesuffix(FILE_SUFFIX)
            found[inner.removeprefix(CREDENTIAL_PREFIX).lower()] = _in_file(inner)
        elif name.startswith(CREDENTIAL_PREFIX):
            found.setdefault(name.removeprefix(CREDENTIAL_PREFIX).lower(), value)
    return {"credentials": found} if found else {}


def _secrets_in_files() -> dict[str, str]:
    """What files hold of the settings that may stand in one."""
    names = {name: PREFIX + name.upper() for name in IN_FILES}
    return {
        name: _in_file(variable) for name, variable in names.items() if os.environ.get(variable + FILE_SUFFIX)
    }


def _in_file(variable: str) -> str:
    """What the file of a variable holds, without the end of its line.

    Raises:
        FatalError: `bad_setting`, both are set, or the file can't be read or is empty.
    """
    named = variable + FILE_SUFFIX
    if os.environ.get(variable):
        raise FatalError("bad_setting", f"set {variable} or {named}, not both")
    try:
        text = Path(os.environ[named]).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise FatalError("bad_setting", f"{named}: the file can't be read ({type(error).__name__})") from None
    if not text:
        raise FatalError("bad_setting", f"{named}: the file is empty")
    return text


def _file_settings(settings_cls: type[BaseSettings], config_dir: Path) -> TomlConfigSettingsSource:
    """The settings in `hub.toml`; a missing file is an empty one."""
    source = TomlConfigSettingsSource(settings_cls, config_dir / "hub.toml")
    if misplaced := sorted(set(ENVIRONMENT_ONLY) & set(source.toml_data)):
        names = ", ".join(PREFIX + name.upper() for name in misplaced)
        raise FatalError(
            "misplaced_setting", f"config/hub.toml may not hold these; set the variable: {names}"
        )
    return source


def read_settings() -> Settings:
    """The settings of the environment and `config/hub.toml`, read anew.

    Raises:
        FatalError: `bad_setting`, naming each variable that is unknown or unfit, never its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise FatalError("bad_setting", "; ".join(_complaints(error))) from None


def _complaints(error: ValidationError) -> list[str]:
    """One sentence a fault, by the name the operator knows it under."""
    return [
        f"{PREFIX}{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
        if fault["loc"]
        else fault["msg"].removeprefix("Value error, ")
        for fault in error.errors(include_input=False, include_url=False)
    ]


_adopted: list[Settings] = []


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once; `settings.cache_clear()` makes the next call read again."""
    return _adopted[0] if _adopted else read_settings()


def adopt(chosen: Settings | None) -> None:
    """Makes these the settings of the process, as a command's options want them; None: read them again."""
    _adopted[:] = [] if chosen is None else [chosen]
    settings.cache_clear()
