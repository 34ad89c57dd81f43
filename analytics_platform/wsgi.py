"""What the web server serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from analytics_platform.kernel.write_behind import gather

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "analytics_platform.settings.production")
application = get_wsgi_application()
gather()
gc.collect()
gc.freeze()  # what was loaded at the start stays for good: collections need not walk it
