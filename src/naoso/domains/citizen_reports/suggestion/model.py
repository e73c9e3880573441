"""A trained classifier as numbers alone: no code is loaded from the database."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from naoso.domains.citizen_reports.suggestion.features import pieces, vector


@dataclass(frozen=True, slots=True)
class Guess:
    """A category's code with the confidence, 0 to 1."""

    code: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Classifier:
    """Multinomial logistic regression: `weights` of shape (categories, WIDTH), `bias` of (categories,)."""

    codes: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def guesses(self, text: str, unit_id: int | None = None) -> list[Guess]:
        """Every category, the likeliest first; nothing for a text without a word."""
        if not any(pieces(text, None)):
            return []
        found = vector(text, unit_id)
        places = np.fromiter(found, dtype=np.int64, count=len(found))
        values = np.fromiter(found.values(), dtype=np.float32, count=len(found))
        scores = self.weights[:, places] @ values + self.bias
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        order = np.argsort(-shares)
        return [Guess(self.codes[i], float(shares[i])) for i in order if math.isfinite(float(shares[i]))]

    def packed(self) -> bytes:
        """As bytes for the database."""
        out = io.BytesIO()
        np.savez_compressed(
            out, codes=np.array(self.codes), weights=self.weights.astype(np.float16), bias=self.bias
        )
        return out.getvalue()


def unpacked(data: bytes) -> Classifier:
    """Inverse of `packed`; refuses anything but plain arrays."""
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        return Classifier(
            tuple(str(code) for code in stored["codes"]),
            stored["weights"].astype(np.float32),
            stored["bias"].astype(np.float32),
        )
