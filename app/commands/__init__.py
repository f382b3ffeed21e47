"""The third door: the command line. Thin: it calls the same verbs as the other two."""
