"""How sources are reached: connectors with one interface, and the one outbound door. A library without Django.

Only `apps.datasources` (probes), `apps.schema` (its own fixed statements) and `apps.execution` may import it.

    sources = Sources(SourceSettings(door=OutboundDoor(...), folders=(Path("/data"),)))
    target = Target(kind="postgresql", config={...}, key=(str(tenant_id), str(data_source_id)), version="3")
    with sources.session(target) as session:
        store(session.source_query_id)                       # known before any row is fetched
        with session.query("SELECT a FROM t WHERE b = %(b)s", {"b": 1}, timeout_s=30) as result:
            for batch in result: ...                         # pyarrow.RecordBatch, streamed
    sources.cancel(target, source_query_id)                  # from another thread or process

Read `connector.py` for the interface, `hub.py` for `Sources` and `Target`, `catalog.py` for what introspection gives.
"""
