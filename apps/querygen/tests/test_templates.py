"""Template parameters: declared, typed, bound, never pasted."""

from __future__ import annotations

from typing import Any

import pytest

from apps.querygen.contract import ParameterInvalid, TemplateInvalid, TemplateParameter
from apps.querygen.templates import bound_values, check_template


def parameter(name: str = "x", kind: Any = "string", **more: Any) -> TemplateParameter:
    return TemplateParameter(name=name, type=kind, **more)


def codes(problem: TemplateInvalid | ParameterInvalid) -> list[str]:
    return [error.code for error in problem.errors]


@pytest.mark.parametrize(
    ("sql", "parameters", "code"),
    [
        ("SELECT :x", [], "undeclared"),
        ("SELECT 1", [parameter()], "unused"),
        ("SELECT :x", [parameter(), parameter()], "duplicate"),
        ("SELECT :x", [parameter(kind="integer", default="many")], "bad_value"),
        ("SELECT :x", [parameter(kind="date", allowed=["2024-13-01"])], "bad_value"),
    ],
)
def test_refuses_a_template_that_does_not_fit_together(sql: str, parameters: list[TemplateParameter], code: str) -> None:
    with pytest.raises(TemplateInvalid) as refusal:
        check_template(sql, parameters, dialect="postgres")
    assert codes(refusal.value) == [code]


def test_takes_one_that_does() -> None:
    check_template(
        "SELECT * FROM orders WHERE id = :id AND status = :status", [parameter("id", "integer"), parameter("status")], dialect="mysql"
    )


@pytest.mark.parametrize(
    ("declared", "given", "code"),
    [
        (parameter(), {}, "missing"),
        (parameter(kind="integer"), {"x": "1"}, "bad_type"),
        (parameter(kind="integer"), {"x": True}, "bad_type"),
        (parameter(kind="date"), {"x": "yesterday"}, "bad_type"),
        (parameter(kind="boolean"), {"x": 1}, "bad_type"),
        (parameter(allowed=["a", "b"]), {"x": "c"}, "not_allowed"),
    ],
)
def test_refuses_values_that_do_not_fit(declared: TemplateParameter, given: dict[str, Any], code: str) -> None:
    with pytest.raises(ParameterInvalid) as refusal:
        bound_values([declared], given)
    assert codes(refusal.value) == [code]


def test_refuses_values_that_were_not_declared() -> None:
    with pytest.raises(ParameterInvalid) as refusal:
        bound_values([], {"y": 1})
    assert codes(refusal.value) == ["unknown"]


def test_a_default_stands_in_and_an_optional_one_may_be_missing() -> None:
    declared = [parameter("a", default="z"), parameter("b", "integer", required=False)]
    assert bound_values(declared, {}) == {"a": "z", "b": None}


def test_a_hostile_value_stays_a_value() -> None:
    hostile = "x'; DROP TABLE orders; --"
    assert bound_values([parameter()], {"x": hostile}) == {"x": hostile}
