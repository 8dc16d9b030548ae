"""What the embedded server is told: small machine, one socket, no personal details in its log."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

_MIB = 1024 * 1024

#: Everyone proves who they are, on the socket too: a system user of the same name gets no easier way in.
HBA = "local all all scram-sha-256\n"


def server_configuration(socket_directory: Path, port: int, changes: Mapping[str, str] | None = None) -> str:
    """The text of `postgresql.conf`, written anew before each start.

    Args:
        socket_directory: Directory of the Unix socket, the only door.
        port: Number in the socket's name.
        changes: Parameters that replace ours or come on top; an operator's own stand in `local.conf`.
    """
    parameters = _parameters(socket_directory, port) | dict(changes or {})
    lines = [f"{name} = {_quoted(value)}" for name, value in parameters.items()]
    return "\n".join(
        ["# Written by hub at each start; put your own lines into local.conf.", *lines, _CLOSING]
    )


_CLOSING = "include_if_exists = 'local.conf'\n"


def _parameters(socket_directory: Path, port: int) -> dict[str, str]:
    return {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_directory),
        "unix_socket_permissions": "0700",
        "port": str(port),
        "password_encryption": "scram-sha-256",
        "max_connections": "60",
        "shared_buffers": f"{shared_buffers_mib(_memory_bytes())}MB",
        "dynamic_shared_memory_type": _shared_memory_type(),
        "work_mem": "32MB",
        "maintenance_work_mem": "256MB",
        "synchronous_commit": "on",
        "fsync": "on",
        # The build knows pglz alone, which costs more time than the bytes it saves.
        "wal_compression": "off",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "autovacuum": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # A failing statement, its DETAIL and an ERROR's text may quote a NIK or a name; the hub reports
        # errors itself, redacted. LOG and FATAL lines tell about the server alone.
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length_on_error": "0",
    }


def shared_buffers_mib(memory_bytes: int) -> int:
    """An eighth of the memory, from 32 MiB to 1 GiB: lookups into a kabupaten's tables are random."""
    return max(32, min(1024, memory_bytes // 8 // _MIB))


def _memory_bytes() -> int:
    """The memory of the machine, or of the control group the hub runs in when that is less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    told = limit.read_text().strip() if limit.is_file() else "max"
    return min(machine, int(told)) if told.isdigit() else machine


def _shared_memory_type() -> str:
    """System V segments where /dev/shm is as small as containers make it (64 MiB), else POSIX ones.

    Parallel queries share their hash tables there and fail when it is full.
    """
    shared = Path("/dev/shm")  # noqa: S108  # the kernel's own place, only measured
    small = shared.is_dir() and shutil.disk_usage(shared).total < 256 * _MIB
    return "sysv" if small else "posix"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
