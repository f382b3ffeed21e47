"""The clock: what happens because time passes."""

from app.worker.heads import sign_daily
from app.worker.inspections import Bell, inspect_soon
from app.worker.mail import mail_always
from app.worker.printing import print_always
from app.worker.sweeps import sweep_hourly
from app.worker.timestamps import Authority, stamp_always

__all__ = [
    "Authority",
    "Bell",
    "inspect_soon",
    "mail_always",
    "print_always",
    "sign_daily",
    "stamp_always",
    "sweep_hourly",
]
