from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import gettext_lazy

from reports.canonical import decimal, ratio, serialise, sha256


def test_serialise_equal_content_gives_equal_text() -> None:
    assert serialise({"b": 1, "a": [True, None, "é"]}) == '{"a":[true,null,"é"],"b":1}'
    assert serialise({"a": 1, "b": 2}) == serialise({"b": 2, "a": 1})


@pytest.mark.parametrize(
    "inexact", [0.5, Fraction(1, 2), Decimal("0.5"), gettext_lazy("Plan"), {1: "a"}, ("a",)]
)
def test_serialise_refuses_what_has_no_canonical_form(inexact: object) -> None:
    with pytest.raises(TypeError, match=r"\$\.figures"):
        serialise({"figures": inexact})  # type: ignore[dict-item]  # that is what is tested


def test_ratio_is_exact_and_in_lowest_terms() -> None:
    assert [ratio(Fraction(*pair)) for pair in ((22, 32), (0, 5), (4, 4))] == ["11/16", "0", "1"]
    assert ratio(None) is None


def test_decimal_has_no_exponent_and_no_needless_zeros() -> None:
    written = [decimal(Decimal(text)) for text in ("100.00", "2.50", "0.00")]
    assert written == ["100", "2.5", "0"]


def test_sha256_of_text_is_that_of_its_bytes() -> None:
    assert sha256("Ä") == sha256("Ä".encode())
