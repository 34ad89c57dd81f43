"""The tables of counting; made by the test, not migrated."""

TABLES = """
CREATE TABLE public.counters (key text PRIMARY KEY, number integer NOT NULL);
CREATE TABLE public.heard (id bigserial PRIMARY KEY, key text, number integer, process integer);
CREATE TABLE public.ran (id bigserial PRIMARY KEY, kind text, process integer);
"""
