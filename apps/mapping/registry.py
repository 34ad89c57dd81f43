"""The registry of canonical schemas: those that come with the platform, and the tenant's own, whose versions are only ever added."""

from __future__ import annotations

from django.db import IntegrityError

from analytics_platform.kernel.context import principal_or_none
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import Page
from analytics_platform.sql.canonical.checking import schema_faults
from analytics_platform.sql.canonical.model import CanonicalSchema
from apps.mapping.contract import CanonicalSchemaExists, CanonicalSchemaInvalid, CanonicalSchemaNotFound, PublishedSchema
from apps.mapping.faults import field_errors_of
from apps.mapping.models import SchemaVersion
from apps.mapping.shipping import shipped


def listed(*, search: str, page: int, page_size: int) -> Page[PublishedSchema]:
    """The newest version of each by name, shipped or the tenant's own."""
    wanted = search.strip().casefold()
    own = SchemaVersion.objects.filter(name__icontains=wanted).order_by("name").values_list("name", flat=True).distinct()
    names = sorted({*own, *(name for name in shipped() if wanted in name)})
    shown = names[(page - 1) * page_size : page * page_size]
    return Page(count=len(names), results=[published(name) for name in shown])


def published(name: str, version: int | None = None) -> PublishedSchema:
    """One version, the newest where none is named. Raises CanonicalSchemaNotFound."""
    if name in shipped():
        return _of_shipped(name, version)
    row = _row(name, version)
    versions = sorted(SchemaVersion.objects.filter(name=name).values_list("version", flat=True))
    return PublishedSchema(
        **{**row.document, "version": row.version}, versions=versions, published_at=row.published_at, published_by=row.published_by
    )


def plain(name: str, version: int | None = None) -> CanonicalSchema:
    """The same without the registry's remarks, as the translator reads it. Raises CanonicalSchemaNotFound."""
    if name in shipped():
        return _shipped_version(name, version)
    row = _row(name, version)
    return CanonicalSchema.model_validate({**row.document, "version": row.version})


def publish(schema: CanonicalSchema, *, version: int | None) -> PublishedSchema:
    """The next version of its name. Raises CanonicalSchemaExists, CanonicalSchemaInvalid."""
    if schema.name == "import":
        raise CanonicalSchemaExists("`import` is an address of the API: publish under another name.")
    if schema.name in shipped():
        raise CanonicalSchemaExists(f"{schema.name!r} comes with the platform: publish your own under another name.")
    faults = schema_faults(schema)
    if faults:
        raise CanonicalSchemaInvalid(errors=field_errors_of(faults))
    newest = SchemaVersion.objects.filter(name=schema.name).order_by("-version").values_list("version", flat=True).first() or 0
    if version is not None and version != newest + 1:
        raise CanonicalSchemaExists(f"The next version of {schema.name!r} is {newest + 1}, not {version}; published versions never change.")
    principal = principal_or_none()
    row = SchemaVersion(
        name=schema.name,
        version=newest + 1,
        document=schema.model_dump(mode="json", exclude={"version"}),
        published_by=principal.user_id if principal else None,
    )
    try:
        with transaction_for("mapping"):
            row.save(force_insert=True)
    except IntegrityError as fault:
        raise CanonicalSchemaExists(f"Somebody else has just published version {row.version} of {schema.name!r}.") from fault
    return published(row.name, row.version)


def _row(name: str, version: int | None) -> SchemaVersion:
    if not name.isidentifier():
        raise CanonicalSchemaNotFound
    rows = SchemaVersion.objects.filter(name=name).order_by("-version")
    row = rows.first() if version is None else rows.filter(version=version).first()
    if row is None:
        raise CanonicalSchemaNotFound(f"There is no canonical schema {name!r}" + (f" in version {version}." if version else "."))
    return row


def _shipped_version(name: str, version: int | None) -> CanonicalSchema:
    versions = shipped()[name]
    found = versions[-1] if version is None else next((schema for schema in versions if schema.version == version), None)
    if found is None:
        raise CanonicalSchemaNotFound(f"The canonical schema {name!r} has no version {version}.")
    return found


def _of_shipped(name: str, version: int | None) -> PublishedSchema:
    found = _shipped_version(name, version)
    return PublishedSchema(**found.model_dump(), versions=[schema.version for schema in shipped()[name]], shipped=True)
