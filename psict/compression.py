"""Pages travel compressed; files do not.

Compression can betray a secret that stands beside text of an attacker's choosing (BREACH): Django
masks its form tokens anew for each answer and pads what it compresses by a random length, and
cookies are kept to the same site. Documents and evidence are compressed in themselves, and keep
their length this way, which a download's progress needs.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TYPES = ("text/html", "application/json")


class CompressedPages(GZipMiddleware):
    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith(TYPES):
            return response
        return super().process_response(request, response)
