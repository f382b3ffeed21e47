"""Which content a file's extension and media type announce."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.content import ContentKind as Kind

BY_EXTENSION: Mapping[str, frozenset[Kind]] = {
    extension: frozenset(kinds)
    for extensions, kinds in (
        ("pdf", {Kind.pdf}),
        ("docx docm dotx odt ott", {Kind.text_document}),
        ("xlsx xlsm xlsb xltx ods ots", {Kind.spreadsheet}),
        ("pptx pptm ppsx potx odp otp", {Kind.presentation}),
        ("doc dot xls xlt ppt pps msg pst", {Kind.old_office}),
        ("rtf", {Kind.rich_text}),
        ("eml", {Kind.email}),
        ("mht mhtml", {Kind.web_archive}),
        ("htm html xhtml", {Kind.html, Kind.xml}),
        ("svg", {Kind.svg}),
        ("xml", {Kind.xml, Kind.html, Kind.svg}),
        ("txt text csv tsv log md json ics vcf opt dat lfp", {Kind.plain_text}),
        ("png jpg jpeg jpe gif tif tiff bmp webp heic", {Kind.image}),
        ("mp3 wav ogg m4a flac aac wma", {Kind.sound}),
        ("mp4 m4v mov avi mkv webm mpg mpeg wmv", {Kind.video, Kind.sound}),
        ("zip 7z rar gz tgz tar bz2 xz", {Kind.archive}),
    )
    for extension in extensions.split()
}
"""What each extension announces. A container that may hold sound alone counts as either."""

_RUNNABLE = "exe com scr pif dll msi bat cmd ps1 vbs vbe js jse wsf wsh hta lnk jar cpl reg sh app"
RUNNABLE = frozenset(_RUNNABLE.split())
"""Extensions that a double click runs on some system."""

BY_MEDIA_TYPE: Mapping[str, frozenset[Kind]] = {
    "application/pdf": frozenset({Kind.pdf}),
    "application/msword": frozenset({Kind.old_office}),
    "application/vnd.ms-excel": frozenset({Kind.old_office, Kind.plain_text}),
    "application/vnd.ms-powerpoint": frozenset({Kind.old_office}),
    "application/vnd.ms-outlook": frozenset({Kind.old_office}),
    "application/rtf": frozenset({Kind.rich_text}),
    "text/rtf": frozenset({Kind.rich_text}),
    "application/zip": frozenset({Kind.archive}),
    "message/rfc822": frozenset({Kind.email, Kind.web_archive}),
    "text/html": frozenset({Kind.html, Kind.xml}),
    "image/svg+xml": frozenset({Kind.svg}),
    **{
        f"application/vnd.openxmlformats-officedocument.{part}": frozenset({kind})
        for part, kind in (
            ("wordprocessingml.document", Kind.text_document),
            ("spreadsheetml.sheet", Kind.spreadsheet),
            ("presentationml.presentation", Kind.presentation),
        )
    },
    **{
        f"application/vnd.oasis.opendocument.{part}": frozenset({kind})
        for part, kind in (
            ("text", Kind.text_document),
            ("spreadsheet", Kind.spreadsheet),
            ("presentation", Kind.presentation),
        )
    },
    **{f"image/{part}": frozenset({Kind.image}) for part in ("png", "jpeg", "gif", "tiff")},
}
"""What a declared media type announces. Browsers guess many others from the name: not here."""


def extension(name: str) -> str:
    """The extension in lower case, without its dot; empty where the name has none."""
    stem, dot, last = name.rstrip(" .").rpartition(".")
    plain = last.isascii() and last.isalnum() and len(last) <= 8
    return last.lower() if dot and stem and plain and not last.isdigit() else ""


def announced_otherwise(name: str, media_type: str, found: Kind) -> str:
    """The extension, else the media type, that announces something else; empty if none does."""
    named = extension(name)
    if named in BY_EXTENSION and found not in BY_EXTENSION[named]:
        return f".{named}"
    declared = media_type.partition(";")[0].strip().lower()
    if named not in BY_EXTENSION and found not in BY_MEDIA_TYPE.get(declared, {found}):
        return declared
    return ""
