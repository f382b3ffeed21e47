"""Every knob, read from the environment (prefix ``BORDEREAU_``) or a ``.env`` file."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MIB = 1024 * 1024


class Settings(BaseSettings):
    """The service's settings. Each field's description is its documentation."""

    model_config = SettingsConfigDict(env_prefix="BORDEREAU_", env_file=".env", extra="ignore")

    data_dir: Path = Field(
        default=Path("var"), description="Folder of the files, and of the SQLite database."
    )
    keys_dir: Path = Field(
        default=Path("keys"),
        description=(
            "Folder of the private keys that sign heads of the log. Never inside the data "
            "folder, nor in its backups: whoever has both could forge."
        ),
    )
    database_url: str = Field(
        default="",
        description=(
            "SQLAlchemy address, e.g. postgresql://user@host/bordereau. "
            "Empty: SQLite in the data folder."
        ),
    )
    public_url: str = Field(
        default="http://127.0.0.1:8000",
        description="Where people reach the service. https makes cookies Secure (__Host-).",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Further Host names answered, comma-separated; the public one always is.",
    )
    language: Literal["en", "fr"] = Field(
        default="en", description="Language of a reader who states none."
    )
    upload_bytes_max: int = Field(
        default=4096 * MIB, ge=1, description="Largest file taken, in bytes."
    )
    event_file_bytes_max: int = Field(
        default=50_000_000,
        ge=1,
        le=50 * MIB,
        description="Largest file recorded with an event, in bytes; at most 50 MiB.",
    )
    upload_hours: int = Field(
        default=48, ge=1, le=720, description="A resumable upload not finished by then is removed."
    )
    archive_bytes_max: int = Field(
        default=8192 * MIB, ge=1, description="Most that an archive may hold unpacked, in bytes."
    )
    matter_bytes_max: int = Field(
        default=0, ge=0, description="Most that one matter may hold, in bytes; 0 sets no limit."
    )
    body_bytes_max: int = Field(
        default=2 * MIB, ge=1024, description="Largest request body that is not a file, in bytes."
    )
    storage_reserve_bytes: int = Field(
        default=64 * MIB, ge=0, description="Uploads are refused when less room than this is left."
    )
    inspections_at_once: int = Field(
        default=1,
        ge=1,
        le=16,
        description="Files looked into at the same time, each by a process of its own.",
    )
    inspection_seconds: int = Field(
        default=20,
        ge=1,
        le=600,
        description="How long the content of one file is looked into before that is given up.",
    )
    inspection_memory_bytes: int = Field(
        default=1024 * MIB,
        ge=256 * MIB,
        description="Memory of a process that looks into files, in bytes.",
    )
    storage: Literal["folder", "s3"] = Field(
        default="folder",
        description="Where files are kept: folder (in the data folder), or s3 (in a bucket).",
    )
    s3_bucket: str = Field(default="", description="Bucket of the files; it must exist.")
    s3_prefix: str = Field(
        default="",
        pattern=r"^(?:[A-Za-z0-9._-]+/)*$",
        max_length=200,
        description="What the names in the bucket begin with, ending in a slash: bordereau/.",
    )
    s3_endpoint: str = Field(
        default="",
        pattern=r"^(?:https?://\S+)?$",
        description="Address of the object store. Empty: that of AWS in the region.",
    )
    s3_region: str = Field(default="", description="Region of the bucket, as the store names it.")
    s3_path_style: bool = Field(
        default=False,
        description="Put the bucket in the path, not in the host name: most stores but AWS.",
    )
    s3_access_key: SecretStr = Field(
        default=SecretStr(""),
        description="Access key. Empty: found as AWS tools find it (environment, file, role).",
    )
    s3_secret_key: SecretStr = Field(
        default=SecretStr(""), description="Secret key that goes with the access key."
    )
    s3_checksums: Literal["when_required", "when_supported"] = Field(
        default="when_required",
        description=(
            "Checksums of boto3's own, beside the SHA-256 sent with every file: "
            "when_supported breaks several stores but AWS."
        ),
    )
    s3_timeout_seconds: float = Field(
        default=30,
        gt=0,
        le=600,
        description="How long the object store may stay silent before a request is given up.",
    )
    uploads_at_once: int = Field(
        default=8, ge=1, le=64, description="Uploads hashed and written at the same time."
    )
    page_threads: int = Field(
        default=4, ge=1, le=64, description="Requests served at the same time, uploads apart."
    )
    kept_answers_bytes_max: int = Field(
        default=16 * MIB,
        ge=0,
        description=(
            "Lists answered again from memory while nothing was recorded, in bytes; 0 keeps none."
        ),
    )
    session_hours: int = Field(
        default=12, ge=1, le=720, description="A sign-in ends after this, used or not."
    )
    session_idle_minutes: int = Field(
        default=120, ge=5, le=1440, description="A sign-in ends after this without use."
    )
    sign_in_attempts: int = Field(
        default=10,
        ge=1,
        description="Failed sign-ins per account or address within 15 minutes before a pause.",
    )
    deadlines_per_minute: int = Field(
        default=600,
        ge=1,
        description="Deadlines computed a minute for one address that need not sign in.",
    )
    sandbox: bool = Field(
        default=False,
        description=(
            "Let a request say what time it is (header Bordereau-Now), to try a case through "
            "its whole life. Never on a record that counts: anybody could backdate."
        ),
    )
    tsa_url: str = Field(
        default="",
        description=(
            "RFC 3161 time-stamping authority (https) that is asked for a token over each "
            "signed head, after the deposit. Empty: none. Needs the extra `tsa`."
        ),
    )
    tsa_ca_file: Path | None = Field(
        default=None,
        description="Certificates (PEM) that the authority's tokens are checked against.",
    )
    accessibility_contact: str = Field(
        default="",
        max_length=300,
        description="Mail or web address for whoever cannot use a page; on /accessibility.",
    )
    accessibility_audit: Literal["none", "partial", "full"] = Field(
        default="none",
        description=(
            "What an audit found: partial or full conformity with WCAG 2.1 AA. none: there was "
            "none, and /accessibility says so."
        ),
    )
    accessibility_audited_on: date | None = Field(default=None, description="Day of that audit.")
    smtp_host: str = Field(
        default="", description="Server that takes mail. Empty: no mail is sent."
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="starttls, tls (from the first byte), or none: on this machine alone.",
    )
    smtp_ca_file: Path | None = Field(
        default=None, description="Certificates (PEM) to trust for it. Empty: the system's."
    )
    smtp_user: str = Field(default="", description="Name to sign in with. Empty: none is given.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Its password.")
    smtp_from: str = Field(
        default="", description="Address that mail comes from. Needed when smtp_host is set."
    )
    smtp_timeout_seconds: float = Field(
        default=20, gt=0, le=300, description="How long it may stay silent."
    )
    busy_seconds: int = Field(
        default=10, ge=1, description="How long a writer waits for the database before 503."
    )

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split(",")) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _authority_known(self) -> Self:
        if self.tsa_url and self.tsa_ca_file is None:
            raise ValueError("tsa_url needs tsa_ca_file: a token nobody can check proves nothing")
        address = urlsplit(self.tsa_url)
        local = address.hostname in ("127.0.0.1", "localhost", "::1")
        if self.tsa_url and address.scheme != "https" and not local:
            raise ValueError("tsa_url must be https")
        return self

    @model_validator(mode="after")
    def _mail_guarded(self) -> Self:
        if self.smtp_host and "@" not in self.smtp_from:
            raise ValueError("smtp_host needs smtp_from: an address that mail comes from")
        local = self.smtp_host in ("127.0.0.1", "localhost", "::1")
        if self.smtp_host and self.smtp_security == "none" and not local:
            raise ValueError("smtp_security none: only for a server on this machine")
        return self

    @model_validator(mode="after")
    def _audit_dated(self) -> Self:
        if self.accessibility_audit != "none" and self.accessibility_audited_on is None:
            raise ValueError("accessibility_audit needs accessibility_audited_on")
        return self

    @model_validator(mode="after")
    def _keys_apart(self) -> Self:
        if self.keys_dir.absolute().is_relative_to(self.data_dir.absolute()):
            raise ValueError("keys_dir lies inside data_dir: copies of the data would hold keys")
        return self

    @property
    def url(self) -> str:
        """The database's address, the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'bordereau.db'}"

    @property
    def verify_url(self) -> str:
        """The public page that checks receipts."""
        return f"{self.public_url.rstrip('/')}/verify"

    @property
    def secure(self) -> bool:
        """Whether people reach the service by https."""
        return self.public_url.startswith("https://")

    @cached_property
    def hosts(self) -> list[str]:
        """Host names answered. Loopback names too: a probe on the machine itself uses them."""
        listed = [h.strip() for h in self.allowed_hosts if h.strip()]
        own = urlsplit(self.public_url).hostname or "127.0.0.1"
        return sorted({own, "127.0.0.1", "localhost", *listed})
