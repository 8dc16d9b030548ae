"""Reconciliation (W3C Reconciliation Service API 0.2): words of a list matched to areas, codes and persons."""
