"""The bytes: files named by their SHA-256, written once, apart for each matter."""
