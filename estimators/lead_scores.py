"""The probability that a lead becomes an opportunity, learnt from earlier leads, with what moved it most."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

Columns = Mapping[str, np.ndarray]
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

FLAGS = ("row_no", "checksum", "lead_no", "is_current", "is_training", "is_evaluation", "is_opportunity")
SCORED, TOO_FEW_LEADS, TOO_FEW_OPPORTUNITIES, NOTHING_TO_JUDGE_BY, NO_BETTER_THAN_CHANCE = range(5)
REASONS = 3
DIGITS = 9


class Matrix(NamedTuple):
    """Standardised features: one row a lead and snapshot; `signal` says of which signal each column is."""

    values: Floats
    signal: np.ndarray


def score_leads(
    columns: Columns,
    least_leads: int = 200,
    least_opportunities: int = 50,
    least_of_category: int = 30,
    strength: float = 0.01,
    folds: int = 5,
) -> dict[str, np.ndarray]:
    """Score, reasons and refusal of every row that is current or under evaluation, in the order of row_no.

    Learnt from the rows of is_training alone; every column that is no flag is a signal, a category where
    its name ends in _code. Reasons are the numbers of signals (from 1; negative: lowers the score; 0: none).
    """
    training = columns["is_training"] == 1
    scored = (columns["is_current"] == 1) | (columns["is_evaluation"] == 1)
    outcome = columns["is_opportunity"] == 1
    leads = len(np.unique(columns["lead_no"][training]))
    opportunities = int(outcome[training].sum())
    refusal, needed, area = SCORED, 0, np.nan
    scores = np.full(int(scored.sum()), np.nan)
    reasons = np.zeros((len(scores), REASONS), dtype=np.int64)
    if leads < least_leads:
        refusal, needed = TOO_FEW_LEADS, least_leads
    elif opportunities < least_opportunities:
        refusal, needed = TOO_FEW_OPPORTUNITIES, least_opportunities
    else:
        matrix = matrix_of(columns, training, least_of_category)
        with threadpool_limits(1):
            model = learn(
                matrix.values[training], outcome[training], columns["lead_no"][training], strength, folds
            )
            scores = np.round(model.predict_proba(matrix.values[scored])[:, 1], DIGITS)
        reasons = main_reasons(contributions(model, matrix, scored))
        evaluated = columns["is_evaluation"][scored] == 1
        refusal, area = judged(scores[evaluated], outcome[scored][evaluated])
    return {
        "row_no": columns["row_no"][scored],
        "checksum": columns["checksum"][scored],
        "score": scores,
        **{f"reason_{place + 1}": reasons[:, place] for place in range(REASONS)},
        "refusal": np.full(len(scores), refusal),
        "needed": np.full(len(scores), needed),
        "training_leads": np.full(len(scores), leads),
        "training_opportunities": np.full(len(scores), opportunities),
        "auc": np.full(len(scores), area),
    }


def matrix_of(columns: Columns, training: np.ndarray, least_of_category: int) -> Matrix:
    """Every signal as columns of mean 0 and deviation 1 in training; a missing number is the mean.

    Counts and days enter as log(1 + x). A category seen less than so often in training is nobody's column.
    """
    parts: list[Floats] = []
    signals: list[int] = []
    for number, name in enumerate((name for name in columns if name not in FLAGS), start=1):
        values = columns[name].astype(float)
        if name.endswith("_code"):
            found, counts = np.unique(values[training], return_counts=True)
            kept = [(values == code).astype(float) for code in found[counts >= least_of_category]]
        else:
            kept = [np.log1p(np.maximum(values, 0))]
        parts += kept
        signals += [number] * len(kept)
    stacked = np.column_stack(parts)
    mean, deviation = np.nanmean(stacked[training], axis=0), np.nanstd(stacked[training], axis=0)
    varies = deviation > 1e-12
    standard = (stacked[:, varies] - mean[varies]) / deviation[varies]
    return Matrix(np.nan_to_num(standard, nan=0.0), np.array(signals)[varies])


def learn(
    values: Floats, outcome: np.ndarray, lead: np.ndarray, strength: float, folds: int
) -> CalibratedClassifierCV:
    """A logistic regression held back by an L2 penalty, calibrated on leads that it hadn't seen."""
    regression = LogisticRegression(C=strength, solver="newton-cholesky", tol=1e-10, max_iter=200)
    splits = [*StratifiedGroupKFold(folds).split(values, outcome, lead)]
    return CalibratedClassifierCV(regression, method="sigmoid", cv=splits, ensemble=False).fit(
        values, outcome
    )


def contributions(model: CalibratedClassifierCV, matrix: Matrix, rows: np.ndarray) -> Floats:
    """What each signal adds to the log-odds of each row, against the mean of training."""
    weights = model.calibrated_classifiers_[0].estimator.coef_[0]
    added = np.zeros((int(rows.sum()), int(matrix.signal.max(initial=0))))
    for column, signal in enumerate(matrix.signal):
        added[:, signal - 1] += matrix.values[rows, column] * weights[column]
    return np.round(added, DIGITS)


def main_reasons(added: Floats) -> np.ndarray:
    """The signals that move each row most, strongest first, negative where they lower the score."""
    padded = np.pad(added, ((0, 0), (0, max(0, REASONS - added.shape[1]))))
    strongest = np.argsort(-np.abs(padded), axis=1, kind="stable")[:, :REASONS]
    moves = np.take_along_axis(padded, strongest, axis=1)
    return ((strongest + 1) * np.sign(moves)).astype(np.int64)


def judged(scores: Floats, outcome: np.ndarray) -> tuple[int, float]:
    """Whether later leads bear the scores out, and the area under their ROC curve."""
    if not 0 < outcome.sum() < len(outcome):
        return NOTHING_TO_JUDGE_BY, np.nan
    area = round(float(roc_auc_score(outcome, scores)), DIGITS)
    return (SCORED if area > 0.5 else NO_BETTER_THAN_CHANCE), area
