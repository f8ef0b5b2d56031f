"""The arithmetic coder of H.265 (ITU-T H.265, 9.3), as far as pictures of one colour need it."""

from __future__ import annotations

# Table 9-52, rangeTabLps: a row for each state of probability.
_RANGE_LPS = (
    (128, 176, 208, 240), (128, 167, 197, 227), (128, 158, 187, 216), (123, 150, 178, 205), (116, 142, 169, 195),
    (111, 135, 160, 185), (105, 128, 152, 175), (100, 122, 144, 166), (95, 116, 137, 158), (90, 110, 130, 150),
    (85, 104, 123, 142), (81, 99, 117, 135), (77, 94, 111, 128), (73, 89, 105, 122), (69, 85, 100, 116),
    (66, 80, 95, 110), (62, 76, 90, 104), (59, 72, 86, 99), (56, 69, 81, 94), (53, 65, 77, 89), (51, 62, 73, 85),
    (48, 59, 69, 80), (46, 56, 66, 76), (43, 53, 63, 72), (41, 50, 59, 69), (39, 48, 56, 65), (37, 45, 54, 62),
    (35, 43, 51, 59), (33, 41, 48, 56), (32, 39, 46, 53), (30, 37, 43, 50), (29, 35, 41, 48), (27, 33, 39, 45),
    (26, 31, 37, 43), (24, 30, 35, 41), (23, 28, 33, 39), (22, 27, 32, 37), (21, 26, 30, 35), (20, 24, 29, 33),
    (19, 23, 27, 31), (18, 22, 26, 30), (17, 21, 25, 28), (16, 20, 23, 27), (15, 19, 22, 25), (14, 18, 21, 24),
    (14, 17, 20, 23), (13, 16, 19, 22), (12, 15, 18, 21), (12, 14, 17, 20), (11, 14, 16, 19), (11, 13, 15, 18),
    (10, 12, 15, 17), (10, 12, 14, 16), (9, 11, 13, 15), (9, 11, 12, 14), (8, 10, 12, 14), (8, 9, 11, 13),
    (7, 9, 11, 12), (7, 9, 10, 12), (7, 8, 10, 11), (6, 8, 9, 11), (6, 7, 9, 10), (6, 7, 8, 9), (2, 2, 2, 2),
)  # fmt: skip
# Table 9-53, transIdxLps
_AFTER_LPS = (
    0, 0, 1, 2, 2, 4, 4, 5, 6, 7, 8, 9, 9, 11, 11, 12, 13, 13, 15, 15, 16, 16, 18, 18, 19, 19, 21, 21, 22, 22, 23, 24,
    24, 25, 26, 26, 27, 27, 28, 29, 29, 30, 30, 30, 31, 32, 32, 33, 33, 33, 34, 34, 35, 35, 35, 36, 36, 36, 37, 37, 37,
    38, 38, 63,
)  # fmt: skip
_LAST_STATE = 62
_QP = 26  # init_qp_minus26 and slice_qp_delta are 0


class Cabac:
    """Encodes decisions. ``contexts`` are the initial values of tables 9-5 ff., by any name."""

    def __init__(self, contexts: dict[str, int]) -> None:
        self._state = {name: _initial(value) for name, value in contexts.items()}
        self._low, self._range = 0, 510
        self._outstanding = 0
        self._first = True
        self._bits: list[str] = []

    def decide(self, context: str, value: int) -> None:
        state, likely = self._state[context]
        less = _RANGE_LPS[state][self._range >> 6 & 3]
        self._range -= less
        if value == likely:
            self._state[context] = (min(state + 1, _LAST_STATE), likely)
        else:
            self._low += self._range
            self._range = less
            self._state[context] = (_AFTER_LPS[state], likely if state else 1 - likely)
        self._renormalise()

    def bypass(self, value: int) -> None:
        self._low = (self._low << 1) + (self._range if value else 0)
        if self._low >= 1024:
            self._low -= 1024
            self._put(1)
        elif self._low < 512:
            self._put(0)
        else:
            self._low -= 512
            self._outstanding += 1

    def end_of_slice(self, ends: bool) -> None:
        """``end_of_slice_segment_flag``; after the true one comes :meth:`bits`."""
        self._range -= 2
        if ends:
            self._low += self._range
            self._range = 2
        self._renormalise()

    def bits(self) -> str:
        """All bits, the stop bit of the NAL unit last."""
        self._put(self._low >> 9 & 1)
        return "".join(self._bits) + f"{self._low >> 7 & 3 | 1:02b}"

    def _renormalise(self) -> None:
        while self._range < 256:
            if self._low < 256:
                self._put(0)
            elif self._low >= 512:
                self._low -= 512
                self._put(1)
            else:
                self._low -= 256
                self._outstanding += 1
            self._range <<= 1
            self._low <<= 1

    def _put(self, bit: int) -> None:
        if self._first:
            self._first = False
        else:
            self._bits.append(str(bit))
        self._bits.append(str(1 - bit) * self._outstanding)
        self._outstanding = 0


def _initial(value: int) -> tuple[int, int]:
    """State and likelier symbol (9.3.2.2)."""
    slope, offset = (value >> 4) * 5 - 45, ((value & 15) << 3) - 16
    before = max(1, min(126, (slope * _QP >> 4) + offset))
    return (63 - before, 0) if before <= 63 else (before - 64, 1)
