import gzip
import io

import pytest
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import reverse

from psict.compression import CompressedPages

ZIPPED = {"accept-encoding": "gzip, deflate, br"}


@pytest.mark.django_db
def test_page_travels_compressed(client: Client) -> None:
    plain = client.get(reverse("privacy"))
    small = client.get(reverse("privacy"), headers=ZIPPED)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.content) < len(plain.content) / 2
    assert b"</html>" in gzip.decompress(small.content)
    assert "Accept-Encoding" in small.headers["Vary"]


def test_same_page_never_has_the_same_length_twice() -> None:
    """What BREACH would measure is padded by a random length."""
    page = b"<p>rahsia</p>" * 500
    lengths = {len(_through(HttpResponse(page)).content) for _ in range(40)}  # type: ignore[attr-defined]
    assert len(lengths) > 5


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(b"%PDF-1.7" * 200, content_type="application/pdf"),
        FileResponse(io.BytesIO(b"<p></p>" * 200), content_type="text/html"),
    ],
)
def test_file_keeps_its_bytes_and_length(response: HttpResponseBase) -> None:
    assert "Content-Encoding" not in _through(response).headers


def _through(response: HttpResponseBase) -> HttpResponseBase:
    request = RequestFactory().get("/", headers=ZIPPED)
    return CompressedPages(lambda _request: response)(request)  # type: ignore[return-value]
