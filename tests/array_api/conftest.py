"""Programs that switch SciPy and scikit-learn for the whole process: not to be collected."""

collect_ignore_glob = ["*.py"]
