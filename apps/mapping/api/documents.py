"""Schemas and mappings as YAML documents, in and out."""

from __future__ import annotations

from django.http import HttpResponse

from analytics_platform.sql.canonical.model import CanonicalSchema, SourceMapping
from apps.mapping.api.serializers import MapSource, PublishSchema
from apps.mapping.contract import Mapping, PublishedSchema, mappings
from apps.mapping.documents import MEDIA_TYPES, parsed, written

__all__ = ["MEDIA_TYPES", "mapping_from", "schema_from", "yaml_answer"]


def schema_from(text: bytes) -> PublishSchema:
    """Raises Malformed, TooLarge, Invalid."""
    return parsed(text, PublishSchema)


def mapping_from(text: bytes) -> SourceMapping:
    """To the newest version of its schema where it names none. Raises Malformed, TooLarge, Invalid, CanonicalSchemaNotFound."""
    body = parsed(text, MapSource)
    return body.mapping_to(body.schema_version or mappings.schema(name=body.schema_name).version)


def yaml_answer(found: PublishedSchema | Mapping) -> HttpResponse:
    """What was written by people, without what the platform adds."""
    plain: CanonicalSchema | SourceMapping
    if isinstance(found, PublishedSchema):
        plain = CanonicalSchema(**{name: getattr(found, name) for name in CanonicalSchema.model_fields})
        name = f"{plain.name}-{plain.version}"
    else:
        plain = SourceMapping(**{name: getattr(found, name) for name in SourceMapping.model_fields})
        name = f"{plain.schema_name}-mapping"
    return HttpResponse(
        written(plain), content_type="application/yaml; charset=utf-8", headers={"Content-Disposition": f'inline; filename="{name}.yaml"'}
    )
