"""Pages for people; today the vendored page of GraphiQL."""
