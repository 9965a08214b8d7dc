"""Where every address of the portal leads."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("akaun/", include("accounts.urls")),
    path("pentadbiran/", admin.site.urls),
    path("", include("progress.urls")),
    path("", include("reports.urls")),
]
