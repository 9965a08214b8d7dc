"""Addresses of the reports room: a plan's pages live below the plan's own address."""

from django.urls import URLPattern, path

from reports.views import home

PLAN = "<slug:agency>/<slug:plan>/"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    # The plan as it stands
    # The annual reviews
]
