"""An agency's crest: what is accepted, what is kept of it, and who gets it."""

import io
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, PngImagePlugin

from accounts import crest
from accounts.choices import Role
from accounts.models import Agency
from tests.factories import make_agency, make_plan, make_user

pytestmark = pytest.mark.django_db


def picture(
    kind: str = "PNG", size: tuple[int, int] = (900, 700), note: str = ""
) -> SimpleUploadedFile:
    made = io.BytesIO()
    if note:
        described = PngImagePlugin.PngInfo()
        described.add_text("Author", note)
        Image.new("RGBA", size, (0, 40, 120, 200)).save(made, kind, pnginfo=described)
    else:
        Image.new("RGB", size, "navy").save(made, kind)
    return SimpleUploadedFile("lambang", made.getvalue())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_crest_is_kept_small_whatever_was_sent(kind: str) -> None:
    name = crest.keep(picture(kind))
    with (
        Image.open(crest.document_file(name)) as document,
        Image.open(crest.page_file(name)) as page,
    ):
        assert (document.format, document.size) == ("PNG", (600, 467))
        assert (page.format, page.size) == ("PNG", (132, 103))


def test_crest_keeps_nothing_that_was_hidden_in_the_file() -> None:
    sent = picture(note="Ali bin Abu, di rumah")
    assert b"Ali bin Abu" in sent.read()
    sent.seek(0)
    name = crest.keep(sent)
    for file in (crest.document_file(name), crest.page_file(name)):
        assert b"Ali bin Abu" not in file.read_bytes()
        with Image.open(file) as kept:
            # What one can see through stays so.
            assert kept.convert("RGBA").getpixel((5, 5)) == pytest.approx((0, 40, 120, 200), abs=8)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 bukan gambar",
        b"\x89PNG\r\n\x1a\n rosak",
    ],
)
def test_file_that_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError, match=r"PNG, JPEG"):
        crest.keep(SimpleUploadedFile("lambang.png", content))


def test_picture_of_another_kind_is_refused() -> None:
    with pytest.raises(ValidationError):
        crest.keep(picture("GIF"))


def test_picture_too_large_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = _bomb()
    monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("unpacked"))
    with pytest.raises(ValidationError):
        crest.keep(bomb)
    with pytest.raises(ValidationError, match="2 MB"):
        crest.keep(SimpleUploadedFile("lambang.png", b"x" * (crest.MAX_BYTES + 1)))


def _bomb() -> SimpleUploadedFile:
    """A PNG whose head claims 30,000 x 30,000 pixels."""
    content = bytearray(picture(size=(1, 1)).read())
    content[16:24] = (30_000).to_bytes(4) * 2
    # The head's own checksum too, so that only the size is wrong with it.
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4)
    return SimpleUploadedFile("lambang.png", bytes(content))


def _form(agency: Agency, **more: object) -> dict[str, object]:
    return {
        "name": agency.name,
        "short_name": agency.short_name,
        "change_reason": "Lambang baharu",
        **more,
    }


def test_administrator_uploads_a_crest_that_every_page_then_shows(client: Client) -> None:
    plan = make_plan()
    agency = plan.agency
    tree = reverse("plan_tree", args=plan.address)
    client.force_login(make_user(Role.ADMINISTRATOR, agency))
    address = reverse("admin:accounts_agency_change", args=[agency.pk])
    assert client.post(address, _form(agency, crest_file=picture())).status_code == 302
    agency.refresh_from_db()
    assert agency.crest
    assert agency.history.latest().history_change_reason == "Lambang baharu"
    for page in (tree, reverse("admin:index"), "/tiada/"):
        assert f'src="{agency.crest_url}"' in client.get(page).content.decode()
    client.logout()
    assert f'src="{agency.crest_url}"' in client.get(reverse("account_login")).content.decode()
    answer = client.get(agency.crest_url)
    assert answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert b"".join(answer).startswith(b"\x89PNG")


def test_administrator_takes_the_crest_away_and_the_mark_comes_back(client: Client) -> None:
    agency = make_agency()
    agency.crest = crest.keep(picture())
    agency.save()
    client.force_login(make_user(Role.ADMINISTRATOR, agency))
    former = agency.crest_url
    address = reverse("admin:accounts_agency_change", args=[agency.pk])
    assert "crest_removed" in client.get(address).content.decode()
    assert client.post(address, _form(agency, crest_removed="on")).status_code == 302
    agency.refresh_from_db()
    assert agency.crest_url == ""
    assert client.get(former).status_code == 404
    assert "img/mark" in client.get("/tiada/").content.decode()


def test_wrong_file_is_refused_beside_its_field(client: Client) -> None:
    agency = make_agency()
    client.force_login(make_user(Role.ADMINISTRATOR, agency))
    address = reverse("admin:accounts_agency_change", args=[agency.pk])
    wrong = SimpleUploadedFile("lambang.png", b"bukan gambar")
    response = client.post(address, _form(agency, crest_file=wrong))
    assert response.status_code == 200
    assert "crest_file" in response.context["adminform"].form.errors
    agency.refresh_from_db()
    assert agency.crest == ""


def test_who_only_looks_is_offered_no_upload(client: Client) -> None:
    agency = make_agency()
    client.force_login(make_user(Role.AUDITOR, agency))
    response = client.get(reverse("admin:accounts_agency_change", args=[agency.pk]))
    assert response.status_code == 200
    assert "crest_file" not in response.content.decode()


def test_crest_that_is_gone_from_the_store_is_not_there(client: Client) -> None:
    agency = make_agency()
    agency.crest = crest.keep(picture())
    agency.save()
    crest.page_file(agency.crest).unlink()
    assert client.get(agency.crest_url).status_code == 404
