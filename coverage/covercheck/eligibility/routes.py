"""From a payer's file and the service's settings to the way this payer is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import httpx
from pydantic import SecretStr

from covercheck.eligibility import failures
from covercheck.eligibility.adapter import Adapter
from covercheck.eligibility.desk import Route
from covercheck.eligibility.gate import Limits
from covercheck.eligibility.http import Exchange
from covercheck.eligibility.mock import MockAdapter
from covercheck.eligibility.outcome import Failure
from covercheck.eligibility.over_fhir import FhirAdapter
from covercheck.eligibility.over_json import JsonAdapter
from covercheck.eligibility.over_x12 import X12Adapter
from covercheck.rules.eligibility_text import EligibilityText
from covercheck.rules.rulebook import Payer

AdapterName: TypeAlias = Literal["mock", "x12", "json", "fhir", "off"]
OWN_SETTING = "COVERCHECK_SECRET_{}"
SHARED_SETTING = "COVERCHECK_ELIGIBILITY_SECRET"
NEVER = 1_000_000_000  # one made-up member that fails must not shut out the others


def _no_secret(_: str) -> SecretStr | None:
    """Nothing in the environment."""
    return None


@dataclass(frozen=True, slots=True)
class Setup:
    """The service's own settings, for payers whose file does not say; `secrets` finds a payer's own by name."""

    shared: EligibilityText = field(default_factory=EligibilityText)
    secret: SecretStr | None = None
    secrets: Callable[[str], SecretStr | None] = _no_secret
    limits: Limits = field(default_factory=Limits)
    most_bytes: int = 2_097_152
    test: bool = True


@dataclass(frozen=True, slots=True)
class Routes:
    """Finds the route of a payer."""

    setup: Setup
    client: httpx.AsyncClient

    def of(self, payer: Payer) -> Route | Failure:
        """The route, or why there is none."""
        own = payer.text.eligibility
        text = own if own.adapter is not None else self.setup.shared
        kind: AdapterName = text.adapter or "mock"
        if kind == "off":
            return failures.adapter_off()
        limits = replace(
            self.setup.limits,
            in_flight=own.in_flight or self.setup.limits.in_flight,
            per_minute=own.per_minute or self.setup.limits.per_minute,
        )
        if kind == "mock":
            return Route(payer.id, MockAdapter(payer.members), replace(limits, breaker_failures=NEVER))
        adapter = self._remote(kind, text, payer)
        return adapter if isinstance(adapter, Failure) else Route(payer.id, adapter, limits)

    def payer_id(self, payer: Payer) -> str | None:
        """The payer's id at the other side: its file says it, else its first id in electronic claims; in tests its own name here."""
        return payer.text.eligibility.payer_id or next(iter(payer.text.edi_ids), payer.id if self.setup.test else None)

    def _remote(self, kind: AdapterName, text: EligibilityText, payer: Payer) -> Adapter | Failure:
        if self.payer_id(payer) is None:
            return failures.no_payer_id()
        name = OWN_SETTING.format(text.secret.upper()) if text.secret is not None else SHARED_SETTING
        secret = self.setup.secrets(text.secret) if text.secret is not None else self.setup.secret
        needs_one = text.secret is not None or (text.adapter == "x12" and text.envelope == "core_mime")
        if needs_one and secret is None:
            return failures.credentials(name)
        exchange = Exchange(self.client, text.endpoint or "", self.setup.most_bytes, name)
        match kind:
            case "x12":
                return X12Adapter.of(exchange, text, secret, test=self.setup.test)
            case "json":
                return JsonAdapter.of(exchange, text, secret)
            case _:
                return FhirAdapter(exchange, secret)
