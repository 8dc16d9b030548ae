"""`hub serve`."""

from hub.cli.begin import DataDir, Host, Port, begin, run, say


def serve(host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Serve the graph: GraphQL at /graphql (a browser gets GraphiQL), readiness at /health.

    It answers this machine alone (127.0.0.0/8, ::1, localhost), unless callers need tokens that are not the hub's own,
    a proxy ends TLS, and the counts that everybody may read are released (docs/operations.md).
    Ctrl-C or SIGTERM ends it after open answers; the hub's own PostgreSQL stops with its last user.
    """
    settings = begin(data_dir)
    from hub.cli.serving import address, is_loopback, listen, serve_until_told
    from hub.sharing.recipients import require_released
    from hub.store.database import open_database
    from hub.workflow.initialise import require_initialised

    chosen = host or settings.host
    listener = listen(chosen, settings.port if port is None else port, settings)

    async def work() -> None:
        async with open_database(settings) as database:
            await require_initialised(database)
            if not is_loopback(chosen):
                await require_released(database)
            await serve_until_told(
                database, listener, lambda: say(f"serving {address(listener)}/graphql; Ctrl-C ends it")
            )

    with listener:
        run(work)
