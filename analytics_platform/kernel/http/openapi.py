"""The OpenAPI document, out of what each operation declares."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, cast, get_args, get_origin

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from pydantic import BaseModel, TypeAdapter

from analytics_platform.kernel.context import NotSignedIn
from analytics_platform.kernel.declare import CursorPage, Page, Problem
from analytics_platform.kernel.epochs import EpochUnknown, RateLimited, TokenStale
from analytics_platform.kernel.http.authentication import TenantMismatch
from analytics_platform.kernel.http.endpoint import Operation
from analytics_platform.kernel.http.idempotency import IdempotencyKeyReused, InProgress
from analytics_platform.kernel.http.tokens import TokenInvalid
from analytics_platform.kernel.problems import Invalid, Malformed, NotFound, PermissionDenied, TooLarge, UnsupportedMediaType

_REF = "#/components/schemas/{model}"


class ProblemBody(BaseModel):
    """An error (RFC 9457). `code` is stable; `errors` names the faults of single fields."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[dict[str, str]] = []


class PlatformSchema(AutoSchema):
    """Reads an operation off `@endpoint`."""

    @property
    def _operation(self) -> Operation:
        handler = getattr(self.view, self.method.lower())
        operation: Operation = handler.operation
        return operation

    def get_operation_id(self) -> str:
        """`<app>_<View>_<method>`: stable while paths move."""
        return f"{_app_of(type(self.view))}_{type(self.view).__name__}_{self.method.lower()}"

    def get_tags(self) -> list[str]:
        """The app's name."""
        return [_app_of(type(self.view))]

    def get_summary(self) -> str:
        """As declared."""
        return self._operation.summary

    def get_description(self) -> str:  # type: ignore[override]
        """As declared, with the permission it needs."""
        permission = self._operation.permission
        needs = f"Needs the permission `{permission}`." if permission else ""
        return "\n\n".join(part for part in (self._operation.description, needs) if part)

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Public operations need nothing."""
        return [{}] if self._operation.is_public else [{"bearer": []}, {"apiKey": []}]

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters = [
            {**p, "schema": {"type": "string", **p.get("schema", {})}} for p in self._resolve_path_parameters(_path_names(self.path))
        ]
        if self._operation.query is not None:
            schema = self._schema_of(self._operation.query, mode="validation", inline=True)
            required = schema.get("required", [])
            parameters += [
                {"in": "query", "name": name, "required": name in required, "schema": {k: v for k, v in spec.items() if k != "description"}}
                | ({"description": spec["description"]} if "description" in spec else {})
                for name, spec in schema.get("properties", {}).items()
            ]
        if self._operation.is_idempotent:
            parameters.append(
                {"in": "header", "name": "Idempotency-Key", "required": False, "schema": {"type": "string", "maxLength": 200}}
            )
        return parameters

    def _get_request_body(self, direction: str = "request") -> dict[str, Any] | None:
        if self._operation.upload:
            form = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
            return {"content": {"multipart/form-data": {"schema": form}}, "required": True}
        if self._operation.text_types:
            return {"content": {kind: {"schema": {"type": "string"}} for kind in self._operation.text_types}, "required": True}
        if self._operation.body is None:
            return None
        schema = self._schema_of(self._operation.body, mode="validation")
        is_required = any(field.is_required() for field in self._operation.body.model_fields.values())
        return {"content": {"application/json": {"schema": schema}}, "required": is_required}

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        operation = self._operation
        found = {str(operation.status): self._response(operation.answer, operation.media_types)}
        for status, answer in operation.also.items():
            found[str(status)] = self._response(answer, ("application/json",))
        problems: dict[int, set[type[Problem]]] = defaultdict(set)
        for problem in (*operation.errors, *_standard_errors(operation, has_path="{" in self.path)):
            problems[problem.status].add(problem)
        for status, kinds in problems.items():
            codes = ", ".join(f"`{code}`" for code in sorted(kind.code for kind in kinds))
            schema = self._schema_of(ProblemBody, mode="serialization")
            found[str(status)] = {"description": codes, "content": {"application/problem+json": {"schema": schema}}}
        return dict(sorted(found.items()))

    def _response(self, answer: Any, media_types: tuple[str, ...]) -> dict[str, Any]:
        if answer is None:
            return {"description": "Done; no body."}
        content: dict[str, Any] = {}
        for media_type in media_types:
            is_json = media_type == "application/json"
            content[media_type] = {
                "schema": self._schema_of(answer, mode="serialization")
                if is_json and answer is not bytes
                else {"type": "string", "format": "binary"}
            }
        return {"description": "As asked.", "content": content}

    def _schema_of(self, target: Any, *, mode: Any, inline: bool = False) -> dict[str, Any]:
        """A JSON Schema with its parts in the document's components, each under the name of its app."""
        origin, arguments = get_origin(target), get_args(target)
        generic = getattr(target, "__pydantic_generic_metadata__", None) or {}
        if generic.get("origin") in (Page, CursorPage):
            return _page_schema(generic["origin"], self._schema_of(generic["args"][0], mode=mode))
        if origin is list:
            return {"type": "array", "items": self._schema_of(arguments[0], mode=mode)}
        schema = TypeAdapter(target).json_schema(mode=mode, ref_template=_REF, by_alias=True)
        definitions = schema.pop("$defs", {})
        name = _component_name(target) if isinstance(target, type) and issubclass(target, BaseModel) else ""
        prefix = name.split(".")[0] if name else _app_of(type(self.view))
        names = {old: f"{prefix}.{old}" for old in definitions}
        for old, definition in definitions.items():
            self._register(names[old], _renamed(definition, names))
        schema = cast("dict[str, Any]", _renamed(schema, names))
        if inline or not name:
            return schema
        self._register(name, schema)
        return {"$ref": _REF.format(model=name)}

    def _register(self, name: str, schema: dict[str, Any]) -> None:
        self.registry.register_on_missing(ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, object=name, schema=schema))


def _standard_errors(operation: Operation, *, has_path: bool) -> list[type[Problem]]:
    """What every operation of this kind can refuse with."""
    found: list[type[Problem]] = [RateLimited, EpochUnknown]
    if not operation.is_public:
        found += [NotSignedIn, TokenInvalid, TokenStale, PermissionDenied, TenantMismatch]
    if operation.body is not None:
        found += [Invalid, Malformed, UnsupportedMediaType, TooLarge]
    if operation.query is not None:
        found.append(Invalid)
    if has_path:
        found.append(NotFound)
    if operation.is_idempotent:
        found += [InProgress, IdempotencyKeyReused]
    return found


def _page_schema(kind: type[Page[Any]] | type[CursorPage[Any]], item: dict[str, Any]) -> dict[str, Any]:
    link = {"type": ["string", "null"], "format": "uri"}
    properties: dict[str, Any] = {"next": link, "previous": link, "results": {"type": "array", "items": item}}
    if kind is Page:
        properties = {"count": {"type": "integer"}, **properties}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    """The schema with its references pointing at the components' full names."""
    if isinstance(schema, dict):
        return {
            key: _REF.format(model=names.get(value.rsplit("/", 1)[-1], value.rsplit("/", 1)[-1]))
            if key == "$ref" and isinstance(value, str)
            else _renamed(value, names)
            for key, value in schema.items()
        }
    return [_renamed(item, names) for item in schema] if isinstance(schema, list) else schema


def _path_names(path: str) -> list[str]:
    return [part.strip("{}") for part in path.split("/") if part.startswith("{")]


def _app_of(owner: type) -> str:
    """`apps.viz.api.views` → `viz`; the kernel's own operations belong to the gateway."""
    parts = owner.__module__.split(".")
    return parts[1] if parts[0] == "apps" else "gateway"


def _component_name(model: type[BaseModel]) -> str:
    return f"{_app_of(model)}.{model.__name__}".replace("[", "_").replace("]", "_").replace(",", "_").replace(" ", "")
