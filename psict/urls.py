"""Where every address of the portal leads."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from accounts.views import crest
from psict.favicon import favicon
from psict.health import health
from psict.keys import set_keys
from psict.statements import accessibility, disclaimer, privacy
from psict.theme import set_theme

urlpatterns: list[URLPattern | URLResolver] = [
    path("kesihatan/", health, name="health"),
    path("favicon.ico", favicon, name="favicon"),
    # The sign-in page offers the other language too.
    path("bahasa/", login_not_required(set_language), name="set_language"),
    path("tema/", set_theme, name="set_theme"),
    path("kekunci/", set_keys, name="set_keys"),
    path("lambang/<str:name>.png", crest, name="crest"),
    path("penafian/", disclaimer, name="disclaimer"),
    path("privasi/", privacy, name="privacy"),
    path("kebolehcapaian/", accessibility, name="accessibility"),
    path("akaun/", include("accounts.urls")),
    path("pentadbiran/", admin.site.urls),
    path("", include("progress.urls")),
    path("", include("reports.urls")),
]
