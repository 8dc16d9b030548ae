"""Where a server is, and how to write that as a connection URL."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote


@dataclass(frozen=True)
class ServerAddress:
    """A server on a Unix socket with the credentials of its superuser, which serve bootstrap alone.

    Args:
        host: Directory of the socket.
        port: Number in the socket's name; nothing listens on TCP.
        superuser: Name of the role that owns the cluster.
        password: Its password, left out of the printed form.
        version: Major version of PostgreSQL.
    """

    host: Path
    port: int
    superuser: str
    password: str = field(repr=False)
    version: int

    def dsn(
        self,
        database: str = "postgres",
        user: str | None = None,
        password: str | None = None,
        scheme: Literal["postgresql", "postgresql+asyncpg"] = "postgresql",
    ) -> str:
        """The URL of one database as one role; as the superuser when no role is named.

        Args:
            database: Name of the database.
            user: Role to log in as.
            password: Its password; not needed for the superuser.
            scheme: `postgresql` as asyncpg and psql read it, `postgresql+asyncpg` as SQLAlchemy does.
        """
        if user is None:
            user, password = self.superuser, self.password
        secret = "" if password is None else f":{quote(password, safe='')}"
        place = f"host={quote(str(self.host), safe='/')}&port={self.port}"
        return f"{scheme}://{quote(user, safe='')}{secret}@/{quote(database, safe='')}?{place}"
