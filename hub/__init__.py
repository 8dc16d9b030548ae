"""The hub: one graph of persons and households over the registers of Indonesian social welfare."""

__version__ = "0.1.0"
