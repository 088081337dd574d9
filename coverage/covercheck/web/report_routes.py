"""The addresses by which people tell the keepers of the rules that something looks wrong."""

from __future__ import annotations

from covercheck.web import problems
from covercheck.web.operation import Operation, Parameter
from covercheck.web.publishing.routes import BODY
from covercheck.web.report_handler import ClosingBody, ReportBody, ReportList, ReportView, get_reports, post_closing, post_report

TAG = "Rules"
REPORT_ID = Parameter("id", "path", "The report's id.", {"type": "string", "maxLength": 64}, "rep_0123456789abcdef0123456789")

REPORT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST",
        "/v1/reports",
        post_report,
        "postReport",
        "Something looks wrong",
        "A report to the keepers of the rules, about a payer, a part or an answer. It names no person. What it says is kept sealed.",
        TAG,
        answer=ReportView,
        takes=ReportBody,
        problems=BODY,
        action="report.write",
    ),
    Operation(
        "GET",
        "/v1/reports",
        get_reports,
        "getReports",
        "What was reported",
        "Open reports first, each newest first, of all organisations.",
        TAG,
        answer=ReportList,
        action="report.read",
    ),
    Operation(
        "POST",
        "/v1/reports/{id}/close",
        post_closing,
        "postReportClosing",
        "Close a report",
        "With what was done about it.",
        TAG,
        answer=ReportView,
        takes=ClosingBody,
        parameters=(REPORT_ID,),
        problems=(problems.UNKNOWN_REPORT, problems.REPORT_CLOSED, *BODY),
        action="report.close",
    ),
)
