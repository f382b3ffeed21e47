"""Receiving files over several requests: tus, the same by token (API) and by session (pages)."""
