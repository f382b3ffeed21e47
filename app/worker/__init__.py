"""The clock: what happens because time passes."""

from app.worker.printing import print_always
from app.worker.sweeps import sweep_hourly
from app.worker.timestamps import Authority, stamp_always

__all__ = ["Authority", "print_always", "stamp_always", "sweep_hourly"]
