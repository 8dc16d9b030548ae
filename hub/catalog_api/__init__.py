"""Doors that are open to all: reference data, reconciliation, the catalog of released data sets."""
