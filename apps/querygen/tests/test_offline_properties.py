"""Whatever is asked, the offline engine refuses with a problem or writes SQL that runs."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics_platform.kernel.declare import Problem
from apps.querygen.offline.engine import answer
from apps.querygen.offline.linker import Value, value_terms
from apps.querygen.tests.shop import TODAY, shop_catalog, shop_values, sqlite_shop

WORDS = """how many total average maximum top 5 by per each most least orders customers products countries revenue sales profit price quantity status
name not without or and between 10 20 over than more in 2024 last month this year completed Germany Laptop 'x' "y" , ? highest lowest with have no
number of sorted descending ascending group date since before Q1 first 3 contains starts letter a cheapest oldest never ordered different which
what for every week quarter trend popular best selling at least exactly is are missing""".split()
questions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=10).map(" ".join)


@given(question=questions)
@settings(max_examples=400, deadline=None, derandomize=True, database=None)
def test_every_answer_runs(question: str) -> None:
    catalog = shop_catalog("sqlite")
    with contextlib.suppress(Problem), sqlite_shop() as run:
        run(answer(question, catalog, shop_values(catalog, question), today=TODAY).sql)


@given(question=st.text(max_size=60))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_any_text_is_answered_or_refused(question: str) -> None:
    with contextlib.suppress(Problem):
        answer(question, shop_catalog("postgres"), [], today=TODAY)


@given(text=st.text(alphabet=st.characters(codec="utf-8", exclude_characters='"\x00'), min_size=1, max_size=20))
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_a_quoted_text_is_looked_for_as_it_is(text: str) -> None:
    catalog = shop_catalog("sqlite")
    name = catalog.table("customers").column("name")
    assert name is not None
    question = f'how many customers with name "{text}"'
    values = [Value(term, name, text) for term in value_terms(question) if term == text.strip()]
    with contextlib.suppress(Problem), sqlite_shop() as run:
        assert run(answer(question, catalog, values, today=TODAY).sql) == [(0,)]
