"""What can be set from outside, by `COVERCHECK_…` environment variables or by the command line. Nothing is read at import time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, StringConstraints, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from covercheck.rules.eligibility_text import is_safe_endpoint

PREFIX = "COVERCHECK_"
OWN_PREFIX = "COVERCHECK_SECRET_"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _comma_list(value: Any) -> Any:
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


Origin = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+$", max_length=300)]
Org = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Orgs = Annotated[tuple[Org, ...], NoDecode, BeforeValidator(_comma_list)]
Origins = Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_comma_list)]


def default_payers() -> Path:
    """`./payers` if it is there, else the folder `payers` that stands beside the source tree."""
    here = Path("payers")
    if here.is_dir():
        return here
    for parent in Path(__file__).resolve().parents:
        if (parent / "payers" / "facts.yaml").is_file():
            return parent / "payers"
    return here


def default_data_dir() -> Path:
    """Where this user's programs keep their data."""
    home = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "covercheck"


class Settings(BaseSettings):
    """All settings; each is also an environment variable, `host` for instance `COVERCHECK_HOST`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", min_length=1, max_length=255, description="address to listen on")
    port: int = Field(default=8080, ge=0, le=65_535, description="port to listen on; 0 takes a free one")
    payers: Path = Field(default_factory=default_payers, description="folder of rule files")
    rules: Literal["files", "releases"] = Field(default="files", description="rules come from that folder, or from what was published")
    watch: bool = Field(default=True, description="take that folder anew when a file changes")
    release_seconds: float = Field(default=5.0, gt=0, le=3_600, description="how often each instance looks for a newer release")
    rule_keepers: Orgs = Field(default=("local",), description="organisations whose ops and admins keep the rules, which all share")
    data_dir: Path = Field(default_factory=default_data_dir, description="folder for what is remembered")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="least level that is logged")
    cors_origins: Origins = Field(default=(), description="origins of web pages that may call the API, separated by commas")
    max_body_bytes: int = Field(default=65_536, ge=1_024, le=10_485_760, description="largest body that is read")
    body_seconds: float = Field(default=10.0, gt=0, le=300, description="longest wait for a body")
    idle_seconds: float = Field(default=60.0, gt=0, le=3_600, description="longest wait for a request's head, also between requests")
    shutdown_seconds: float = Field(default=10.0, ge=0, le=300, description="time for running requests to end at shutdown")
    idempotency_hours: float = Field(default=24.0, gt=0, le=168, description="how long an Idempotency-Key is remembered")
    database_url: str | None = Field(default=None, max_length=1_000, repr=False, description="postgresql://…; else a file in data_dir")
    data_key: SecretStr | None = Field(default=None, description="base64 of 32 bytes, newest first; else a key file in data_dir")
    retention_years: float = Field(default=6.0, gt=0, le=100, description="how long checks and calls are kept")
    token_per_minute: int = Field(default=600, ge=1, le=1_000_000, description="most requests of one token in a minute")
    session_minutes: float = Field(default=30.0, gt=0, le=720, description="silence after which the pages ask for the token again")
    oidc_issuer: str | None = Field(default=None, max_length=500, description="identity provider whose bearer tokens let in; https")
    oidc_audience: str = Field(default="covercheck", min_length=1, max_length=200, description="for whom its tokens must be")
    oidc_org_claim: str = Field(default="org", min_length=1, max_length=100, description="the claim that names the organisation")
    oidc_role_claim: str = Field(default="roles", min_length=1, max_length=100, description="the claim that names the role")
    workers: int = Field(default=1, ge=1, le=64, description="processes that share the port")
    metrics: bool = Field(default=True, description="figures for Prometheus at /metrics")
    otel_endpoint: str | None = Field(default=None, pattern="^https?://", max_length=1_000, description="OTLP collector that gets traces")
    evidence_fresh_months: int = Field(default=18, ge=1, le=240, description="age up to which a source counts in full")
    evidence_aged_months: int = Field(default=36, ge=1, le=240, description="age up to which it counts a step less")
    clinic_name: str | None = Field(default=None, min_length=1, max_length=60, description="the clinic's legal name, for payers' systems")
    clinic_npi: str | None = Field(default=None, pattern=r"^\d{10}$", description="its NPI, where a question names none")
    clinic_tax_id: str | None = Field(default=None, pattern=r"^\d{2}-?\d{7}$", description="its tax id, where a question names none")
    eligibility_adapter: Literal["mock", "x12", "json", "fhir", "off"] = Field(
        default="mock", description="how payers are asked whose own file does not say"
    )
    eligibility_endpoint: str | None = Field(default=None, max_length=1_000, description="the address asked then, a clearinghouse's")
    eligibility_envelope: Literal["raw", "core_mime"] = Field(default="raw", description="X12 only: raw body, or the CORE MIME envelope")
    eligibility_vendor: str = Field(default="stedi", max_length=80, description="JSON only: whose field names are used")
    eligibility_sender_id: str | None = Field(default=None, max_length=15, description="X12 only: who sends")
    eligibility_receiver_id: str | None = Field(default=None, max_length=15, description="X12 only: who receives")
    eligibility_secret: SecretStr | None = Field(default=None, description="what that address wants to see: key, token, or user:password")
    eligibility_test: bool = Field(default=True, description="questions are tests; set to false in production")
    eligibility_seconds: float = Field(default=8.0, ge=0.05, le=60, description="longest time for a whole check that asks a payer")
    eligibility_attempts: int = Field(default=3, ge=1, le=10, description="most attempts at one question")
    eligibility_in_flight: int = Field(default=50, ge=1, le=1_000, description="most questions to one payer at one time")
    eligibility_per_minute: int | None = Field(default=None, ge=1, le=100_000, description="most questions to one payer in a minute")
    eligibility_breaker_failures: int = Field(default=5, ge=1, le=1_000, description="failures in a row after which a payer is left alone")
    eligibility_breaker_seconds: float = Field(default=30.0, gt=0, le=3_600, description="for how long")
    eligibility_keep: int = Field(default=1_000, ge=0, le=100_000, description="good answers of payers kept in memory; 0 for none")
    eligibility_keep_seconds: float = Field(default=300.0, gt=0, le=86_400, description="how long they are kept")
    eligibility_most_bytes: int = Field(default=2_097_152, ge=1_024, le=104_857_600, description="longest answer of a payer that is read")

    @model_validator(mode="after")
    def _an_address_to_ask(self) -> Settings:
        if self.eligibility_adapter in ("x12", "json", "fhir") and self.eligibility_endpoint is None:
            raise ValueError(f"eligibility_adapter {self.eligibility_adapter} needs eligibility_endpoint")
        if self.eligibility_endpoint is not None and not is_safe_endpoint(self.eligibility_endpoint):
            raise ValueError("eligibility_endpoint must be https; plain http is for this machine's own addresses")
        return self

    @model_validator(mode="after")
    def _a_safe_issuer(self) -> Settings:
        if self.oidc_issuer is not None and not is_safe_endpoint(self.oidc_issuer):
            raise ValueError("oidc_issuer must be https; plain http is for this machine's own addresses")
        return self

    @model_validator(mode="after")
    def _ages_in_order(self) -> Settings:
        if self.evidence_aged_months < self.evidence_fresh_months:
            raise ValueError("evidence_aged_months lies below evidence_fresh_months")
        return self

    @property
    def is_local(self) -> bool:
        """It listens on this machine only."""
        return self.host in LOOPBACK


def unknown_variables() -> list[str]:
    """`COVERCHECK_…` variables that no setting has: most likely misspelled."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    named = (name for name in os.environ if name.upper().startswith(PREFIX) and not name.upper().startswith(OWN_PREFIX))
    return sorted(name for name in named if name.upper() not in known)


def payer_secret(name: str) -> SecretStr | None:
    """The secret that a payer's file names: `COVERCHECK_SECRET_<NAME>`."""
    value = os.environ.get(OWN_PREFIX + name.upper())
    return SecretStr(value) if value else None
