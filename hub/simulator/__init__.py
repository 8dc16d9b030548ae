"""Registries of a made-up kabupaten, with the shapes and faults of the field.

It stands beside the house: nothing in the hub imports it except the command line. No real person is
in it: every NIK and No KK has a serial of 9000-9999, which no kecamatan ever reaches in one day.
"""

from hub.simulator.dukcapil import Credentials
from hub.simulator.generation import generate
from hub.simulator.plan import PRESETS, Emitted, EmittedFile, Plan
from hub.simulator.running import RegistryServer, require_loopback
from hub.simulator.server import registry_app

__all__ = [
    "PRESETS",
    "Credentials",
    "Emitted",
    "EmittedFile",
    "Plan",
    "RegistryServer",
    "generate",
    "registry_app",
    "require_loopback",
]
