"""The wire: what both doors read and write."""
