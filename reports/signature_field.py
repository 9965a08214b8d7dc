"""The field that a signature is written into, made of the box the template keeps for it."""

import pikepdf

# The field's name, in the template as in the file.
FIELD = "tandatangan"
# A field that is printed, and that nobody moves.
PRINTED_AND_LOCKED = 4 | 128


def make_signature_field(document: pikepdf.Pdf) -> None:
    """Make a field to sign of the input that the template has, if it has one.

    WeasyPrint draws inputs alone, tagged as PDF/UA asks. What shows is the page itself: the field
    over it is see-through, and leads a reader's click to the signature.
    """
    if "/AcroForm" not in document.Root:
        return
    (field,) = document.Root.AcroForm.Fields
    for name in ("/AS", "/V", "/MK", "/Border", "/Ff"):
        if name in field:
            del field[name]
    corners = [float(number) for number in field.Rect]
    left, right = sorted(corners[::2])
    bottom, top = sorted(corners[1::2])
    see_through = document.make_stream(
        b"",
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=pikepdf.Array([0, 0, right - left, top - bottom]),
        Resources=pikepdf.Dictionary(),
    )
    field.FT = pikepdf.Name.Sig
    field.F = PRINTED_AND_LOCKED
    field.Rect = pikepdf.Array([left, bottom, right, top])
    field.AP = pikepdf.Dictionary(N=see_through)
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]), SigFlags=3)
