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
gc.set_threshold(
    50_000, 20, 20
)  # requests leave hardly any cycles: looking for them after every 700 objects is most of what a collection costs
