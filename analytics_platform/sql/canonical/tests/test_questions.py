"""Twenty questions have the same answers in four differently shaped shops."""

from __future__ import annotations

import pytest

from analytics_platform.sql.canonical.tests.answers import answer, translated
from tests.shops.questions import QUESTIONS, Question
from tests.shops.rows import comparable, types_of
from tests.shops.servers import Opened


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_has_the_answer_of_the_facts(question: Question, shop: Opened) -> None:
    assert answer(question.sql, shop, question.parameters) == comparable(question.answer(), question.types)


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_has_the_canonical_types(question: Question, shop: Opened) -> None:
    assert tuple(types_of(translated(question.sql, shop).columns)) == question.types


def test_there_are_twenty() -> None:
    assert len({question.name for question in QUESTIONS}) == 20


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_the_facts_give_an_answer(question: Question) -> None:
    assert question.answer()
