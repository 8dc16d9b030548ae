"""Alembic's entry: runs the migrations on the connection that `hub.store.migrate` hands over."""

from alembic import context

from hub.store.tables import SCHEMA, metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, version_table_schema=SCHEMA, include_schemas=True
)
with context.begin_transaction():
    context.run_migrations()
