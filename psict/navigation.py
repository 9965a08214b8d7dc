"""What every page shows around its content: where one can go, and what one should know."""

from django.http import HttpRequest


def context(request: HttpRequest) -> dict[str, object]:
    return {}
