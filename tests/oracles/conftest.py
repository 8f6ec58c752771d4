"""Nothing here is collected: the recorders import libraries that the tests do without."""

collect_ignore_glob = ["*.py"]
