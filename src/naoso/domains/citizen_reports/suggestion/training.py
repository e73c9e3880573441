"""Learning from labelled texts. Imports scikit-learn: only commands and workers come here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from threadpoolctl import threadpool_limits

from naoso.domains.citizen_reports.suggestion.features import WIDTH, vector
from naoso.domains.citizen_reports.suggestion.model import Classifier

FOLDS = 5
FEWEST = FOLDS
STRENGTH = 20.0
TURNS = 100


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text."""

    code: str
    text: str
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Measured on examples that the classifier had not seen; `by_code`: right and all, of each category."""

    first: float
    of_three: float
    by_code: dict[str, tuple[int, int]]


def matrix(examples: Sequence[Example]) -> csr_matrix:
    """(examples, WIDTH)."""
    vectors = [vector(one.text, one.unit_id) for one in examples]
    ends = np.cumsum([0, *(len(found) for found in vectors)])
    places = np.array([place for found in vectors for place in found], dtype=np.int32)
    weights = np.array([weight for found in vectors for weight in found.values()], dtype=np.float64)
    return csr_matrix((weights, places, ends), shape=(len(vectors), WIDTH))


def usable(examples: Sequence[Example]) -> list[Example]:
    """Those with words, in categories that have enough of them to be measured; each text once."""
    once = {(one.code, one.text.strip().lower()): one for one in examples if vector(one.text)}
    counts = Counter(one.code for one in once.values())
    return [one for one in once.values() if counts[one.code] >= FEWEST]


def trained(examples: Sequence[Example]) -> tuple[Classifier, Score]:
    """Measured by five-fold cross-validation, then learned from all.

    Raises ValueError below two categories.
    """
    codes = np.array([one.code for one in examples])
    if len(set(codes.tolist())) < 2:
        raise ValueError("at least two categories with five examples each are needed")
    full = matrix(examples)
    used = np.unique(full.indices)  # what no example has would only slow the fitting
    features = full[:, used]
    regression = LogisticRegression(C=STRENGTH, max_iter=TURNS)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=1)
    with threadpool_limits(1):  # many threads on few cores wait for one another
        shares = cross_val_predict(regression, features, codes, cv=folds, method="predict_proba")
        regression.fit(features, codes)
    return weighed(regression, used), scored(shares, codes, regression.classes_)


def weighed(regression: LogisticRegression, used: NDArray[np.int32]) -> Classifier:
    """The numbers of a fitted regression, in their places of `WIDTH`.

    Of two categories it keeps one row, which is spelled out.
    """
    weights, bias = regression.coef_, regression.intercept_
    if len(weights) == 1:
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    spread = np.zeros((len(weights), WIDTH), dtype=np.float32)
    spread[:, used] = weights
    return Classifier(tuple(str(code) for code in regression.classes_), spread, bias.astype(np.float32))


def scored(shares: NDArray[Any], codes: NDArray[Any], classes: NDArray[Any]) -> Score:
    """How often the first guess, and one of three, was right."""
    ranked = classes[np.argsort(-shares, axis=1)]
    right = ranked[:, 0] == codes
    near = (ranked[:, :3] == codes[:, None]).any(axis=1)
    by_code = {str(code): (int(right[codes == code].sum()), int((codes == code).sum())) for code in classes}
    return Score(float(right.mean()), float(near.mean()), by_code)
