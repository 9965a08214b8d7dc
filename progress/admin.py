"""Updates, evidence and verifications in the admin: recorded and decided by the same actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext

from accounts.admin_access import (
    AgencyFilter,
    NamedAutocompleteSelect,
    address_in_portal,
    person,
)
from accounts.admin_base import ReadOnlyAdmin, ShownInline
from accounts.permissions import Permission
from accounts.resources import ImportExportAdmin
from kpi.admin import measured
from kpi.models import Milestone
from progress.actions import (
    may_record,
    may_verify,
    return_update,
    verify_update,
    why_not_recordable,
)
from progress.choices import UpdateState, VerificationDecision
from progress.evidence_kinds import EvidenceKind, kind_in_words, of_kind
from progress.forms import ReturnForm, UpdateForm
from progress.models import Evidence, ProgressUpdate, Verification
from progress.resources import UpdateResource
from teras.dates import today


def evidence_link(proof: Evidence) -> SafeString:
    return format_html('<a href="{}">{}</a>', proof.get_absolute_url(), proof.name)


class EvidenceInWords:
    """Kind and size of evidence as people say them."""

    @admin.display(description=gettext_lazy("kind of file"), ordering="content_type")
    def kind(self, obj: Evidence) -> str:
        return kind_in_words(obj.content_type)

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def shown_size(self, obj: Evidence) -> str:
        return "–" if obj.size is None else filesizeformat(obj.size)


class EvidenceInline(EvidenceInWords, ShownInline[Evidence, ProgressUpdate]):
    model = Evidence
    fields = ("proof", "kind", "shown_size", "uploaded_by", "uploaded_at")
    readonly_fields = fields

    @admin.display(description=gettext_lazy("evidence"))
    def proof(self, obj: Evidence) -> SafeString:
        return evidence_link(obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evidence]:
        return super().get_queryset(request).select_related("uploaded_by")


class VerificationInline(ShownInline[Verification, ProgressUpdate]):
    model = Verification
    fields = ("decision", "note", "decided_by", "decided_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Verification]:
        return super().get_queryset(request).select_related("decided_by")


class KindFilter(admin.SimpleListFilter):
    """By the kind of evidence, where the field holds a technical name."""

    title = gettext_lazy("kind of file")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return EvidenceKind.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        kind = self.value()
        return queryset.filter(of_kind(kind)) if kind in EvidenceKind.values else queryset


class StateFilter(admin.SimpleListFilter):
    """Where updates stand, which is derived and so is no column."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return UpdateState.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case UpdateState.CORRECTED:
                return queryset.filter(corrected_by__isnull=False)
            case UpdateState.UNVERIFIED:
                return queryset.filter(verification__isnull=True, corrected_by__isnull=True)
            case UpdateState.VERIFIED:
                decision = VerificationDecision.VERIFIED
            case UpdateState.RETURNED:
                decision = VerificationDecision.RETURNED
            case _:
                return queryset
        return queryset.filter(verification__decision=decision, corrected_by__isnull=True)


class MilestoneChoice(forms.Form):
    """Which milestone an update is about."""

    milestone = forms.ModelChoiceField(
        Milestone.objects.none(), label=gettext_lazy("Milestone"), required=True
    )

    def __init__(self, page: UpdateAdmin, request: HttpRequest) -> None:
        super().__init__(request.GET if "milestone" in request.GET else None)
        milestones: Any = page.admin_site.get_model_admin(Milestone)
        field = self.fields["milestone"]
        assert isinstance(field, forms.ModelChoiceField)
        source: Any = ProgressUpdate._meta.get_field("milestone")
        field.widget = NamedAutocompleteSelect(source, page.admin_site)
        field.queryset = milestones.limited(request, Permission.RECORD_OWN_PROGRESS)
        self.user = person(request)
        # What is sent in meanwhile is judged with the update, so that nobody's words are lost.
        self.is_asking = request.method != "POST"

    def clean_milestone(self) -> Milestone:
        milestone: Milestone = self.cleaned_data["milestone"]
        if not may_record(self.user, milestone.kpi.program):
            raise ValidationError(gettext("You have no duty in this programme."))
        refusal = why_not_recordable(milestone)
        if refusal and self.is_asking:
            raise ValidationError(refusal)
        return milestone


@admin.register(ProgressUpdate)
class UpdateAdmin(ImportExportAdmin[ProgressUpdate], ReadOnlyAdmin[ProgressUpdate]):
    """Updates are recorded, verified and returned; what was said is never changed."""

    agency_path = "milestone__kpi__program__plan__agency"
    may_add = Permission.RECORD_OWN_PROGRESS
    may_import = Permission.RECORD_ANY_PROGRESS
    resource_classes = (UpdateResource,)
    inlines = (EvidenceInline, VerificationInline)
    actions = ("verify_selected", "return_selected")
    list_display = ("code", "indicator", "effective_on", "claim", "shown_state", "recorded_by")
    list_display_links = ("indicator",)
    list_filter = (
        StateFilter,
        "claim",
        ("milestone__kpi__program__plan", AgencyFilter),
        ("milestone__kpi__program__strategy__teras", AgencyFilter),
        "is_sample",
    )
    list_select_related = (
        "milestone__kpi__program__plan__agency",
        "recorded_by",
        "verification",
        "corrected_by",
        "corrects",
    )
    search_fields = (
        "narrative",
        "milestone__kpi__indicator",
        "milestone__kpi__program__code",
        "milestone__kpi__program__name",
        "recorded_by__full_name",
    )
    date_hierarchy = "effective_on"
    view_on_site = staticmethod(address_in_portal)
    change_form_template = "admin/progress/progressupdate/change_form.html"
    readonly_fields = ("actual",)
    fields = (
        "milestone",
        ("effective_on", "claim"),
        ("percent", "actual"),
        "narrative",
        "issues",
        "corrective_action",
        "corrects",
        ("recorded_by", "recorded_at"),
    )

    @admin.display(
        description=gettext_lazy("programme"), ordering="milestone__kpi__program__position"
    )
    def code(self, obj: ProgressUpdate) -> str:
        return obj.milestone.kpi.program.code

    @admin.display(description=gettext_lazy("milestone"))
    def indicator(self, obj: ProgressUpdate) -> str:
        return obj.milestone.kpi.indicator

    @admin.display(description=gettext_lazy("actual value"))
    def actual(self, obj: ProgressUpdate) -> str:
        return measured(obj.actual_value, obj.milestone.kpi)

    @admin.display(description=gettext_lazy("state"))
    def shown_state(self, obj: ProgressUpdate) -> str:
        return str(obj.state.label)

    def get_export_queryset(self, request: HttpRequest) -> Any:
        return super().get_export_queryset(request).prefetch_related("evidence")  # type: ignore[misc]

    # Recording

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Choose a milestone, then say what happened on it, in the same form as in the portal."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        choice = MilestoneChoice(self, request)
        if choice.is_valid():
            return self._record(request, choice.cleaned_data["milestone"])
        context = {
            "title": gettext("Record progress"),
            "form": choice,
            "media": self.media + choice.media,
        }
        return self._page(request, "admin/progress/progressupdate/choose.html", context)

    def _record(self, request: HttpRequest, milestone: Milestone) -> HttpResponse:
        sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = UpdateForm(*sent, milestone=milestone, user=person(request), today=today())
        if request.method == "POST" and (update := form.submit()):
            self.log_addition(request, update, [{"added": {}}])
            messages.success(request, gettext("Update recorded."))
            return redirect("admin:progress_progressupdate_change", update.pk)
        context = {"title": gettext("Record progress"), "form": form, "milestone": milestone}
        return self._page(request, "admin/progress/progressupdate/record.html", context)

    # Deciding

    def has_verify_permission(self, request: HttpRequest) -> bool:
        return self.may(request, Permission.VERIFY_PROGRESS)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        is_waiting = obj is not None and obj.state is UpdateState.UNVERIFIED
        context = {"may_decide": is_waiting and obj and may_verify(person(request), obj)}
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    @admin.action(description=gettext_lazy("Verify the chosen updates"), permissions=["verify"])
    def verify_selected(self, request: HttpRequest, queryset: QuerySet[ProgressUpdate]) -> None:
        done = 0
        for update in queryset:
            try:
                verify_update(by=person(request), update=update)
            except (ValidationError, PermissionDenied) as refusal:
                self._say_refused(request, update, refusal)
            else:
                done += 1
        if done:
            words = ngettext("%(count)d update verified.", "%(count)d updates verified.", done)
            messages.success(request, words % {"count": done})

    @admin.action(description=gettext_lazy("Return the chosen updates"), permissions=["verify"])
    def return_selected(
        self, request: HttpRequest, queryset: QuerySet[ProgressUpdate]
    ) -> HttpResponse | None:
        """Ask what is to be corrected, then return each with these words."""
        form = ReturnForm(request.POST if "note" in request.POST else None)
        if not form.is_valid():
            context = {"title": gettext("Return updates"), "form": form, "updates": queryset}
            return self._page(request, "admin/progress/progressupdate/return.html", context)
        done = 0
        for update in queryset:
            try:
                return_update(by=person(request), update=update, note=form.cleaned_data["note"])
            except (ValidationError, PermissionDenied) as refusal:
                self._say_refused(request, update, refusal)
            else:
                done += 1
        if done:
            words = ngettext("%(count)d update returned.", "%(count)d updates returned.", done)
            messages.success(request, words % {"count": done})
        return None

    def _say_refused(
        self,
        request: HttpRequest,
        update: ProgressUpdate,
        refusal: ValidationError | PermissionDenied,
    ) -> None:
        if isinstance(refusal, ValidationError):
            why = " ".join(refusal.messages)
        else:
            why = str(refusal) or gettext("Your role does not cover this.")
        messages.warning(request, f"{update}: {why}")

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**shared, **context})


@admin.register(Verification)
class VerificationAdmin(ReadOnlyAdmin[Verification]):
    agency_path = "update__milestone__kpi__program__plan__agency"
    list_display = ("update", "decision", "note", "decided_by", "decided_at")
    list_filter = ("decision", ("update__milestone__kpi__program__plan", AgencyFilter))
    list_select_related = ("update__milestone__kpi__program__plan__agency", "decided_by")
    search_fields = (
        "note",
        "decided_by__full_name",
        "update__milestone__kpi__program__code",
        "update__narrative",
    )
    date_hierarchy = "decided_at"
    fields = ("update", "decision", "note", ("decided_by", "decided_at"))


@admin.register(Evidence)
class EvidenceAdmin(EvidenceInWords, ReadOnlyAdmin[Evidence]):
    agency_path = "update__milestone__kpi__program__plan__agency"
    list_display = ("name", "update", "kind", "shown_size", "uploaded_by", "uploaded_at")
    list_filter = (KindFilter, ("update__milestone__kpi__program__plan", AgencyFilter))
    list_select_related = ("update__milestone__kpi__program__plan__agency", "uploaded_by")
    search_fields = ("name", "sha256", "url", "update__milestone__kpi__program__code")
    date_hierarchy = "uploaded_at"
    readonly_fields = ("proof", "kind", "shown_size")
    fields = (
        "proof",
        "update",
        ("kind", "shown_size"),
        "sha256",
        ("uploaded_by", "uploaded_at"),
    )

    @admin.display(description=gettext_lazy("evidence"))
    def proof(self, obj: Evidence) -> SafeString:
        return evidence_link(obj)
