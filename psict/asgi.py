"""The entry point of an asynchronous server, should one be wanted."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psict.settings")

application = get_asgi_application()
