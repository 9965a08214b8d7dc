"""What the database refuses in this room: an issued review stays as it was issued."""

from teras.database_rules import Rule

RULES = [
    Rule(
        "annualreview_issued_never_changed",
        "reports_annualreview",
        "UPDATE",
        "OLD.state = 'issued'",
    ),
    Rule(
        "annualreview_issued_never_deleted",
        "reports_annualreview",
        "DELETE",
        "OLD.state = 'issued' AND NOT OLD.is_sample",
    ),
    Rule("annualreview_begins_as_draft", "reports_annualreview", "INSERT", "NEW.state = 'issued'"),
    Rule(
        "annualreview_issued_with_document",
        "reports_annualreview",
        "UPDATE",
        "NEW.state = 'issued' AND NOT EXISTS"
        " (SELECT 1 FROM reports_issueddocument d WHERE d.review_id = NEW.id)",
    ),
    # The history's row of the issue says who issued it; those of drafts go with people who leave.
    Rule(
        "annualreview_issue_in_history_never_changed",
        "reports_historicalannualreview",
        "UPDATE",
        "OLD.state = 'issued' AND NOT OLD.is_sample",
    ),
    Rule(
        "annualreview_issue_in_history_never_deleted",
        "reports_historicalannualreview",
        "DELETE",
        "OLD.state = 'issued' AND NOT OLD.is_sample",
    ),
    Rule("issueddocument_never_changed", "reports_issueddocument", "UPDATE", "TRUE"),
    Rule("issueddocument_never_deleted", "reports_issueddocument", "DELETE", "NOT OLD.is_sample"),
]
