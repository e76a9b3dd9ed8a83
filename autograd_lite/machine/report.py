"""What the doctor found: one line per finding, and what to do where something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Fact", "Finding", "Report"]

Fact: TypeAlias = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    topic : str
        What it is about: ``"BLAS"``, ``"threads"``, ….
    text : str
        What was found, as one line.
    advice : str
        What to do; empty where nothing is wrong.
    facts : mapping of str to str, number, bool, None or tuple of str
        The same as data; None is what could not be told.
    """

    topic: str
    text: str
    advice: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Report:
    """All findings; prints as text.

    Parameters
    ----------
    findings : tuple of Finding
        In the order of the text.

    Examples
    --------
    >>> from autograd_lite.machine import Finding, Report
    >>> threads = Finding("threads", "BLAS 8, cores 2", "set OPENBLAS_NUM_THREADS=2")
    >>> Report((Finding("NumPy", "2.4.6"), threads))
      NumPy    2.4.6
    ! threads  BLAS 8, cores 2
               to do: set OPENBLAS_NUM_THREADS=2
    1 thing to put right: threads.
    """

    findings: tuple[Finding, ...]

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that come with advice."""
        return tuple([finding for finding in self.findings if finding.advice])

    def __getitem__(self, topic: str) -> Finding:
        """Return the finding about a topic.

        Raises
        ------
        KeyError
            If nothing was found about it.
        """
        for finding in self.findings:
            if finding.topic == topic:
                return finding
        raise KeyError(topic)

    def __str__(self) -> str:
        width = max([len(finding.topic) for finding in self.findings], default=0)
        lines = []
        for finding in self.findings:
            mark = "!" if finding.advice else " "
            lines.append(f"{mark} {finding.topic:{width}}  {finding.text}")
            if finding.advice:
                lines.append(f"{'':{width + 4}}to do: {finding.advice}")
        return "\n".join([*lines, self._verdict()])

    __repr__ = __str__

    def _verdict(self) -> str:
        topics = [finding.topic for finding in self.warnings]
        if not topics:
            return "Nothing to put right."
        things = "thing" if len(topics) == 1 else "things"
        return f"{len(topics)} {things} to put right: {', '.join(topics)}."
