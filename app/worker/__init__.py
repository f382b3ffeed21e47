"""The clock: what happens because time passes."""

from app.worker.inspections import Bell, inspect_soon
from app.worker.sweeps import sweep_hourly

__all__ = ["Bell", "inspect_soon", "sweep_hourly"]
