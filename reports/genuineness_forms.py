"""What somebody asks of a document in hand: its code, or the file."""

from __future__ import annotations

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.codes import read_code

MAX_MEGABYTES = 30


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code on the document"),
        max_length=40,
        help_text=gettext_lazy(
            "Eight letters and digits, on the cover and at the foot of each page."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                _("A code has eight letters and digits, such as 7K3M-Q9XD. Compare it once more.")
            )
        return code


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("PDF file"),
        help_text=gettext_lazy("It is compared and not kept. At most 30 MB."),
        widget=forms.ClearableFileInput(
            attrs={"accept": "application/pdf,.pdf", "data-limit": MAX_MEGABYTES * 2**20}
        ),
    )

    def clean_file(self) -> File[bytes]:
        file: File[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_MEGABYTES * 2**20:
            raise forms.ValidationError(
                _("The file is larger than 30 MB, as no issued document is.")
            )
        return file
