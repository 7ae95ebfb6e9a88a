"""Whether a model fits the problems, and is trained on what it samples."""

from r1gym.core.errors import ConfigError
from r1gym.envs.task import task_of
from r1gym.evaluation.preflight import Check, Status, model
from r1gym.evaluation.preflight.model import check_model
from r1gym.models.policy import new_tiny_policy
from tests.evaluation.checking import make


def tiny(room):
    return new_tiny_policy(32, 1, 2, 48, room, seed=0)


def test_one_that_fits_agrees_with_itself():
    fits, agrees = check_model(tiny(512), task_of(make(max_tokens=16)))
    assert (fits.name, fits.status) == ("model", Status.OK)
    assert (agrees.name, agrees.status) == ("sampler and trainer", Status.OK)
    assert agrees.detail.startswith("log-probabilities differ by at most ")


def test_one_without_room_is_not_sampled_from():
    fits, agrees = check_model(tiny(24), task_of(make(max_tokens=16)))
    assert fits.status is Status.FAIL and "24" in fits.detail and not fits.detail.endswith(".")
    assert agrees == Check(
        "sampler and trainer", Status.NOT_CHECKED, "mend the model or limits first"
    )


def test_a_sampler_that_disagrees(monkeypatch):
    asked = []

    def disagree(policy, prompts, most_tokens):
        asked.append((len(prompts), most_tokens))
        raise ConfigError("They differ by 3 nats.")

    monkeypatch.setattr(model, "check_agreement", disagree)
    _, agrees = check_model(tiny(512), task_of(make(max_tokens=8)))
    assert (agrees.status, agrees.detail) == (Status.FAIL, "They differ by 3 nats")
    assert asked == [(3, 8)]
