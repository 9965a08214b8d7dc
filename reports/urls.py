"""Addresses of the reports room: a plan's pages live below the plan's own address."""

from django.urls import URLPattern, path

from reports.views import (
    december,
    gantt,
    genuineness,
    home,
    lists,
    reviews,
    search,
    sheet,
    standing,
    tree,
)

PLAN = "<slug:agency>/<slug:plan>/"
REVIEW = f"{PLAN}laporan/<int:year>/<int:edition>/"

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
    # The annual reviews
    path(f"{PLAN}laporan/", reviews.reviews, name="reviews"),
    path(f"{PLAN}laporan/<int:year>/disember/", december.december, name="december"),
    path(
        f"{PLAN}laporan/<int:year>/disember/surat/",
        december.december_letters,
        name="december_letters",
    ),
    path(f"{PLAN}laporan/mula/", reviews.review_begin, name="review_begin"),
    path(REVIEW, reviews.review, name="review"),
    path(f"{REVIEW}sunting/", reviews.review_edit, name="review_edit"),
    path(f"{REVIEW}pratonton/", reviews.review_preview, name="review_preview"),
    path(f"{REVIEW}pratonton/halaman/", reviews.review_preview_html, name="review_preview_html"),
    path(f"{REVIEW}terbit/", reviews.review_issue_page, name="review_issue"),
    path(f"{REVIEW}pdf/", reviews.review_pdf, name="review_pdf"),
    path(f"{REVIEW}data/", reviews.review_snapshot, name="review_snapshot"),
]
