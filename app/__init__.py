"""Bordereau: what a court ordered to be produced, by when, and what came."""

__version__ = "0.1.0"
