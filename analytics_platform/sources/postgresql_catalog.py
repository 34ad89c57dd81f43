"""PostgreSQL's catalog in bulk: five statements, whatever the number of tables."""

from __future__ import annotations

from typing import Any, Final, Protocol

from analytics_platform.sources.catalog import Catalog, Column, ForeignKey, Index, Table, TableName
from analytics_platform.sources.logical_types import from_native


class RunsStatements(Protocol):
    """What introspection needs of a session."""

    def rows(self, sql: str, values: list[Any] | None = None, *, timeout_s: float = 10.0) -> list[tuple[Any, ...]]: ...


_VISIBLE: Final = """
    n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
    AND ($1::text[] IS NULL OR n.nspname = ANY($1)) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
"""
_TABLES: Final = f"""
    SELECT c.oid::int8, n.nspname, c.relname, c.relkind::text, c.reltuples::float8, d.description, current_schema()
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
    WHERE {_VISIBLE} AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
    ORDER BY n.nspname, c.relname
"""
_COLUMNS: Final = f"""
    SELECT a.attrelid::int8, a.attnum::int4, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, d.description,
           CASE WHEN a.attidentity <> '' THEN 'identity' WHEN a.attgenerated <> '' THEN 'generated' ELSE pg_get_expr(f.adbin, f.adrelid) END,
           format_type(NULLIF(t.typbasetype, 0), t.typtypmod)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
    LEFT JOIN pg_description d ON d.objoid = a.attrelid AND d.classoid = 'pg_class'::regclass AND d.objsubid = a.attnum
    WHERE {_VISIBLE} AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attrelid, a.attnum
"""
_CONSTRAINTS: Final = f"""
    SELECT k.conrelid::int8, k.contype::text, k.conkey::int4[], k.confrelid::int8, k.confkey::int4[]
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {_VISIBLE} AND k.contype IN ('p', 'f') ORDER BY k.conrelid, k.conname
"""
_INDEXES: Final = f"""
    SELECT i.indrelid::int8, x.relname, i.indkey::int2[]::int4[], i.indisunique, i.indnkeyatts::int4
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {_VISIBLE} AND i.indislive ORDER BY i.indrelid, x.relname
"""
_READS: Final = """
    WITH RECURSIVE above AS (
        SELECT i.inhrelid AS child, i.inhparent AS ancestor
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE NOT c.relispartition AND c.relkind IN ('r', 'f')
        UNION SELECT above.child, i.inhparent FROM above JOIN pg_inherits i ON i.inhrelid = above.ancestor
    )
    SELECT r.ev_class::int8, COALESCE(pg_partition_root(d.refobjid), d.refobjid)::int8, false
    FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
    WHERE r.ev_type = '1' AND r.ev_class >= 16384 AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class
    UNION SELECT r.ev_class::int8, 0, true
    FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
    LEFT JOIN pg_operator o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
    JOIN pg_proc p ON p.oid = CASE WHEN d.refclassid = 'pg_proc'::regclass THEN d.refobjid ELSE o.oprcode END
    WHERE r.ev_type = '1' AND r.ev_class >= 16384 AND p.provolatile <> 'i'
    UNION SELECT c.oid::int8, 0, true FROM pg_class c WHERE c.relkind IN ('v', 'm') AND c.oid >= 16384
      AND pg_get_viewdef(c.oid) ~ '\\m((query|table|schema|database|cursor)_to_xml|ts_stat|ts_rewrite|pg_stat|pg_read_|pg_largeobject|lo_get)'
    UNION SELECT ancestor::int8, child::int8, false FROM above
    UNION SELECT child::int8, ancestor::int8, NULL FROM above
"""
"""Whose rows a view or an inherited table shows, views nobody may read included; true where a function or a catalog in it may show any table's,
null where a table holds a part of another's rows.

PostgreSQL keeps what a view depends on, but for what it came with itself (oids below 16384).
"""
CAN_WRITE: Final = """
    WITH mine AS (SELECT oid, rolname, rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication AS may_all FROM pg_roles
                  WHERE pg_has_role(oid, 'MEMBER'))
    SELECT EXISTS (SELECT FROM mine
                   WHERE may_all OR rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program'))
        OR EXISTS (SELECT FROM mine m, pg_database d
                   WHERE d.datname = current_database() AND (d.datdba = m.oid OR has_database_privilege(m.oid, d.oid, 'CREATE')))
        OR EXISTS (SELECT FROM mine m, pg_namespace n
                   WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                     AND (n.nspowner = m.oid OR has_schema_privilege(m.oid, n.oid, 'CREATE')))
        OR EXISTS (SELECT FROM mine m, pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                     AND CASE WHEN c.relowner = m.oid THEN true
                              WHEN c.relkind = 'S' THEN has_sequence_privilege(m.oid, c.oid, 'USAGE, UPDATE')
                              ELSE has_table_privilege(m.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                                OR has_any_column_privilege(m.oid, c.oid, 'INSERT, UPDATE') END)
"""
"""Whether the login could write, under its own rights or those of any role it can take: it owns what it may also grant to itself."""


def introspect(session: RunsStatements, schemas: list[str] | None, timeout_s: float) -> Catalog:
    """Tables, views, columns, comments, keys, indexes and row estimates of everything the login may read."""
    values: list[Any] = [schemas]
    tables: dict[int, Table] = {}
    default_schema = ""
    for oid, schema, name, kind, estimate, comment, current in session.rows(_TABLES, values, timeout_s=timeout_s):
        default_schema = current or ""
        tables[oid] = Table(
            name=TableName(name, schema),
            kind="view" if kind in "vm" else "table",
            comment=comment or "",
            row_estimate=int(estimate) if estimate is not None and estimate >= 0 and kind != "v" else None,
        )
    numbered = _add_columns(tables, session.rows(_COLUMNS, values, timeout_s=timeout_s))
    _add_constraints(tables, numbered, session.rows(_CONSTRAINTS, values, timeout_s=timeout_s))
    for oid, name, numbers, unique, key_count in session.rows(_INDEXES, values, timeout_s=timeout_s):
        columns = tuple(numbered[oid][n] for n in numbers[:key_count] if n in numbered[oid]) if oid in tables else ()
        if columns:
            tables[oid].indexes.append(Index(name, columns, unique))
    _add_reads(tables, session.rows(_READS, timeout_s=timeout_s))
    return Catalog(list(tables.values()), default_schema)


def _add_reads(tables: dict[int, Table], rows: list[tuple[Any, ...]]) -> None:
    """What views read, through views that this login may not read itself."""
    read: dict[int, set[int]] = {}
    wholes: dict[int, set[int]] = {}
    unknown: set[int] = set()
    for oid, referenced, may_read_any in rows:
        read.setdefault(oid, set())
        if may_read_any is None:
            wholes.setdefault(oid, set()).add(referenced)
        elif may_read_any:
            unknown.add(oid)
        else:
            read[oid].add(referenced)
    for oid, table in tables.items():
        found: dict[int, None] = {}
        waiting, is_unknown = list(read.get(oid, ())), oid in unknown
        passed: set[int] = set()
        while waiting:
            one = waiting.pop()
            if one in tables:
                found[one] = None
            elif one not in passed:
                passed.add(one)
                is_unknown = is_unknown or one in unknown
                waiting += read.get(one, ())
        found |= dict.fromkeys(one for one in wholes.get(oid, ()) if one in tables)
        names = sorted((tables[one].name for one in found), key=lambda name: (name.schema, name.name))
        table.reads = None if is_unknown else tuple(names)


def _add_columns(tables: dict[int, Table], rows: list[tuple[Any, ...]]) -> dict[int, dict[int, str]]:
    """Fill in the columns; the names of each table's columns by their number."""
    numbered: dict[int, dict[int, str]] = {oid: {} for oid in tables}
    for oid, number, name, native, not_null, comment, default, base in rows:
        if oid in tables:
            numbered[oid][number] = name
            tables[oid].columns.append(
                Column(name, from_native(base or native), native, nullable=not not_null, comment=comment or "", default=default)
            )
    return numbered


def _add_constraints(tables: dict[int, Table], numbered: dict[int, dict[int, str]], rows: list[tuple[Any, ...]]) -> None:
    for oid, kind, numbers, referenced, referenced_numbers in rows:
        if oid not in tables:
            continue
        columns = tuple(numbered[oid][n] for n in numbers)
        if kind == "p":
            tables[oid].primary_key = columns
            for column in tables[oid].columns:
                column.primary_key = column.name in columns
        elif referenced in tables:
            names = tuple(numbered[referenced][n] for n in referenced_numbers)
            tables[oid].foreign_keys.append(ForeignKey(columns, tables[referenced].name, names))
