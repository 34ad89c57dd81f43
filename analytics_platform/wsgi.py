"""What the web server serves."""

import os

from django.core.wsgi import get_wsgi_application

from analytics_platform.kernel.garbage import collect_seldom
from analytics_platform.kernel.write_behind import gather

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "analytics_platform.settings.production")
application = get_wsgi_application()
gather()
collect_seldom()
