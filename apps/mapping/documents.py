"""Canonical schemas and mappings as YAML: read without surprises (no aliases, no tags, no yes that means true), written as people would."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from analytics_platform.kernel.http.endpoint import field_errors
from analytics_platform.kernel.problems import Invalid, Malformed, TooLarge

M = TypeVar("M", bound=BaseModel)
LARGEST_BYTES: Final = 512 * 1024
DEEPEST: Final = 24
MEDIA_TYPES: Final = ("application/yaml", "application/x-yaml", "text/yaml", "application/json")


class _Loader(yaml.CSafeLoader):
    """JSON's types and no others: `no` is a country, `007` a code and `2024-01-01` a text. Keys are texts, and none comes twice."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        found: dict[Hashable, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key that is no text", problem_mark=key.start_mark)
            if key.value in found:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} comes twice", problem_mark=key.start_mark)
            found[key.value] = self.construct_object(value, deep=True)
        return found


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]{0,18})$"), list("-0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]{1,3})?$"), list("-0123456789")
)
_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_mapping)


class _Dumper(yaml.SafeDumper):
    """Lists indented under their key; short lists of words on one line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_Dumper.add_representer(
    list,
    lambda dumper, data: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", data, flow_style=all(isinstance(item, (str, int, float)) for item in data)
    ),
)


def parsed(text: bytes, model: type[M]) -> M:
    """The document as a `model`. Raises TooLarge, Malformed with the place of the fault, Invalid with every field's."""
    document = loaded(text)
    try:
        return model.model_validate(document)
    except ValidationError as fault:
        raise Invalid(errors=field_errors(fault)) from fault


def loaded(text: bytes) -> Any:
    """The document's plain data. Raises TooLarge, Malformed."""
    if len(text) > LARGEST_BYTES:
        raise TooLarge(f"A document may have {LARGEST_BYTES // 1024} KiB.")
    try:
        _refuse_bombs(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a CSafeLoader
    except yaml.MarkedYAMLError as fault:
        place = f" (line {fault.problem_mark.line + 1})" if fault.problem_mark else ""
        raise Malformed(f"The document is not YAML that is read here: {fault.problem or fault.context}{place}.") from fault
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as fault:
        raise Malformed("The document is not YAML.") from fault


def written(model: BaseModel) -> str:
    """The model without its defaults, in the order of its fields; its version always stands there."""
    data = model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if "version" in type(model).model_fields:
        data = {"name": data.pop("name"), "version": model.version, **data}  # type: ignore[attr-defined]
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _refused(problem: str, event: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)


def _refuse_bombs(text: bytes) -> None:
    """Aliases multiply, tags build things and nesting exhausts the stack; all are seen in the events, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _refused("aliases are not read", event)
        if getattr(event, "tag", None) is not None:
            raise _refused("tags are not read", event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise _refused("nested too deeply", event)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.ScalarEvent) and "\0" in event.value:
            raise _refused("a NUL character cannot be stored", event)
