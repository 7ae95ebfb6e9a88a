"""The best of n: what step scorers are good for (4.2), and whether they see wrong steps."""

from __future__ import annotations

from pathlib import Path

from r1gym.agents.prm.calibration import step_quality
from r1gym.agents.prm.labels import exact_labels, monte_carlo_labels
from r1gym.agents.prm.solutions import Labels, labelled
from r1gym.claims.experiment import Found
from r1gym.claims.experiments.prm_parts import (
    Sampled,
    auc_of_planted,
    best_of,
    kept,
    plant,
    sampled,
    values_of,
)
from r1gym.claims.materials import distilled, task, teacher
from r1gym.models.policy import load_policy
from r1gym.models.step_calibrated import CalibratedLikelihood, fit_calibrated, save_calibrated
from r1gym.models.step_classifier import TokenClassifierScorer
from r1gym.models.step_exact import ExactSteps
from r1gym.models.step_likelihood import LikelihoodScorer
from r1gym.models.step_scorer import StepScorer
from r1gym.models.step_training import (
    StepTrainer,
    StepTrainingConfig,
    new_step_classifier,
    save_step_classifier,
)
from r1gym.rollout.embedded import EmbeddedEngine

_SIZES = (8, 16)


def run(
    folder: Path,
    seed: int,
    questions: int = 256,
    student: int = 250,
    trained_on: int = 500,
    head: bool = False,
    more_layers: int = 0,
) -> Found:
    """The best of 8 and 16 of a middling policy's samples, by majority and by step scorers.

    About a minute a seed, 3 with the head; the policy and R1-Zero are made once.

    Args:
        folder: The experiment's.
        seed: The seed of all.
        questions: Questions of the test split.
        student: Steps of fine-tuning that the policy has had; half of those of `middling` leave it
            right in about one of two, so that there is something to choose.
        trained_on: Questions of the training split, 4 samples each, whose steps are labelled.
        head: Whether to train a scalar head on R1-Zero as well, on four times as many.
        more_layers: Layers that it gets behind its own.

    Returns:
        ``one``, ``majority_8``, ``oracle_8`` and so on: accuracies. The same of the scorers, with
        ``NAME_auc``, among the samples of a question, and ``NAME_planted``, among right steps and
        the same with a wrong result: ``likelihood`` of R1-Zero, ``own`` likelihood of the policy,
        ``trained``: R1-Zero's, calibrated on exact labels, ``rolled``: on Monte-Carlo labels,
        ``exact``: the rule itself, which knows the solution, and ``head``. ``NAME_gain_8``: over
        the majority. ``NAME_f1`` and ``NAME_error``: of wrong steps, and calibration.
    """
    model, best = distilled(folder, "w32l2", seed, student), teacher(folder)
    test = sampled(model, task("test"), questions, max(_SIZES), seed)
    train = sampled(model, task("train", seed), trained_on, 4, seed)
    exact = exact_labels(train.task, train.solutions)
    engine = EmbeddedEngine(load_policy(model), 2048)
    rolled = monte_carlo_labels(engine, train.task, train.solutions, 4, seed).labels
    scorers: dict[str, StepScorer] = {
        "likelihood": LikelihoodScorer(test.task, model=best),
        "own": LikelihoodScorer(test.task, model=model),
        "trained": _calibrated(folder / "trained", best, train, exact, test),
        "rolled": _calibrated(folder / "rolled", best, train, rolled, test),
        "exact": ExactSteps(test.task),
    }
    if head:
        more = sampled(model, task("train", seed), 4 * trained_on, 4, seed + 1)
        scorers["head"] = _head(kept(folder, "head"), best, more, test, more_layers, seed)
    found = {"one": test.accuracy, **best_of(test, scorers, _SIZES)}
    planted = plant(test, seed)
    truth = [[float(x or 0) for x in row] for row in exact_labels(test.task, test.solutions)]
    for name, scorer in scorers.items():
        found[f"{name}_planted"] = auc_of_planted(scorer, planted)
        for n in _SIZES:
            found[f"{name}_gain_{n}"] = found[f"{name}_{n}"] - found[f"majority_{n}"]
        quality = step_quality(values_of(scorer, test.solutions), truth)
        found[f"{name}_f1"], found[f"{name}_error"] = quality.f1, quality.calibration_error
    return found


def _calibrated(
    home: Path, model: str, train: Sampled, labels: Labels, test: Sampled
) -> StepScorer:
    policy = load_policy(model)
    weights = fit_calibrated(policy, labelled(train.solutions, labels))
    save_calibrated(policy, weights, kept(home.parent, home.name))
    return CalibratedLikelihood(test.task, model=str(home))


def _head(
    home: Path, model: str, train: Sampled, test: Sampled, more_layers: int, seed: int
) -> StepScorer:
    classifier = new_step_classifier(model, more_layers=more_layers, seed=seed)
    examples = labelled(train.solutions, exact_labels(train.task, train.solutions))
    StepTrainer(classifier, examples, StepTrainingConfig(epochs=2), seed).learn()
    save_step_classifier(classifier, home)
    return TokenClassifierScorer(test.task, model=str(home))
