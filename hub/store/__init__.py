"""PostgreSQL: tables, migrations, engine, COPY and the embedded server."""
