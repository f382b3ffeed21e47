"""The demo: the founding case, told to a server of its own over the API."""
