"""Filters by subject: each field of a filter beside the SQL that it compares."""
