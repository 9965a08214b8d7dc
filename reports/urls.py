"""Addresses of the reports room: a plan's pages live below the plan's own address."""

from django.urls import URLPattern, path, register_converter

from reports.models import WHOLE_PLAN
from reports.views import (
    closing,
    comparing,
    december,
    drafting,
    exports,
    gantt,
    genuineness,
    home,
    lists,
    pages,
    reviews,
    search,
    sheet,
    sign_off,
    standing,
    tree,
)


class Period:
    """The year a review tells of; ``akhir`` stands for the whole plan."""

    regex = "[0-9]{4}|akhir"

    def to_python(self, value: str) -> int:
        return WHOLE_PLAN if value == "akhir" else int(value)

    def to_url(self, value: int) -> str:
        return "akhir" if value == WHOLE_PLAN else str(value)


register_converter(Period, "period")

PLAN = "<slug:agency>/<slug:plan>/"
REVIEW = f"{PLAN}laporan/<period:year>/<int:edition>/"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("cari/", search.search, name="search"),
    # Open to anybody who holds an issued document
    path("semak/", genuineness.check_document, name="check_document"),
    path("semak/<str:code>/", genuineness.check_code, name="check_code"),
    # The plan as it stands
    path(PLAN, standing.dashboard, name="dashboard"),
    path(f"{PLAN}perubahan/", standing.changes, name="changes"),
    path(f"{PLAN}helaian-mesyuarat/", sheet.meeting_sheet, name="meeting_sheet"),
    path(f"{PLAN}helaian-mesyuarat.pdf", sheet.meeting_sheet_pdf, name="meeting_sheet_pdf"),
    path(f"{PLAN}pelan/", tree.tree, name="plan_tree"),
    path(f"{PLAN}pelan/carta-gantt/", gantt.chart, name="plan_gantt"),
    path(f"{PLAN}program/", lists.programs, name="programs"),
    path(f"{PLAN}sasaran/", lists.milestones, name="milestones"),
    # The same to take along
    path(f"{PLAN}program.xlsx", exports.programs_workbook, name="programs_workbook"),
    path(f"{PLAN}sasaran.xlsx", exports.milestones_workbook, name="milestones_workbook"),
    path(f"{PLAN}pelan/carta-gantt.xlsx", exports.plan_workbook, name="plan_workbook"),
    # The annual reviews
    path(f"{PLAN}laporan/", reviews.reviews, name="reviews"),
    path(f"{PLAN}laporan/<period:year>/disember/", december.december, name="december"),
    path(
        f"{PLAN}laporan/<period:year>/disember/surat/",
        december.december_letters,
        name="december_letters",
    ),
    path(f"{PLAN}laporan/banding/", comparing.compare_reviews, name="compare_reviews"),
    path(f"{PLAN}laporan/akhir/mula/", closing.closing_begin, name="closing_begin"),
    path(f"{REVIEW}dibawa/", closing.review_carries, name="review_carries"),
    path(f"{PLAN}laporan/mula/", drafting.review_begin, name="review_begin"),
    path(REVIEW, reviews.review, name="review"),
    path(f"{REVIEW}sunting/", drafting.review_edit, name="review_edit"),
    path(f"{REVIEW}pratonton/", reviews.review_preview, name="review_preview"),
    path(f"{REVIEW}pratonton/halaman/", reviews.review_preview_html, name="review_preview_html"),
    path(f"{REVIEW}simpan/", drafting.review_autosave, name="review_autosave"),
    path(f"{REVIEW}versi/", reviews.review_versions, name="review_versions"),
    path(f"{REVIEW}versi/<int:version>/", reviews.review_version, name="review_version"),
    path(
        f"{REVIEW}versi/<int:version>/pulih/",
        drafting.review_bring_back,
        name="review_bring_back",
    ),
    path(f"{REVIEW}hantar/", sign_off.review_submit, name="review_submit"),
    path(f"{REVIEW}semak/", sign_off.review_endorse, name="review_endorse"),
    path(f"{REVIEW}sahkan/", sign_off.review_approve, name="review_approve"),
    path(f"{REVIEW}kembalikan/", sign_off.review_return, name="review_return"),
    path(f"{REVIEW}buka-semula/", sign_off.review_reopen, name="review_reopen"),
    path(f"{REVIEW}ulasan/", sign_off.review_comment, name="review_comment"),
    path(
        f"{REVIEW}ulasan/<int:comment>/selesai/",
        sign_off.review_comment_resolve,
        name="review_comment_resolve",
    ),
    path(f"{REVIEW}terbit/", sign_off.review_issue_page, name="review_issue"),
    path(f"{REVIEW}pdf/", reviews.review_pdf, name="review_pdf"),
    path(f"{REVIEW}buku-kerja.xlsx", exports.review_workbook, name="review_workbook"),
    path(f"{REVIEW}draf.docx", exports.review_word, name="review_word"),
    path(f"{REVIEW}halaman/", pages.review_pages, name="review_pages"),
    path(f"{REVIEW}halaman/<int:page>.webp", pages.review_page, name="review_page"),
    path(f"{REVIEW}data/", reviews.review_snapshot, name="review_snapshot"),
]
