"""What the sample reviews say: written from the sample story, one text for each part of each year."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one review; ``teras`` by the thrust's number."""

    file_reference: str
    summary: str
    teras: dict[int, str]
    issues: str
    proposals: str
    conclusion: str


REVIEWS = {
    2019: Words(
        file_reference="MPAG.BTM.100-1/2/3 (1)",
        summary="Tahun 2019 ialah tahun pertama pelaksanaan PSICT. Tumpuan diberi kepada asas: bilik "
        "pelayan distrukturkan semula, antivirus diperbaharui pada semua komputer, lesen dalam talian "
        "dilancarkan "
        "dan Polisi Penyediaan Kandungan Portal diluluskan oleh Yang Dipertua.\n\n"
        "Semua sasaran yang kini berkuat kuasa bagi tahun ini dicapai. Satu sasaran, peralatan "
        "rangkaian 1000 Mbps (1.5), dipindahkan ke Jun 2020 melalui keputusan JPICT Bil. 2/2019 "
        "supaya kerja pendawaian tidak dibuat dua kali. Pada tarikh asal, sasaran itu dikira belum "
        "dicapai; kedua-dua asas pengiraan ditunjukkan dalam laporan ini.",
        teras={
            1: "Pendawaian bilik pelayan siap sebelum tarikh sasaran dan menjadi asas bagi pemantauan "
            "rangkaian pada tahun hadapan. Perolehan 25 komputer peribadi dan 6 komputer riba "
            "diterima pada September.",
            2: "Lesen dalam talian dilancarkan dua minggu lewat kerana kelulusan merchant ID. Sistem "
            "Penguatkuasa mula digunakan pada 16.12.2019 selepas UAT, dan FinIS dinaik taraf "
            "sebelum penutupan akaun.",
            3: "Laporan program berimpak besar dan laporan kajian semula yang pertama dibentangkan "
            "kepada JPICT pada Disember. Semakan 64 pinjaman peralatan mendapati semuanya mengikut "
            "prosedur.",
            4: "Dua siri latihan warga, dua sesi Technology Update dan dua hebahan dilaksanakan. Sesi "
            "Technology Update yang pertama lewat tiga minggu kerana pasukan dibentuk selepas pelan "
            "diedarkan.",
        },
        issues="Kelulusan pihak luar berada di luar kawalan Bahagian: gerbang bayaran bank melewatkan "
        "lesen dalam talian selama dua minggu.\n\n"
        "Kerja ubah suai bangunan dan kerja rangkaian dirancang berasingan. Penyelarasan kedua-dua "
        "jadual dibuat hanya pada suku keempat.",
        proposals="Permohonan kepada bank dan agensi luar dibuat sekurang-kurangnya tiga bulan sebelum "
        "tarikh sasaran.\n\nTakwim pengubahsuaian bangunan dikongsi dengan BTM pada awal setiap tahun.",
        conclusion="Pelaksanaan tahun pertama berada pada landasannya. Program 1.5 dipantau rapat kerana "
        "program lain bergantung pada rangkaian baharu.",
    ),
    2020: Words(
        file_reference="MPAG.BTM.100-1/2/3 (2)",
        summary="Perintah Kawalan Pergerakan mulai 18.03.2020 mengubah tahun ini. Premis ditutup, "
        "pembekal tidak dapat hadir dan tumpuan beralih kepada kemudahan bekerja dari rumah. JPICT "
        "memindahkan empat sasaran dalam mesyuarat Bil. 1/2020 dan satu lagi dalam Bil. 2/2020.\n\n"
        "Selepas pindaan, hampir semua sasaran dicapai, sebahagiannya lewat. Dua tidak dicapai: siri "
        "pertama latihan warga dibatalkan dan perolehan komputer kehilangan peruntukan. Laporan ini "
        "disusun kemudian daripada rekod portal, kerana bengkel kajian semula tidak dapat diadakan "
        "sepanjang PKP.",
        teras={
            1: "NMS memantau 14 suis dan 9 pelayan mulai September, dan semua segmen rangkaian kini "
            "1000 Mbps. Peruntukan komputer 2020 ditarik balik untuk perbelanjaan pencegahan "
            "COVID-19.",
            2: "Mobile Collection digunakan oleh 12 pemungut hasil mulai Disember. eBangunan diberi "
            "masa tambahan kerana keperluan OSC 3.0 Plus, dan naik taraf GIS ditangguhkan sehingga "
            "ada peruntukan.",
            3: "SOP Backup Restore ditambah baik dengan ujian pemulihan suku tahunan. Pembentangan "
            "Disember tidak dapat dibuat pada tarikhnya kerana PKPB.",
            4: "Latihan beralih ke dalam talian dan menarik lebih ramai peserta: 88 orang menyertai "
            "siri kedua, berbanding 55 orang pada tahun sebelumnya.",
        },
        issues="Pembekal dan kontraktor tidak dapat memasuki premis antara Mac dan Jun.\n\n"
        "Peruntukan ICT ialah antara yang pertama dialihkan apabila keutamaan berubah. Program yang "
        "bergantung pada satu perolehan tahunan tiada laluan ganti.\n\n"
        "Mesyuarat pengurusan ditangguhkan, jadi keputusan pindaan dibuat selepas tarikh asal berlalu.",
        proposals="Mesyuarat JPICT dalam talian diiktiraf sepenuhnya supaya keputusan tidak tertangguh."
        "\n\nPerolehan komputer 2020 dibawa ke bajet 2021 bersama keperluan komputer riba BDR.",
        conclusion="Pelan masih relevan. Sasaran yang dipindahkan tertumpu pada 2021, jadi beban tahun "
        "hadapan lebih berat daripada yang dirancang.",
    ),
    2021: Words(
        file_reference="MPAG.BTM.100-1/2/3 (3)",
        summary="Tahun 2021 ialah tahun paling lewat dalam tempoh pelan. Sasaran yang dipindahkan dari "
        "2020 jatuh pada tahun yang sama dengan sasaran asal, sedangkan PKP penuh dari Jun hingga Ogos "
        "menghentikan kerja di jabatan.\n\n"
        "Enam program lewat pada akhir tahun, lima daripadanya kritikal. Bagi empat program kerja "
        "sudah melebihi separuh dan dijangka siap pada separuh pertama 2022. Program 1.8 (wi-fi) "
        "belum bermula: petunjuk yang dicetak dalam pelan bukan miliknya dan tiada peruntukan. JPICT "
        "menggugurkan 1.6 kerana NMS sedia ada sudah memantau kapasiti storan.",
        teras={
            1: "UPS dan pelayan pengujian diterima pada September, selaras dengan tarikh pindaan. "
            "Komputer riba bagi 2021 tertahan oleh kekurangan cip global.",
            2: "eBangunan 90% siap selepas dua pusingan UAT. Migrasi pangkalan data terhalang oleh "
            "prosedur gaji yang tiada padanan terus, dan EIS 3.0 menunggunya. Pelabelan aset "
            "disambung mengikut giliran jabatan.",
            3: "Dua daripada 96 pinjaman peralatan diluluskan tanpa borang lengkap. Sasaran sifar "
            "ketidakpatuhan tidak dicapai, dan borang dalam talian yang mewajibkan semua medan "
            "diperkenalkan.",
            4: "Latihan dan hebahan berjalan seperti dirancang. Sesi kedua Technology Update dianjak "
            "ke Januari 2022.",
        },
        issues="Sasaran bertindih: sasaran yang dipindahkan dari 2020 dan sasaran asal 2021 berkongsi "
        "empat pegawai yang sama.\n\n"
        "Kebergantungan antara program tidak dinyatakan dalam pelan: 2.10 menunggu 2.9, dan 2.4 "
        "menunggu pengesahan pihak bank.\n\n"
        "Bekalan cip global melewatkan UPS dan komputer riba.",
        proposals="Kebergantungan antara program disemak dahulu setiap kali tarikh hendak dipinda.\n\n"
        "Petunjuk 1.8 dipinda melalui JPICT supaya program itu dapat diukur.\n\n"
        "Peruntukan GIS dipohon semula dalam bajet 2022.",
        conclusion="Kelewatan 2021 ialah kelewatan jadual dan bukan kegagalan: hampir semua kerja sudah "
        "bermula dan mempunyai tarikh siap. Pemulihan pada 2022 diletakkan sebagai keutamaan Bahagian.",
    ),
    2022: Words(
        file_reference="MPAG.BTM.100-1/2/3 (4)",
        summary="Tahun 2022 ialah tahun pemulihan. Lima daripada enam program yang lewat pada akhir 2021 "
        "diselesaikan: komputer 2021 (1.9), eBangunan, Sistem Inventori Aset, migrasi pangkalan data dan "
        "Technology Update. EIS 3.0, yang sampai tempoh pada 31.12.2021, siap pada 20.07.2022. Pelayan Oracle ditutup dan lesennya tidak diperbaharui.\n\n"
        "Satu program masih kritikal: 1.8 (wi-fi) tidak dilaporkan sejak Disember 2021. JPICT "
        "memindahkan 2.6 selepas tender ditutup tanpa petender layak, dan 1.3 kerana talian Masjid "
        "Tanah belum dipasang; GIS diteruskan dengan peruntukan 2022.",
        teras={
            1: "Antivirus dinaik taraf kepada versi EDR, dan komputer 2022 diagihkan. VPN berfungsi di "
            "dua daripada tiga lokasi.",
            2: "Teras yang paling banyak pulih. Semua sasaran yang sampai tempoh dicapai, walaupun "
            "kebanyakannya selepas tarikh sasaran.",
            3: "Tiada permohonan pinjaman yang tidak mengikut ISO selepas borang dalam talian "
            "diperkenalkan pada Februari 2022.",
            4: "Semua latihan, sesi dan hebahan dilaksanakan. Bukti hebahan Disember dilengkapkan "
            "selepas dikembalikan oleh ketua untuk pembetulan.",
        },
        issues="Pasaran pembekal bagi sistem khusus seperti 2.6 kecil; dua penyertaan diterima dan "
        "kedua-duanya gagal penilaian teknikal.\n\n"
        "Program 1.8 tiada pemilik yang aktif melaporkan dan petunjuknya masih belum dipinda.",
        proposals="Skop 2.6 dipecahkan kepada modul kecil supaya lebih ramai pembekal layak.\n\n"
        "JPICT memutuskan sama ada 1.8 dipinda, ditangguhkan atau digugurkan sebelum Jun 2023.",
        conclusion="Jurang dengan jadual hampir ditutup. Tahun terakhir pelan menumpukan kepada GIS, "
        "Sistem Pengurusan Kejuruteraan dan wi-fi.",
    ),
    2023: Words(
        file_reference="MPAG.BTM.100-1/2/3 (5)",
        summary="Tahun 2023 ialah tahun terakhir PSICT 2019–2023. Kegiatan tahunan berjalan seperti "
        "dirancang dan VPN kini menghubungkan ketiga-tiga lokasi.\n\n"
        "Tiga kerja besar tidak sampai ke garisan: GIS 85% siap dengan go-live dirancang pada Februari "
        "2024, kontrak Sistem Pengurusan Kejuruteraan ditamatkan kerana pembekal gagal, dan sebut harga "
        "komputer 2023 masih dalam penilaian. Wi-fi kekal kritikal sejak 2021.",
        teras={
            1: "NMS, antivirus dan VPN berfungsi sepenuhnya, dengan masa henti rangkaian 0.4% pada "
            "separuh pertama. Wi-fi dan komputer 2023 belum dicapai.",
            2: "UAT GIS pusingan kedua selesai dengan 11 isu sederhana. Kontrak 2.6 ditamatkan pada "
            "15.11.2023 dan bon pelaksanaan dituntut.",
            3: "Semua sasaran tahun ini dicapai, termasuk cadangan awal PSICT 2024–2028 dan semakan "
            "102 pinjaman tanpa ketidakpatuhan.",
            4: "Semua latihan dan hebahan dilaksanakan. Sesi kedua Technology Update dianjak ke "
            "Januari 2024 kerana penceramah tidak dapat hadir.",
        },
        issues="Pembekal tunggal bagi sistem khusus ialah risiko terbesar: dua pegawai teknikal "
        "berhenti dan projek 2.6 terhenti.\n\n"
        "Nombor lot dalam Avis dan data ukur tidak sepadan bagi 3,100 pegangan; pembersihan data "
        "mengambil masa lebih lama daripada pembangunan GIS itu sendiri.\n\n"
        "Anggaran jabatan bagi komputer tidak lagi mengikut harga pasaran.",
        proposals="Kerja yang belum selesai diputuskan satu demi satu dalam laporan akhir pelan.\n\n"
        "Pembersihan data dijadikan fasa berasingan dengan tarikh sendiri dalam pelan baharu.",
        conclusion="Tahun ini ditutup dengan kebanyakan sasaran dicapai dan baki yang jelas. Laporan "
        "akhir menyenaraikan apa yang dibawa ke PSICT 2024–2028.",
    ),
}

CLOSING = Words(
    file_reference="MPAG.BTM.100-1/2/3 (6)",
    summary="PSICT 2019–2023 dilaksanakan dalam tempoh yang merangkumi PKP, pengurangan peruntukan dan "
    "kekurangan bekalan cip global. Walaupun begitu, kebanyakan sasaran dicapai: lesen dalam talian, "
    "eBangunan, Mobile Collection, FinIS 2.0 dan EIS 3.0 digunakan setiap hari; rangkaian, VPN dan "
    "pemantauan berada pada tahap yang tidak ada pada 2018.\n\n"
    "Dua kelewatan membentuk keluk pelan ini. Sasaran 2020 yang dipindahkan bertemu sasaran asal 2021, "
    "dan pemulihannya mengambil masa sehingga pertengahan 2022. Pada akhir tempoh, empat kerja "
    "dibawa ke pelan seterusnya: wi-fi, komputer 2023, GIS dan Sistem Pengurusan Kejuruteraan, "
    "berserta satu sesi Technology Update.\n\n"
    "Satu program (1.6) digugurkan kerana keperluannya dipenuhi oleh program lain. Kegiatan tahunan "
    "yang terlepas sekali pada 2020 atau 2021 tidak diganti, dan kekal direkodkan sebagai tidak "
    "dicapai.",
    teras={
        1: "Asas teknikal pelan ini siap: bilik pelayan, rangkaian 1000 Mbps, NMS, UPS dan VPN ke tiga "
        "lokasi. Wi-fi tidak pernah bermula kerana petunjuknya tersilap cetak dan tiada peruntukan.",
        2: "Lapan daripada sepuluh sistem digunakan. GIS hampir siap; Sistem Pengurusan Kejuruteraan "
        "gagal disampaikan oleh pembekal.",
        3: "Kajian semula tahunan dan laporan berimpak besar menjadi amalan. Ketidakpatuhan SOP pinjaman "
        "berlaku sekali, pada 2021, dan berpunca daripada borang yang tidak lengkap.",
        4: "Latihan dalam talian yang bermula kerana PKP dikekalkan. Peserta latihan warga bertambah "
        "daripada 97 orang pada 2019 kepada 124 orang pada 2023.",
    },
    issues="Petunjuk mesti disemak sebelum pelan dicetak. Satu petunjuk yang tersilap cetak menyebabkan "
    "satu program tidak dapat diukur selama lima tahun.\n\n"
    "Kebergantungan antara program perlu dinyatakan. Setiap sasaran yang dipindahkan menolak sasaran "
    "lain yang bergantung padanya.\n\n"
    "Peruntukan ICT tahunan mudah ditarik balik; program berbilang tahun memerlukan komitmen "
    "berbilang tahun.\n\n"
    "Data mesti dibersihkan sebelum sistem dibina. GIS dan inventori aset kedua-duanya lewat kerana "
    "data, bukan perisian.",
    proposals="PSICT 2024–2028 menetapkan bagi setiap petunjuk: apa yang diukur, siapa yang melapor dan "
    "program lain yang menunggunya.\n\n"
    "Pembersihan data dan pengurusan perubahan menjadi program tersendiri.\n\n"
    "Perolehan sistem khusus dibuat secara modul, dengan hak kod sumber pada majlis.",
    conclusion="Pelan ini mencapai kebanyakan hasratnya dan meninggalkan rekod lengkap tentang yang "
    "tidak tercapai. Rekod itulah titik mula PSICT 2024–2028.",
)

# Programme: whether it is carried into the next plan, and in words how, or why not.
CARRIES = {
    "1.8": (
        True,
        "Dengan petunjuk baharu dan peruntukan 2024; skop dihadkan kepada bangunan utama.",
    ),
    "1.9": (True, "Sebut harga 2023 diteruskan; penghantaran dijangka pada suku pertama 2024."),
    "2.5": (True, "Go-live pada Februari 2024, diikuti pembersihan baki data lot."),
    "2.6": (True, "Sebagai program baharu yang dipecahkan kepada modul, selepas kajian pasaran."),
    "3.3": (
        False,
        "Kegiatan tahunan. Kajian 2020 dibentangkan bersama laporan 2021 dan tidak diulang.",
    ),
    "3.5": (False, "Punca ketidakpatuhan 2021 sudah diatasi; dua tahun berikutnya tanpa kes."),
    "4.1": (False, "Siri yang dibatalkan pada 2020 tidak diganti; latihan kini kegiatan tetap."),
    "4.3": (True, "Sesi kedua 2023 diadakan pada Januari 2024."),
}
