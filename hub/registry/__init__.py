"""What exists, read from `config/` into typed, frozen, checked objects."""
