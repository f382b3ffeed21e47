"""What is inside a file, found out by a child process with limits.

Nothing of an untrusted file is parsed in the service itself (design: security.md §2, row 15).
"""
