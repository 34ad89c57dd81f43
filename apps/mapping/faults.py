"""The library's faults as the API's: where, what, and a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from analytics_platform.kernel.declare import FieldError
from analytics_platform.sql.canonical.model import MappingFault


def field_errors_of(faults: Iterable[MappingFault]) -> list[FieldError]:
    """Every fault, with its path as the field."""
    return [FieldError(field=fault.path, code=fault.code, message=fault.message) for fault in faults]
