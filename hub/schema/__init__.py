"""The GraphQL schema: types, each field beside the SQL it comes from, and the door over HTTP."""
