"""Train an epoch of the deep net, and print by how much that raised this process's peak memory."""

from __future__ import annotations

import sys

from peak import peak
from training import peak_work


def main() -> None:
    """Run the library that the command line names."""
    epoch = peak_work(sys.argv[1])
    before = peak()
    epoch()
    print(peak() - before)


if __name__ == "__main__":
    main()
