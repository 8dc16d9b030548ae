"""Addresses of sources: `${NAME:-default}` filled in, and another base put under them for a demonstration."""

import re
from urllib.parse import urlsplit, urlunsplit

from hub.errors import FatalError
from hub.settings import settings

_variable = re.compile(r"\$\{HUB_REGISTRY_URL(?::-([^}]*))?\}")
#: Where the tables lie that come with the hub.
_CONFIG = "${HUB_CONFIG_DIR}/"
#: Where the hub lays down itself what others bring.
_DATA = "${HUB_DATA_DIR}/"


def address_of(declared: str, base: str | None, source: str) -> str:
    """The address to call, without a slash at its end.

    Args:
        declared: As the entry has it. `${HUB_REGISTRY_URL:-http://...}` gives the setting `registry_url`,
            else the default; `${HUB_CONFIG_DIR}/...` and `${HUB_DATA_DIR}/...` name a directory below the configuration
            or the data.
        base: Scheme, host and port to use instead (`http://127.0.0.1:8090`), or None.
        source: For the message.

    Raises:
        FatalError: `address_wrong`: a variable of another name, or one without a value and a default; no URL.
    """
    if declared.startswith(_CONFIG):
        return str(settings().config_dir / declared.removeprefix(_CONFIG)).rstrip("/")
    if declared.startswith(_DATA):
        return str(settings().data_dir / declared.removeprefix(_DATA)).rstrip("/")
    configured = settings().registry_url
    filled = _variable.sub(lambda found: (base or configured or found[1] or "").rstrip("/"), declared)
    if "${" in filled or not filled or filled.startswith("/files"):
        raise FatalError(
            "address_wrong", f"{source}: the address of its entry names a variable that has no value"
        )
    if base is not None and filled.startswith(("http://", "https://")):
        try:
            ours, path = urlsplit(base), urlsplit(filled)
        except ValueError:
            raise FatalError("address_wrong", f"{source}: its address is no http(s) URL") from None
        filled = urlunsplit((ours.scheme, ours.netloc, path.path, path.query, ""))
    return filled.rstrip("/")
