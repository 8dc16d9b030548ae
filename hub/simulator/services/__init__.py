"""Further services of the simulated registries, one module each, found by listing this package.

A module's `ROUTES` (Starlette routes) are served beside the files and listings. A handler finds what is served
now in `request.app.state.registry`.
"""

import importlib
import pkgutil

from starlette.routing import BaseRoute


def _discovered() -> list[BaseRoute]:
    modules = sorted(each.name for each in pkgutil.iter_modules(__path__))
    return [
        route
        for name in modules
        for route in getattr(importlib.import_module(f"{__name__}.{name}"), "ROUTES", ())
    ]


ROUTES: list[BaseRoute] = _discovered()
