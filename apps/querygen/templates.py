"""Query templates: parameters are declared, typed and bound; a value never becomes part of the text. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from analytics_platform.kernel.declare import FieldError
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.parsing import parse_statement, placeholder_names
from analytics_platform.sql.trees import walk
from apps.querygen.contract import ParameterInvalid, Scalar, TemplateInvalid, TemplateParameter

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}$")


def check_template(sql: str, parameters: list[TemplateParameter], *, dialect: Dialect) -> None:
    """Every placeholder is declared, every declared parameter is used, and defaults fit. Raises TemplateInvalid and the pipeline's syntax errors."""
    used = placeholder_names(walk(parse_statement(sql, dialect=dialect)))
    declared = [parameter.name for parameter in parameters]
    faults = [_fault(name, "undeclared", f":{name} is not declared.") for name in sorted(used - set(declared))]
    faults += [_fault(name, "unused", f"The SQL has no :{name}.") for name in sorted(set(declared) - used)]
    faults += [_fault(name, "duplicate", "Declared twice.") for name in sorted({name for name in declared if declared.count(name) > 1})]
    faults += [_fault(name, "bad_name", "A name is letters, digits and underscores.") for name in declared if not _NAME.match(name)]
    for parameter in parameters:
        for value in [*parameter.allowed, *([parameter.default] if parameter.default is not None else [])]:
            if _converted(parameter, value) is None:
                faults.append(_fault(parameter.name, "bad_value", f"{value!r} is no {parameter.type}."))
    if faults:
        raise TemplateInvalid(errors=faults)


def bound_values(parameters: list[TemplateParameter], given: dict[str, Scalar]) -> dict[str, Scalar]:
    """The values to bind, checked against their declarations. Raises ParameterInvalid with every fault."""
    faults = [_fault(name, "unknown", "The template has no such parameter.") for name in sorted(set(given) - {p.name for p in parameters})]
    values: dict[str, Scalar] = {}
    for parameter in parameters:
        value = given.get(parameter.name, parameter.default)
        if value is None:
            if parameter.required:
                faults.append(_fault(parameter.name, "missing", "A value is needed."))
            values[parameter.name] = None
            continue
        converted = _converted(parameter, value)
        if converted is None:
            faults.append(_fault(parameter.name, "bad_type", f"This is no {parameter.type}."))
        elif parameter.allowed and converted not in [_converted(parameter, allowed) for allowed in parameter.allowed]:
            faults.append(_fault(parameter.name, "not_allowed", "This value is not among the allowed ones."))
        values[parameter.name] = converted
    if faults:
        raise ParameterInvalid(errors=faults)
    return values


def _converted(parameter: TemplateParameter, value: Scalar) -> Scalar:
    """The value in its type (dates stay ISO text), or None when it is none of that type."""
    checks: dict[str, Any] = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
    if parameter.type in checks:
        is_right = isinstance(value, checks[parameter.type]) and (parameter.type == "boolean" or not isinstance(value, bool))
        return value if is_right else None
    try:
        if not isinstance(value, str):
            return None
        return date.fromisoformat(value).isoformat() if parameter.type == "date" else datetime.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _fault(name: str, code: str, message: str) -> FieldError:
    return FieldError(field=f"parameters.{name}", code=code, message=message)
