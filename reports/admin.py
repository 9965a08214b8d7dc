"""Annual reviews in the admin: drafts are written and issued, what is issued is only read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from accounts.admin_access import AgencyFilter, address_in_portal, person
from accounts.admin_base import PortalAdmin, ReadOnlyAdmin, ShownInline
from accounts.admin_forms import ReasonModelForm, take_refusal, try_out
from accounts.models import User
from accounts.permissions import Permission, agencies_allowed, is_allowed
from reports.actions import (
    ReviewChangedMeanwhile,
    ReviewText,
    begin_edition,
    begin_review,
    issue_review,
    save_review,
)
from reports.choices import ReviewState
from reports.document import DocumentIsUnsound
from reports.models import AnnualReview, IssuedDocument, ReviewCarry, ReviewStep, TerasText
from reports.review_missing import missing_for_issue
from reports.review_queries import people_of
from teras.append_only import RecordIsFrozen
from teras.dates import today


def download_link(document: IssuedDocument) -> SafeString:
    address = reverse("admin:reports_issueddocument_pdf", args=[document.pk])
    return format_html('<a href="{}">{}</a>', address, gettext_lazy("Download the PDF"))


class DocumentInline(ShownInline[IssuedDocument, AnnualReview]):
    model = IssuedDocument
    fields = ("download", "pdf_sha256", "page_count", "issued_by", "issued_at")
    readonly_fields = fields

    @admin.display(description=gettext_lazy("PDF"))
    def download(self, obj: IssuedDocument) -> SafeString:
        return download_link(obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[IssuedDocument]:
        return super().get_queryset(request).select_related("issued_by").defer("snapshot", "pdf")


class TextInline(ShownInline[TerasText, AnnualReview]):
    """Written in the portal, beside last year's."""

    model = TerasText
    fields = ("teras", "text")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[TerasText]:
        return super().get_queryset(request).select_related("teras")


class CarryInline(ShownInline[ReviewCarry, AnnualReview]):
    """What a closing report carries into the next plan; decided in the portal, shown here."""

    model = ReviewCarry
    fields = ("program", "decision", "words")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewCarry]:
        return super().get_queryset(request).select_related("program")


class StepInline(ShownInline[ReviewStep, AnnualReview]):
    """Who submitted, reviewed, returned and approved it; done in the portal."""

    model = ReviewStep
    fields = ("kind", "by", "at", "note")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewStep]:
        return super().get_queryset(request).select_related("by")


WORDS = ("summary", "issues", "proposals", "conclusion", "changes")
FILING = ("file_reference", "classification", "language")
SIGNATORIES = ("prepared_by", "reviewed_by", "approved_by")


class BeginForm(ReasonModelForm[AnnualReview]):
    """The first edition of a year's review."""

    user: User

    class Meta:
        model = AnnualReview
        fields = ("plan", "year")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            take_refusal(self, try_out(self.act))
        return cleaned

    def act(self) -> AnnualReview:
        plan, year = self.cleaned_data["plan"], self.cleaned_data["year"]
        return begin_review(by=self.user, plan=plan, year=year, today=today())

    def _get_validation_exclusions(self) -> set[str]:
        # The action knows what a new review must be; it was asked above.
        return {field.name for field in AnnualReview._meta.fields}

    def validate_constraints(self) -> None:
        """Left to the action."""


class DraftForm(ReasonModelForm[AnnualReview]):
    """The words of a draft, saved over the version that was opened and no other."""

    user: User

    seen = forms.IntegerField(label=gettext_lazy("version"), widget=forms.HiddenInput)

    class Meta:
        model = AnnualReview
        fields = FILING + WORDS + SIGNATORIES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.version
        for name in SIGNATORIES:
            if name in self.fields:
                self.fields[name].queryset = people_of(self.instance)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                take_refusal(self, try_out(self.act))
            except ReviewChangedMeanwhile as changed:
                self.add_error(None, [*changed.changes, gettext("Save once more to keep yours.")])
                # Saving once more is deliberate: what others did has been read.
                self.data = {**self.data.dict(), "seen": changed.version}  # type: ignore[attr-defined]
        return cleaned

    def act(self) -> AnnualReview:
        names = FILING + WORDS + SIGNATORIES
        written = {name: self.cleaned_data.get(name, "") for name in names}
        version = self.cleaned_data["seen"]
        stored = AnnualReview.objects.select_related("plan__agency").get(pk=self.instance.pk)
        return save_review(by=self.user, review=stored, text=ReviewText(**written), version=version)


@admin.register(AnnualReview)
class ReviewAdmin(PortalAdmin[AnnualReview]):
    """Drafts are begun, written and issued by the same actions as in the portal."""

    agency_path = "plan__agency"
    may_add = may_change = may_delete = Permission.PREPARE_REVIEW
    asks_reason = False
    inlines = (TextInline, CarryInline, StepInline, DocumentInline)
    list_display = ("year", "edition", "kind", "state", "plan", "prepared_by", "approved_by")
    list_display_links = ("year", "edition")
    list_filter = ("state", ("plan", AgencyFilter), "year")
    list_select_related = ("plan__agency", "prepared_by", "reviewed_by", "approved_by")
    search_fields = ("plan__code", "summary", "issues", "proposals")
    autocomplete_fields = ("plan",)
    view_on_site = staticmethod(address_in_portal)
    change_form_template = "admin/reports/annualreview/change_form.html"

    def get_fields(self, request: HttpRequest, obj: AnnualReview | None = None) -> tuple[Any, ...]:
        if obj is None:
            return ("plan", "year")
        hidden = ("seen",) if self.has_change_permission(request, obj) else ()
        return ("plan", ("year", "edition", "state"), *FILING, *WORDS, *SIGNATORIES, *hidden)

    def get_readonly_fields(
        self, request: HttpRequest, obj: AnnualReview | None = None
    ) -> tuple[str, ...]:
        return () if obj is None else ("plan", "year", "edition", "state")

    def form_for(self, obj: AnnualReview | None) -> Any:
        return BeginForm if obj is None else DraftForm

    def get_inlines(self, request: HttpRequest, obj: AnnualReview | None) -> Any:
        if obj is None:
            return ()
        shown = self.inlines if obj.is_issued else self.inlines[:-1]
        return shown if obj.is_closing else [each for each in shown if each is not CarryInline]

    def limited(self, request: HttpRequest, permission: Permission) -> QuerySet[AnnualReview]:
        """Drafts are for those who work on them: the permission table says who."""
        found = super().limited(request, permission)
        drafts = agencies_allowed(person(request), Permission.SEE_DRAFT_REVIEW)
        if drafts is None:
            return found
        return found.filter(Q(state=ReviewState.ISSUED) | Q(plan__agency__in=drafts))

    def has_view_permission(self, request: HttpRequest, obj: AnnualReview | None = None) -> bool:
        if obj is not None and not obj.is_issued:
            return is_allowed(person(request), Permission.SEE_DRAFT_REVIEW, obj.plan.agency)
        return super().has_view_permission(request, obj)

    def is_open(self, obj: AnnualReview) -> bool:
        return not obj.is_issued

    def is_deletable(self, obj: AnnualReview) -> bool:
        return obj.is_deletable

    def save_model(self, request: HttpRequest, obj: AnnualReview, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        if not change or form.changed_data:
            obj.__dict__.update(form.act().__dict__)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        context = {
            "may_issue": obj
            and obj.state == ReviewState.APPROVED
            and self._may_issue(request, obj),
            "may_correct": obj and obj.is_issued and self.may(request, self.may_add, obj),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    # Issuing, and correcting what was issued

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/issue/", wrap(self.issue_view), name="reports_annualreview_issue"),
            path("<int:pk>/edition/", wrap(self.edition_view), name="reports_annualreview_edition"),
            *super().get_urls(),
        ]

    def _may_issue(self, request: HttpRequest, obj: AnnualReview) -> bool:
        return not obj.is_issued and self.may(request, Permission.ISSUE_REVIEW, obj)

    def _asked(self, request: HttpRequest, pk: int) -> AnnualReview:
        obj = self.get_object(request, str(pk))
        if obj is None:
            raise Http404
        return obj

    def issue_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more, since what is issued never changes; then issue by the portal's action."""
        obj = self._asked(request, pk)
        if not self._may_issue(request, obj):
            raise PermissionDenied
        missing = missing_for_issue(obj, today())
        if obj.state != ReviewState.APPROVED:
            missing["state"] = _who_approves(obj)
        if request.method == "POST" and not missing:
            try:
                version = int(request.POST.get("version", "0") or 0)
                issue_review(by=person(request), review=obj, version=version)
            except (ReviewChangedMeanwhile, ValueError):
                messages.warning(
                    request, gettext("The draft was changed meanwhile. Read it again, then issue.")
                )
            except (ValidationError, RecordIsFrozen, DocumentIsUnsound) as refusal:
                messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
            else:
                self.log_change(request, obj, gettext("Review issued"))
                messages.success(request, gettext("The review is issued."))
            return redirect("admin:reports_annualreview_change", obj.pk)
        context = {"title": gettext("Issue the review"), "missing": missing.values()}
        return self._ask(request, obj, context)

    def edition_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        obj = self._asked(request, pk)
        if not (obj.is_issued and self.may(request, self.may_add, obj)):
            raise PermissionDenied
        if request.method == "POST":
            try:
                made = begin_edition(by=person(request), review=obj)
            except ValidationError as refusal:
                messages.error(request, " ".join(refusal.messages))
                return redirect("admin:reports_annualreview_change", obj.pk)
            messages.success(request, gettext("A new edition is begun."))
            return redirect("admin:reports_annualreview_change", made.pk)
        return self._ask(request, obj, {"title": gettext("Begin a corrected edition")})

    def _ask(
        self, request: HttpRequest, obj: AnnualReview, context: dict[str, Any]
    ) -> HttpResponse:
        shared = {"opts": self.opts, "original": obj, "subtitle": str(obj)}
        page = {**self.admin_site.each_context(request), **shared, **context}
        return TemplateResponse(request, "admin/reports/annualreview/ask.html", page)


def _who_approves(review: AnnualReview) -> str:
    if review.approved_by is None:
        return gettext("It is not approved yet. Name in the draft who approves it.")
    words = gettext("%(who)s has to approve it first, in the portal.")
    return words % {"who": review.approved_by}


@admin.register(IssuedDocument)
class DocumentAdmin(ReadOnlyAdmin[IssuedDocument]):
    agency_path = "review__plan__agency"
    list_display = ("review", "page_count", "issued_by", "issued_at")
    list_filter = (("review__plan", AgencyFilter), "review__year")
    list_select_related = ("review__plan__agency", "issued_by")
    search_fields = ("review__plan__code", "pdf_sha256", "snapshot_sha256")
    date_hierarchy = "issued_at"
    readonly_fields = ("download", "intact")
    fields = (
        "review",
        "download",
        "intact",
        "pdf_sha256",
        "snapshot_sha256",
        "page_count",
        ("issued_by", "issued_at"),
    )

    @admin.display(description=gettext_lazy("PDF"))
    def download(self, obj: IssuedDocument) -> SafeString:
        return download_link(obj)

    @admin.display(description=gettext_lazy("intact"), boolean=True)
    def intact(self, obj: IssuedDocument) -> bool:
        return obj.is_intact()

    def get_queryset(self, request: HttpRequest) -> QuerySet[IssuedDocument]:
        return super().get_queryset(request).defer("snapshot", "pdf")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.pdf_view)
        return [
            path("<path:object_id>/pdf/", view, name="reports_issueddocument_pdf"),
            *super().get_urls(),
        ]

    def pdf_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The PDF byte for byte as it was issued."""
        document = self.get_object(request, unquote(object_id))
        if document is None:
            raise Http404
        if not self.has_view_permission(request, document):
            raise PermissionDenied
        if not document.is_intact():
            messages.error(request, gettext("The stored document is not what was issued."))
            return redirect("admin:reports_issueddocument_change", document.pk)
        review = document.review
        period = "akhir" if review.is_closing else review.year
        name = f"{review.plan.slug}-{period}-{review.edition}.pdf"
        response = HttpResponse(bytes(document.pdf), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
