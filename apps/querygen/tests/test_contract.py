"""The service, called as other apps call it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.querygen.contract import Ambiguous, CannotAnswer, ConversationNotFound, QueryNotFound, QueryTemplateNotFound, queries

pytestmark = pytest.mark.layouts


def test_generates_and_finds_again(tenant: Any, source_id: UUID) -> None:
    with tenant.acting():
        made = queries.generate(data_source_id=source_id, question="how many orders are there")
        assert queries.get(query_id=made.id).sql == made.sql
        assert queries.history(data_source_id=source_id).results[0].id == made.id
        assert queries.history(data_source_id=uuid4()).results == []


def test_its_errors_keep_their_class_and_what_they_carry(tenant: Any, source_id: UUID) -> None:
    with tenant.acting():
        with pytest.raises(CannotAnswer) as refusal:
            queries.generate(data_source_id=source_id, question="weather in Berlin")
        with pytest.raises(Ambiguous) as question:
            queries.generate(data_source_id=source_id, question="top 3 customers")
        with pytest.raises(ConversationNotFound):
            queries.generate(conversation_id=uuid4(), question="and by month")
        with pytest.raises(QueryNotFound):
            queries.get(query_id=uuid4())
        with pytest.raises(QueryTemplateNotFound):
            queries.render_template(template_id=uuid4())
    assert refusal.value.extra["closest"]
    assert UUID(question.value.extra["conversation_id"])


def test_another_tenant_sees_nothing(tenant: Any, other_tenant: Any, source_id: UUID) -> None:
    with tenant.acting():
        made = queries.generate(data_source_id=source_id, question="how many orders are there")
        template = queries.create_template(name="all", data_source_id=source_id, sql="SELECT id FROM orders")
        queries.give_feedback(query_id=made.id, rating=1)
    with other_tenant.acting():
        assert queries.history().results == []
        assert queries.list_templates().count == queries.list_examples().count == 0
        for call, arguments in (
            (queries.get, {"query_id": made.id}),
            (queries.get_template, {"template_id": template.id}),
            (queries.give_feedback, {"query_id": made.id, "rating": 1}),
            (queries.generate, {"data_source_id": source_id, "question": "how many orders are there"}),
        ):
            with pytest.raises(Exception, match="There is no such"):
                call(**arguments)
