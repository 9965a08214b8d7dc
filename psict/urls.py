"""Where every address of the portal leads."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from psict.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("kesihatan/", health, name="health"),
    # The sign-in page offers the other language too.
    path("bahasa/", login_not_required(set_language), name="set_language"),
    path("akaun/", include("accounts.urls")),
    path("pentadbiran/", admin.site.urls),
    path("", include("progress.urls")),
    path("", include("reports.urls")),
]
