"""What sample people mend before the last reviews are issued: what the year's record still lacked.

It is not part of the story that a visitor finds, whose head has updates waiting for verification.
"""

from decimal import Decimal

from exchange.demo.events import done, image

MENDED = {
    2022: (
        done(
            "4.4",
            "2022-12",
            "2022-12-21",
            "amirul",
            "Hebahan akhir tahun disiarkan melalui portal, mel elektronik dan Facebook MPAG.",
            files=image("Tangkapan skrin hebahan akhir tahun"),
            after=23,
            corrects="hebahan-2022",
        ),
    ),
    2023: (
        done(
            "4.2",
            "2023-12",
            "2023-12-28",
            "amirul",
            "Dua orang staf telah mengikuti latihan keselamatan awan.",
            value=Decimal(2),
            after=5,
        ),
    ),
}
