"""The programs here set switches of SciPy and scikit-learn: collecting them would set them for all."""

collect_ignore_glob = ["*.py"]
