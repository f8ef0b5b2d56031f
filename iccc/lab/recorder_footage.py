"""What lies on a recorder's disks of one channel: spans of time, and the gaps between them."""

from __future__ import annotations

from dataclasses import dataclass, field

_KEPT = 200  # spans of one channel


@dataclass(slots=True)
class Footage:
    """Spans in Unix seconds by the recorder's clock; the last one may still grow (its end is None)."""

    spans: list[tuple[float, float | None]] = field(default_factory=list)

    @property
    def running(self) -> bool:
        return bool(self.spans) and self.spans[-1][1] is None

    def begin(self, now: float) -> None:
        if not self.running:
            self.spans = [*self.spans[-_KEPT + 1 :], (now, None)]

    def end(self, now: float) -> None:
        if self.running:
            begun = self.spans[-1][0]
            self.spans[-1] = (begun, max(begun, now))

    def oldest(self) -> float | None:
        return self.spans[0][0] if self.spans else None

    def newest(self, now: float) -> float | None:
        if not self.spans:
            return None
        end = self.spans[-1][1]
        return now if end is None else end

    def reaches_back(self, to: float) -> None:
        """The oldest picture is from ``to``: as if it had recorded since then."""
        if self.spans:
            self.spans[0] = (to, self.spans[0][1])
        else:
            self.spans = [(to, to)]

    def gaps(self) -> list[tuple[float, float | None]]:
        """The times without recording since the first one; None for the end of one that goes on."""
        found: list[tuple[float, float | None]] = [
            (ended, begun) for (_, ended), (begun, _) in zip(self.spans, self.spans[1:], strict=False) if ended
        ]
        if self.spans and self.spans[-1][1] is not None:
            found.append((self.spans[-1][1], None))
        return found
