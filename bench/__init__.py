"""Benchmarks: each runs its limit or its peer beside the product, alternating, in one run."""
