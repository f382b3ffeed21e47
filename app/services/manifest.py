"""The lines of a deposit's manifest: written once, opened for whoever may read the names."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.acts import SALT_BYTES
from app.domain.manifest import ManifestLine, manifest_root, name_commitment
from app.domain.merkle import leaf_hash
from app.domain.record import Confidentiality
from app.schemas.receipts import ReceiptFile
from app.services.log import Row, row_of, table_of

_TABLE = m.ManifestLine.__tablename__
_EXHIBIT = (
    m.Exhibit.id,
    m.Exhibit.number,
    m.Exhibit.edition,
    m.Exhibit.replaces_id,
    m.Exhibit.replaces_reason,
    m.Exhibit.title,
    m.Exhibit.filename,
    m.Exhibit.dated_on,
    m.Exhibit.size_bytes,
    m.Exhibit.sha256,
    m.Exhibit.confidentiality,
    m.Exhibit.bates_first,
    m.Exhibit.bates_last,
    m.Exhibit.media_type,
)


@dataclass(frozen=True, slots=True)
class Contents:
    """The exhibits of a production, in order, with what they answer."""

    exhibits: Sequence[m.Exhibit]
    """Rows of the columns that a deposit reads; no loaded entities."""
    categories: Mapping[UUID, Sequence[UUID]]
    elements: Mapping[UUID, Sequence[UUID]]


def contents(session: Session, production_id: UUID) -> Contents:
    """Read the production's exhibits by column: a deposit of 10,000 loads no entity."""
    own = select(m.Exhibit.id).where(m.Exhibit.production_id == production_id)
    exhibits = session.execute(
        select(*_EXHIBIT)
        .where(m.Exhibit.production_id == production_id)
        .order_by(m.Exhibit.position, m.Exhibit.id)
    ).all()
    categories: dict[UUID, list[UUID]] = defaultdict(list)
    for exhibit_id, category_id in session.execute(
        select(m.ExhibitCategory.exhibit_id, m.ExhibitCategory.category_id).where(
            m.ExhibitCategory.exhibit_id.in_(own)
        )
    ):
        categories[exhibit_id].append(category_id)
    elements: dict[UUID, list[UUID]] = defaultdict(list)
    for exhibit_id, element_id in session.execute(
        select(m.ExhibitElement.exhibit_id, m.ExhibitElement.element_id).where(
            m.ExhibitElement.exhibit_id.in_(own)
        )
    ):
        elements[exhibit_id].append(element_id)
    return Contents(exhibits, categories, elements)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Written:
    """A manifest as written: its root and count, and its rows for the log."""

    root: str
    count: int
    rows: list[Row]


def write_manifest(
    session: Session, production_id: UUID, found: Contents, numbers: Mapping[UUID, str]
) -> Written:
    """Write the manifest's lines; ``numbers`` are those of the order's categories."""
    rows = []
    lines = []
    for position, exhibit in enumerate(found.exhibits):
        name_salt = secrets.token_hex(SALT_BYTES)
        line = _line(exhibit, name_salt, found.categories.get(exhibit.id, ()), numbers).text
        lines.append(line)
        rows.append(
            {
                "production_id": production_id,
                "position": position,
                "exhibit_id": exhibit.id,
                "line": line.decode(),
                "name_salt": name_salt,
            }
        )
    if rows:
        session.connection().execute(insert(table_of(m.ManifestLine)), rows)
    logged = [row_of(_TABLE, (production_id, row["position"]), row) for row in rows]
    return Written(manifest_root(lines), len(lines), logged)


def _line(
    exhibit: m.Exhibit, name_salt: str, category_ids: Sequence[UUID], numbers: Mapping[UUID, str]
) -> ManifestLine:
    dated_on = exhibit.dated_on.isoformat() if exhibit.dated_on else None
    return ManifestLine(
        number=exhibit.number,
        edition=exhibit.edition,
        sha256=exhibit.sha256,
        size_bytes=exhibit.size_bytes,
        name=name_commitment(name_salt, exhibit.filename, exhibit.title, dated_on),
        designation=exhibit.confidentiality.value,
        category_numbers=tuple(numbers[c] for c in numbers if c in set(category_ids)),
        bates_first=exhibit.bates_first,
        bates_last=exhibit.bates_last,
        salt=secrets.token_hex(SALT_BYTES),
    )


def receipt_files(session: Session, production_id: UUID, *, own: bool) -> list[ReceiptFile]:
    """The files of a receipt; of one not ``own`` that is not ordinary, number and leaf alone."""
    rows = session.execute(
        select(
            m.ManifestLine.line,
            m.ManifestLine.name_salt,
            m.Exhibit.title,
            m.Exhibit.filename,
            m.Exhibit.dated_on,
        )
        .join(m.Exhibit, m.Exhibit.id == m.ManifestLine.exhibit_id)
        .where(m.ManifestLine.production_id == production_id)
        .order_by(m.ManifestLine.position)
    )
    return [_file(*row, own=own) for row in rows]


def _file(
    line: str, name_salt: str, title: str, filename: str, dated_on: object, *, own: bool
) -> ReceiptFile:
    said = json.loads(line)
    leaf = leaf_hash(line.encode()).hex()
    designation = Confidentiality(said["designation"])
    if not own and designation is not Confidentiality.ordinary:
        hidden = dict.fromkeys(
            ("title", "filename", "size_bytes", "sha256", "name", "name_salt", "salt")
        )
        return ReceiptFile.model_validate(
            {
                **hidden,
                "number": said["number"],
                "edition": said["edition"],
                "confidentiality": designation,
                "category_numbers": [],
                "leaf": leaf,
            }
        )
    kept = ("number", "edition", "sha256", "size_bytes", "name", "category_numbers", "salt")
    return ReceiptFile.model_validate(
        {
            **{name: said[name] for name in (*kept, "bates_first", "bates_last")},
            "confidentiality": designation,
            "title": title,
            "filename": filename,
            "dated_on": dated_on,
            "name_salt": name_salt,
            "leaf": leaf,
        }
    )
