"""Other people's formats: what leaves for, or comes from, programs that are not ours."""
