"""Pages that nobody reads, not drawn."""

import pytest
from django.http import HttpRequest
from django.template.backends.django import Template


def draw_no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is drawn for a request is empty, and what drawing would ask of the database is not
    asked; who gets the page is as ever.

    What is drawn for no request is drawn: the process keeps such parts (marks, a dashboard's
    middle), and would show them empty in every test to come.
    """
    draw = Template.render

    def render(
        self: Template, context: dict[str, object] | None = None, request: HttpRequest | None = None
    ) -> str:
        return draw(self, context, request) if request is None else ""

    monkeypatch.setattr(Template, "render", render)
