"""Draws one page of a file somebody sent, in a process of its own that can do little else.

Run as a program by ``progress.pictures``: the file comes in on standard input, the picture goes out
on standard output. It imports nothing of the portal, and before it reads a byte it gives up memory,
time, and writing files. PDFium is built without JavaScript; what a file holds is drawn, never run.
"""

import io
import resource
import sys

MEMORY = 1024 * 2**20
CPU_SECONDS = 10
PAGE_BOX = (1080, 2160)  # an A4 page at 130 dots an inch; a strip no longer than two of them
IMAGE_BOX = (1600, 1600)
QUALITY = 80
# A page of text has few colours. Kept exactly they are sharper than a photograph, and half its size.
COLOURS = 32


def give_up_powers() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def count_pages(file: bytes) -> bytes:
    import pypdfium2  # noqa: PLC0415 - only once the limits stand

    return str(len(pypdfium2.PdfDocument(file))).encode()


def draw_page(file: bytes, number: int) -> bytes:
    import pypdfium2  # noqa: PLC0415 - only once the limits stand

    document = pypdfium2.PdfDocument(file)
    document.init_forms()  # what was filled into a form is part of the page
    page = document[number - 1]
    width, height = page.get_size()
    drawn = page.render(scale=min(PAGE_BOX[0] / width, PAGE_BOX[1] / height)).to_pil()
    seen = drawn.convert("RGB")
    as_photograph, as_text = io.BytesIO(), io.BytesIO()
    seen.save(as_photograph, "WEBP", quality=QUALITY)
    seen.quantize(COLOURS).save(as_text, "WEBP", lossless=True)
    return min(as_photograph.getvalue(), as_text.getvalue(), key=len)


def describe(file: bytes) -> bytes:
    """As JSON: each page's size and words, and the document's outline."""
    import json  # noqa: PLC0415 - as below

    import pypdfium2  # noqa: PLC0415 - only once the limits stand

    document = pypdfium2.PdfDocument(file)
    pages = []
    for page in document:
        width, height = page.get_size()
        scale = min(PAGE_BOX[0] / width, PAGE_BOX[1] / height)
        words = page.get_textpage().get_text_range().replace("\r\n", "\n")
        pages.append(
            {"width": round(width * scale), "height": round(height * scale), "text": words}
        )
    outline = [
        {"level": entry.level, "title": entry.get_title(), "page": place.get_index() + 1}
        for entry in document.get_toc()
        if (place := entry.get_dest()) is not None
    ]
    return json.dumps({"pages": pages, "outline": outline}).encode()


def draw_image(file: bytes) -> bytes:
    """The image upright, on white, in a bounded size, without what the camera noted in it."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - only once the limits stand

    Image.MAX_IMAGE_PIXELS = None  # the limit on memory holds instead
    with Image.open(io.BytesIO(file), formats=["JPEG", "PNG", "WEBP", "GIF"]) as image:
        image.draft("RGB", IMAGE_BOX)
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail(IMAGE_BOX)
        seen = upright.convert("RGBA")
    ground = Image.new("RGBA", seen.size, "white")
    ground.alpha_composite(seen)
    made = io.BytesIO()
    ground.convert("RGB").save(made, "WEBP", quality=QUALITY)
    return made.getvalue()


def main() -> None:
    """``count``, ``describe``, ``page NUMBER`` or ``image``. Whatever goes wrong ends with a code that says so."""
    give_up_powers()
    what, *rest = sys.argv[1:]
    file = sys.stdin.buffer.read()
    if what == "count":
        made = count_pages(file)
    elif what == "describe":
        made = describe(file)
    elif what == "page":
        made = draw_page(file, int(rest[0]))
    else:
        made = draw_image(file)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
