"""The clock: what happens because time passes."""

from app.worker.sweeps import sweep_hourly

__all__ = ["sweep_hourly"]
