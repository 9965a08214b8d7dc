"""What the database refuses in this room: an issued review stays as it was issued.

It is issued as it was approved, and approved by the person it names, who is neither who prepared
it nor who submitted it.
"""

from teras.database_rules import Rule

# What was approved, column by column, beside the version that grows with every save.
APPROVED_COLUMNS = (
    "version",
    "summary",
    "issues",
    "proposals",
    "conclusion",
    "changes",
    "prepared_by_id",
    "approved_by_id",
)
REVIEW = "EXISTS (SELECT 1 FROM reports_annualreview r WHERE r.id = {row}.review_id AND {what})"
OF_ANOTHER_PLAN = (
    "NOT EXISTS (SELECT 1 FROM teras_teras t, reports_annualreview r"
    " WHERE t.id = NEW.teras_id AND r.id = NEW.review_id AND t.plan_id = r.plan_id)"
)
NOT_THEIRS_TO_APPROVE = REVIEW.format(
    row="NEW",
    what="(r.prepared_by_id = NEW.by_id OR r.approved_by_id IS NULL"
    " OR r.approved_by_id <> NEW.by_id)",
)
SUBMITTED_BY_THEMSELVES = (
    "EXISTS (SELECT 1 FROM reports_reviewstep s WHERE s.by_id = NEW.by_id AND s.id ="
    " (SELECT MAX(l.id) FROM reports_reviewstep l"
    " WHERE l.review_id = NEW.review_id AND l.kind = 'submitted'))"
)
SETTLED = "r.state IN ('approved', 'issued')"

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
    Rule("annualreview_begins_as_draft", "reports_annualreview", "INSERT", "NEW.state <> 'draft'"),
    Rule(
        "annualreview_approved_by_its_approver",
        "reports_annualreview",
        "UPDATE",
        "NEW.state = 'approved' AND OLD.state <> 'approved' AND NOT EXISTS"
        " (SELECT 1 FROM reports_reviewstep s WHERE s.review_id = NEW.id AND s.kind = 'approved'"
        " AND s.version = NEW.version AND s.by_id = NEW.approved_by_id)",
    ),
    Rule(
        "annualreview_approved_never_edited",
        "reports_annualreview",
        "UPDATE",
        "OLD.state = 'approved' AND NEW.state NOT IN ('draft', 'issued')",
    ),
    Rule(
        "annualreview_issued_as_approved",
        "reports_annualreview",
        "UPDATE",
        "NEW.state = 'issued' AND OLD.state <> 'issued' AND (OLD.state <> 'approved' OR "
        + " OR ".join(f"NEW.{column} <> OLD.{column}" for column in APPROVED_COLUMNS)
        + ")",
    ),
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
    # The texts on the thrusts
    Rule(
        "terastext_settled_never_added_to",
        "reports_terastext",
        "INSERT",
        REVIEW.format(row="NEW", what=SETTLED),
    ),
    Rule(
        "terastext_settled_never_changed",
        "reports_terastext",
        "UPDATE",
        "NEW.review_id <> OLD.review_id OR " + REVIEW.format(row="OLD", what=SETTLED),
    ),
    Rule(
        "terastext_settled_never_deleted",
        "reports_terastext",
        "DELETE",
        REVIEW.format(row="OLD", what=f"{SETTLED} AND NOT r.is_sample"),
    ),
    Rule("terastext_added_of_its_plan", "reports_terastext", "INSERT", OF_ANOTHER_PLAN),
    Rule("terastext_changed_of_its_plan", "reports_terastext", "UPDATE", OF_ANOTHER_PLAN),
    # A closing report, and what it carries into the next plan
    Rule(
        "annualreview_closing_at_the_plans_end",
        "reports_annualreview",
        "INSERT",
        "NEW.kind = 'closing' AND NOT EXISTS (SELECT 1 FROM teras_plan p"
        " WHERE p.id = NEW.plan_id AND p.last_year = NEW.year)",
    ),
    Rule(
        "annualreview_kind_never_changed",
        "reports_annualreview",
        "UPDATE",
        "NEW.kind <> OLD.kind OR (NEW.kind = 'closing' AND NEW.year <> OLD.year)",
    ),
    Rule(
        "reviewcarry_settled_never_added_to",
        "reports_reviewcarry",
        "INSERT",
        REVIEW.format(row="NEW", what=SETTLED),
    ),
    Rule(
        "reviewcarry_settled_never_changed",
        "reports_reviewcarry",
        "UPDATE",
        "NEW.review_id <> OLD.review_id OR " + REVIEW.format(row="OLD", what=SETTLED),
    ),
    Rule(
        "reviewcarry_settled_never_deleted",
        "reports_reviewcarry",
        "DELETE",
        REVIEW.format(row="OLD", what=f"{SETTLED} AND NOT r.is_sample"),
    ),
    *(
        Rule(
            f"reviewcarry_{event.lower()}_of_a_closing_report_and_its_plan",
            "reports_reviewcarry",
            event,
            "NOT EXISTS (SELECT 1 FROM programs_program g, reports_annualreview r"
            " WHERE g.id = NEW.program_id AND r.id = NEW.review_id AND g.plan_id = r.plan_id"
            " AND r.kind = 'closing')",
        )
        for event in ("INSERT", "UPDATE")
    ),
    # Steps and comments are added and never changed, and nothing is added once it is issued
    Rule(
        "reviewstep_approved_by_another",
        "reports_reviewstep",
        "INSERT",
        f"NEW.kind = 'approved' AND ({NOT_THEIRS_TO_APPROVE} OR {SUBMITTED_BY_THEMSELVES})",
    ),
    *(
        Rule(
            f"{table}_issued_never_added_to",
            f"reports_{table}",
            "INSERT",
            REVIEW.format(row="NEW", what="r.state = 'issued'"),
        )
        for table in ("reviewstep", "reviewcomment")
    ),
    Rule(
        "commentresolution_issued_never_added_to",
        "reports_commentresolution",
        "INSERT",
        "EXISTS (SELECT 1 FROM reports_reviewcomment c, reports_annualreview r"
        " WHERE c.id = NEW.comment_id AND r.id = c.review_id AND r.state = 'issued')",
    ),
    *(
        Rule(f"{table}_never_changed", f"reports_{table}", "UPDATE", "TRUE")
        for table in ("reviewstep", "reviewcomment", "commentresolution")
    ),
    *(
        Rule(f"{table}_never_deleted", f"reports_{table}", "DELETE", "NOT OLD.is_sample")
        for table in ("reviewstep", "reviewcomment", "commentresolution")
    ),
]
