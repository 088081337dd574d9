"""The addresses of the staff pages with the query parameters each knows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from aiohttp import web

from covercheck.web.patient.pages import get_patient_page, post_patient_link
from covercheck.web.staff.answers import get_answer, post_outcome
from covercheck.web.staff.asking import get_ask, post_again, post_ask
from covercheck.web.staff.calling import get_call, post_call_form, post_leave, post_live, post_take_over
from covercheck.web.staff.comparing import get_as_of, get_compare
from covercheck.web.staff.drafting import get_draft_page, get_drafts_page, post_draft_form, post_draft_step
from covercheck.web.staff.frame import get_static
from covercheck.web.staff.history import QUERY, get_history
from covercheck.web.staff.payers import get_payer_list, get_payer_page
from covercheck.web.staff.releasing import get_releases_page, post_rollback_form
from covercheck.web.staff.reporting import get_reports_page, post_closing_form, post_report_form
from covercheck.web.staff.sign_in import get_sign_in, post_sign_in, post_sign_out, post_stay
from covercheck.web.staff.sources import get_due_page
from covercheck.web.staff.trying import get_try, post_try

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
PAGES: Final[tuple[tuple[str, str, Handler, frozenset[str]], ...]] = (
    ("GET", "/", get_ask, frozenset({"example"})),
    ("POST", "/ask", post_ask, frozenset()),
    ("GET", "/checks", get_history, frozenset({*QUERY, "cursor"})),
    ("GET", "/checks/compare", get_compare, frozenset({"a", "b"})),
    ("GET", "/checks/{id}/as-of", get_as_of, frozenset({"on"})),
    ("GET", "/checks/{id}", get_answer, frozenset({"before", "view", "recorded", "reported"})),
    ("POST", "/checks/{id}/again", post_again, frozenset()),
    ("GET", "/checks/{id}/call", get_call, frozenset()),
    ("POST", "/checks/{id}/call", post_call_form, frozenset()),
    ("POST", "/checks/{id}/call/live", post_live, frozenset()),
    ("POST", "/checks/{id}/call/take", post_take_over, frozenset()),
    ("POST", "/checks/{id}/call/leave", post_leave, frozenset()),
    ("POST", "/checks/{id}/outcome", post_outcome, frozenset()),
    ("POST", "/checks/{id}/link", post_patient_link, frozenset()),
    ("GET", "/p/{link}", get_patient_page, frozenset({"lang"})),
    ("GET", "/payers", get_payer_list, frozenset({"q", "reported"})),
    ("GET", "/payers/reports", get_reports_page, frozenset()),
    ("POST", "/payers/reports", post_report_form, frozenset()),
    ("POST", "/payers/reports/{id}/close", post_closing_form, frozenset()),
    ("GET", "/payers/due", get_due_page, frozenset({"within", "payer"})),
    ("GET", "/payers/{id}", get_payer_page, frozenset({"reported"})),
    ("GET", "/rules/drafts", get_drafts_page, frozenset({"file"})),
    ("POST", "/rules/drafts", post_draft_form, frozenset()),
    ("GET", "/rules/drafts/{id}", get_draft_page, frozenset()),
    ("GET", "/rules/drafts/{id}/try", get_try, frozenset({"example"})),
    ("POST", "/rules/drafts/{id}/try", post_try, frozenset()),
    ("POST", "/rules/drafts/{id}/{step}", post_draft_step, frozenset()),
    ("GET", "/rules/releases", get_releases_page, frozenset({"before"})),
    ("POST", "/rules/releases/{number}/rollback", post_rollback_form, frozenset()),
    ("GET", "/sign-in", get_sign_in, frozenset({"next", "signed"})),
    ("POST", "/sign-in", post_sign_in, frozenset()),
    ("POST", "/session", post_stay, frozenset()),
    ("POST", "/sign-out", post_sign_out, frozenset()),
    ("GET", "/static/{name}", get_static, frozenset()),
)
