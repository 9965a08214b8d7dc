"""The sample story: what the council's ICT steering committee decided."""

from exchange.demo.events import Decided, day
from programs.choices import Decision

COMMITTEE = "Jawatankuasa Pemandu ICT (JPICT) MPAG"

STORY = (
    Decided(
        "JPICT Bil. 2/2019",
        day("2019-11-27"),
        "Perolehan peralatan rangkaian digabungkan dengan projek ubah suai Aras 2 supaya kerja "
        "pendawaian tidak dibuat dua kali.",
        moves=(("1.5", day("2019-12"), day("2020-06")),),
    ),
    Decided(
        "JPICT Bil. 1/2020",
        day("2020-06-17"),
        "Perintah Kawalan Pergerakan mulai 18.03.2020: premis ditutup, pembekal tidak dapat hadir "
        "dan mesyuarat pengurusan ditangguhkan.",
        moves=(
            ("2.3", day("2020-06"), day("2020-12")),
            ("2.9", day("2020-06"), day("2021-06")),
            ("3.1", day("2020-04"), day("2020-12")),
            ("3.4", day("2020-03"), day("2020-09")),
        ),
    ),
    Decided(
        "JPICT Bil. 2/2020",
        day("2020-11-18"),
        "Peruntukan pembangunan 2021 dikurangkan. Naik taraf GIS ditangguhkan sehingga ada "
        "peruntukan; eBangunan diberi masa tambahan kerana keperluan OSC 3.0 Plus.",
        moves=(("2.4", day("2020-12"), day("2021-06")),),
        decisions=(("2.5", Decision.POSTPONED),),
    ),
    Decided(
        "JPICT Bil. 1/2021",
        day("2021-05-19"),
        "Kapasiti storan sudah dapat dipantau melalui NMS, maka langganan perisian berasingan tidak "
        "diperlukan. Penghantaran UPS lewat kerana bekalan cip.",
        moves=(("1.7", day("2021-06"), day("2021-09")),),
        decisions=(("1.6", Decision.DROPPED),),
    ),
    Decided(
        "JPICT Bil. 1/2022",
        day("2022-03-23"),
        "Peruntukan naik taraf GIS diluluskan dalam bajet 2022; program diteruskan dengan tarikh "
        "baharu.",
        moves=(("2.5", day("2021-12"), day("2023-06")),),
        decisions=(("2.5", Decision.RESUMED),),
    ),
    Decided(
        "JPICT Bil. 2/2022",
        day("2022-06-15"),
        "Tender Sistem Pengurusan Kejuruteraan dibuka semula kerana tiada petender layak. Talian "
        "pejabat cawangan Masjid Tanah belum dipasang, maka VPN dianjak.",
        moves=(
            ("2.6", day("2022-06"), day("2023-06")),
            ("1.3", day("2022-06"), day("2022-12")),
        ),
    ),
)
