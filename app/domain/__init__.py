"""The law: pure functions and frozen values. No clock, no input or output, no framework."""
