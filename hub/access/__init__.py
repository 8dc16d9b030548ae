"""Who may see what: callers, scopes, purposes, and the ledger of what was shown."""
