"""Files: tables in each tenant's schema."""

from analytics_platform.kernel.contracts.binding import PlatformAppConfig


class FilesConfig(PlatformAppConfig):
    """The app of uploaded files."""

    name = "apps.files"
    label = "files"
    verbose_name = "Files"
    tables = "tenant"
    service = "apps.files.services.FilesService"
