"""The sample people, all invented, and the programmes they look after."""

from dataclasses import dataclass

from accounts.choices import Role


@dataclass(frozen=True, slots=True)
class Person:
    key: str
    role: Role
    email: str
    full_name: str
    post: str


PEOPLE = (
    Person(
        "khairul",
        Role.ADMINISTRATOR,
        "pentadbir@contoh.test",
        "Khairul Anwar bin Daud",
        "Penolong Pegawai Teknologi Maklumat (Pentadbir portal)",
    ),
    Person(
        "farid",
        Role.HEAD,
        "ketua@contoh.test",
        "Farid bin Hamdan",
        "Ketua Bahagian Teknologi Maklumat",
    ),
    Person(
        "amirul",
        Role.OFFICER,
        "pegawai@contoh.test",
        "Amirul Hakim bin Zulkarnain",
        "Pegawai Teknologi Maklumat (Aplikasi)",
    ),
    Person(
        "weijun",
        Role.OFFICER,
        "rangkaian@contoh.test",
        "Lim Wei Jun",
        "Penolong Pegawai Teknologi Maklumat (Rangkaian)",
    ),
    Person(
        "kavitha",
        Role.OFFICER,
        "latihan@contoh.test",
        "Kavitha a/p Suresh",
        "Penolong Pegawai Teknologi Maklumat (Latihan dan Portal)",
    ),
    Person(
        "hajar",
        Role.OFFICER,
        "pusatdata@contoh.test",
        "Siti Hajar binti Roslan",
        "Juruteknik Komputer (Pusat Data dan Peralatan)",
    ),
    Person(
        "rahimah",
        Role.MANAGEMENT,
        "pengurusan@contoh.test",
        "Rahimah binti Abdul Ghani",
        "Setiausaha Majlis",
    ),
    Person(
        "norazlina",
        Role.AUDITOR,
        "juruaudit@contoh.test",
        "Norazlina binti Sabri",
        "Juruaudit Dalam",
    ),
)

# Programme: who answers for it, and who stands in.
DUTIES = {
    "1.1": ("weijun", "hajar"),
    "1.2": ("weijun", "hajar"),
    "1.3": ("weijun", "hajar"),
    "1.4": ("hajar", "weijun"),
    "1.5": ("weijun", "hajar"),
    "1.6": ("hajar", "weijun"),
    "1.7": ("hajar", "weijun"),
    "1.8": ("weijun", "hajar"),
    "1.9": ("hajar", "amirul"),
    "2.1": ("amirul", "kavitha"),
    "2.2": ("amirul", "kavitha"),
    "2.3": ("amirul", "kavitha"),
    "2.4": ("amirul", "kavitha"),
    "2.5": ("amirul", "weijun"),
    "2.6": ("kavitha", "amirul"),
    "2.7": ("kavitha", "amirul"),
    "2.8": ("kavitha", "hajar"),
    "2.9": ("amirul", "hajar"),
    "2.10": ("amirul", "kavitha"),
    "3.1": ("farid", "kavitha"),
    "3.2": ("amirul", "kavitha"),
    "3.3": ("amirul", "kavitha"),
    "3.4": ("hajar", "weijun"),
    "3.5": ("hajar", "kavitha"),
    "3.6": ("kavitha", "amirul"),
    "4.1": ("kavitha", "hajar"),
    "4.2": ("amirul", "weijun"),
    "4.3": ("weijun", "amirul"),
    "4.4": ("kavitha", "amirul"),
}
