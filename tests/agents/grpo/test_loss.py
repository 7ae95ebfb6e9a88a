import math
from collections import defaultdict
from types import SimpleNamespace

import pytest
import torch

from r1gym.agents.grpo.loss import count_clipped, kl_penalty, surrogate, token_weights

LOSSES = ("grpo", "dr_grpo", "dapo", "gspo", "cispo", "reinforce")
MAX_TOKENS = 6


def total(logprobs, old, ref, advantages, mask, loss, kl="k3", beta=0.1, low=0.2, high=0.3):
    """The loss that the trainer minimises, for one mini-batch."""
    per_token = surrogate(logprobs, old, advantages, mask, loss, low, high)
    per_token = per_token + beta * kl_penalty(logprobs, ref, kl)
    weights = token_weights(mask.sum(1).long(), loss, MAX_TOKENS).to(mask.dtype)
    return (per_token * mask * weights[:, None]).sum()


def random_case(seed=0, rows=7, columns=MAX_TOKENS, dtype=torch.float64):
    """Log-probs with ratios on both sides of the clipping bounds, and both signs of advantage."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)

    logprobs = -2 + 0.5 * normal(rows, columns)
    old, ref = logprobs + 0.4 * normal(rows, columns), logprobs + 0.5 * normal(rows, columns)
    lengths = torch.randint(1, columns + 1, (rows,), generator=generator)
    mask = (torch.arange(columns) < lengths[:, None]).to(dtype)
    return logprobs, old, ref, normal(rows), mask


def one(ratio, advantage, loss, low=0.2, high=0.3):
    """The surrogate of a completion of one token whose probability is 0.5 now."""
    logprob = torch.tensor([[math.log(0.5)]])
    old = logprob - math.log(ratio)
    mask = torch.ones(1, 1)
    return surrogate(logprob, old, torch.tensor([advantage]), mask, loss, low, high).item()


@pytest.mark.parametrize("loss", ["grpo", "dr_grpo", "dapo", "gspo", "reinforce"])
@pytest.mark.parametrize(
    ("ratio", "advantage", "expected"),
    [
        (1.0, 2.0, -2.0),
        (1.25, 2.0, -2.5),  # within 1.3
        (1.5, 2.0, -2.6),  # -1.3 x 2: clipped above at 1 + 0.3, not at 1 + 0.2
        (1.5, -2.0, 3.0),  # a worse token that got likelier is never clipped
        (0.5, 2.0, -1.0),  # nor a better one that got less likely
        (0.5, -2.0, 1.6),  # 0.8 x 2: clipped below at 1 - 0.2
    ],
)
def test_clipped_surrogates(loss, ratio, advantage, expected):
    assert one(ratio, advantage, loss) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("ratio", "advantage", "expected"),
    [
        (1.0, 2.0, -2 * math.log(0.5)),
        (1.5, 2.0, -1.3 * 2 * math.log(0.5)),
        (1.5, -2.0, 1.3 * 2 * math.log(0.5)),
        (0.5, -2.0, 0.5 * 2 * math.log(0.5)),  # no lower bound
    ],
)
def test_cispo_weighs_the_log_probability_with_the_ratio(ratio, advantage, expected):
    assert one(ratio, advantage, "cispo") == pytest.approx(expected, rel=1e-5)


def test_gspo_takes_the_geometric_mean_over_real_tokens():
    # Ratios 2 and 1/8 have the geometric mean sqrt(1/4) = 0.5; the masked third does not count.
    old = torch.zeros(1, 3)
    logprobs = torch.tensor([[math.log(2), math.log(1 / 8), 50.0]])
    mask = torch.tensor([[1.0, 1.0, 0.0]])
    values = surrogate(logprobs, old, torch.tensor([1.0]), mask, "gspo")
    torch.testing.assert_close(values, torch.full((1, 3), -0.5))


def test_reinforce_takes_the_product_over_real_tokens():
    # Ratios 2 and 0.55 have the product 1.1; the masked third does not count.
    old = torch.zeros(1, 3)
    logprobs = torch.tensor([[math.log(2), math.log(0.55), 50.0]])
    mask = torch.tensor([[1.0, 1.0, 0.0]])
    values = surrogate(logprobs, old, torch.tensor([2.0]), mask, "reinforce")
    torch.testing.assert_close(values, torch.full((1, 3), -2.2))


def test_reinforce_has_the_gradient_of_reinforce():
    logprobs, _, _, advantages, mask = random_case(seed=4)
    logprobs.requires_grad_()
    total(logprobs, logprobs.detach(), logprobs, advantages, mask, "reinforce", beta=0).backward()
    # d/dlogp of -mean over completions of A log p(completion)
    expected = -advantages[:, None] * mask / len(mask)
    torch.testing.assert_close(logprobs.grad, expected)


@pytest.mark.parametrize("loss", LOSSES)
def test_an_advantage_a_token_may_be_one_a_completion(loss):
    logprobs, old, _, advantages, mask = random_case(seed=5)
    wide = advantages[:, None].expand_as(mask)
    for function in (surrogate, count_clipped):
        one_each = function(logprobs, old, advantages, mask, loss)
        torch.testing.assert_close(function(logprobs, old, wide, mask, loss), one_each)


def test_advantages_of_tokens_stay_with_their_tokens():
    logprobs = torch.log(torch.tensor([[0.5, 0.5, 0.5]]))
    advantages, mask = torch.tensor([[1.0, -2.0, 3.0]]), torch.ones(1, 3)
    values = surrogate(logprobs, logprobs - math.log(1.5), advantages, mask, "dapo", 0.2, 0.3)
    torch.testing.assert_close(values, torch.tensor([[-1.3, 3.0, -3.9]]))


@pytest.mark.parametrize(
    ("kl", "expected"),
    [  # d = log(0.25) - log(0.5) = -log 2
        ("k1", math.log(2)),
        ("k2", math.log(2) ** 2 / 2),
        ("k3", 0.5 + math.log(2) - 1),  # exp(-log 2) + log 2 - 1
    ],
)
def test_kl_estimators(kl, expected):
    value = kl_penalty(torch.tensor([math.log(0.5)]), torch.tensor([math.log(0.25)]), kl)
    assert value.item() == pytest.approx(expected)


@pytest.mark.parametrize("kl", ["k1", "k3"])
def test_k1_and_k3_are_unbiased(kl):
    policy, ref = torch.tensor([0.7, 0.2, 0.1]), torch.tensor([0.3, 0.3, 0.4])
    estimate = (policy * kl_penalty(policy.log(), ref.log(), kl)).sum()
    torch.testing.assert_close(estimate, (policy * (policy / ref).log()).sum())


@pytest.mark.parametrize(
    ("loss", "expected"),
    [  # completions of 2, 0 and 4 tokens, at most 8
        ("grpo", [1 / 6, 1 / 3, 1 / 12]),  # 1 / (3 x length)
        ("gspo", [1 / 6, 1 / 3, 1 / 12]),
        ("reinforce", [1 / 6, 1 / 3, 1 / 12]),
        ("dr_grpo", [1 / 24] * 3),  # 1 / (3 x 8)
        ("dapo", [1 / 6] * 3),  # 1 / (2 + 4)
        ("cispo", [1 / 6] * 3),
    ],
)
def test_token_weights(loss, expected):
    weights = token_weights(torch.tensor([2, 0, 4]), loss, max_tokens=8)
    torch.testing.assert_close(weights, torch.tensor(expected))


def test_clipped_tokens_are_those_without_a_gradient():
    for loss in LOSSES:
        logprobs, old, _, advantages, mask = random_case()
        logprobs.requires_grad_()
        surrogate(logprobs, old, advantages, mask, loss, 0.2, 0.3).sum().backward()
        clipped = count_clipped(logprobs.detach(), old, advantages, mask, loss, 0.2, 0.3)
        assert 0 < clipped < mask.sum()
        if loss == "cispo":  # clipping bounds the weight: the gradient is -A x 1.3 there
            full = (logprobs.grad + 1.3 * advantages[:, None]).abs() < 1e-9
            assert clipped == (full * mask).sum()
        else:
            assert clipped == ((logprobs.grad == 0) * mask).sum()


@pytest.mark.parametrize("kl", ["k1", "k2", "k3"])
@pytest.mark.parametrize("loss", LOSSES)
def test_gradient_equals_finite_differences(loss, kl):
    logprobs, old, ref, advantages, mask = random_case(seed=1)
    logprobs.requires_grad_()
    total(logprobs, old, ref, advantages, mask, loss, kl).backward()
    frozen = surrogate(logprobs, old, advantages, mask, loss, 0.2, 0.3).detach() / logprobs.detach()
    step = 1e-6
    for i in range(logprobs.shape[0]):
        for j in range(logprobs.shape[1]):
            ends = []
            for sign in (1, -1):
                moved = logprobs.detach().clone()
                moved[i, j] += sign * step
                value = total(moved, old, ref, advantages, mask, loss, kl)
                if loss == "cispo":  # its ratio takes no part in the gradient: hold it still
                    weights = token_weights(mask.sum(1).long(), loss, MAX_TOKENS)[:, None] * mask
                    live = surrogate(moved, old, advantages, mask, loss, 0.2, 0.3)
                    value = value + ((frozen * moved - live) * weights).sum()
                ends.append(value)
            slope = (ends[0] - ends[1]) / (2 * step)
            torch.testing.assert_close(logprobs.grad[i, j], slope, atol=1e-7, rtol=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_microbatches_add_up_to_the_gradient_of_the_minibatch(loss):
    logprobs, old, ref, advantages, mask = random_case(seed=2)
    whole = logprobs.clone().requires_grad_()
    total(whole, old, ref, advantages, mask, loss).backward()
    parts = logprobs.clone().requires_grad_()
    weights = token_weights(mask.sum(1).long(), loss, MAX_TOKENS)
    for rows in ([3, 0], [5], [1, 2, 4, 6]):
        per_token = surrogate(
            parts[rows], old[rows], advantages[rows], mask[rows], loss, 0.2, 0.3
        ) + 0.1 * kl_penalty(parts[rows], ref[rows])
        (per_token * mask[rows] * weights[rows][:, None]).sum().backward()
    torch.testing.assert_close(parts.grad, whole.grad, atol=1e-9, rtol=1e-6)


def trl_loss(logprobs, old, ref, advantages, mask, loss, beta, low, high):
    """The same loss by TRL's own `GRPOTrainer._compute_loss`, on an object with just its inputs."""
    GRPOTrainer = pytest.importorskip("trl").GRPOTrainer  # noqa: N806  not beside vLLM

    trainer = GRPOTrainer.__new__(GRPOTrainer)
    trainer.accelerator = SimpleNamespace(
        num_processes=1, gather=lambda x: x, reduce=lambda x, reduction: x
    )
    trainer.args = SimpleNamespace(delta=None, use_bias_correction_kl=False, steps_per_generation=1)
    trainer.model = SimpleNamespace(training=True)
    trainer.current_gradient_accumulation_steps = 1
    trainer.loss_type = "grpo" if loss == "gspo" else loss
    trainer.importance_sampling_level = "sequence" if loss == "gspo" else "token"
    trainer.epsilon_low = low
    trainer.epsilon_high = 1 + high if loss == "cispo" else high  # TRL's is absolute for CISPO
    trainer.beta, trainer.max_completion_length = beta, MAX_TOKENS
    trainer.top_entropy_quantile, trainer.off_policy_mask_threshold = 1.0, None
    trainer.use_vllm = trainer.aux_loss_enabled = trainer._entropy_bonus_enabled = False
    trainer._metrics = {"train": defaultdict(list)}
    trainer._get_per_token_logps_and_entropies = lambda *_, **__: (
        logprobs, torch.zeros_like(logprobs), None,
    )  # fmt: skip
    ids = torch.zeros_like(mask, dtype=torch.long)
    inputs = {
        "prompt_ids": ids, "prompt_mask": ids, "completion_ids": ids, "completion_mask": mask,
        "advantages": advantages, "old_per_token_logps": old, "ref_per_token_logps": ref,
        "num_items_in_batch": mask.sum(),
    }  # fmt: skip
    return trainer._compute_loss(None, inputs)


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss != "reinforce"])
def test_loss_and_gradient_agree_with_trl(loss):
    for seed in range(5):
        logprobs, old, ref, advantages, mask = random_case(seed, dtype=torch.float32)
        ours = logprobs.clone().requires_grad_()
        value = total(ours, old, ref, advantages, mask, loss, beta=0.1)
        value.backward()
        theirs = logprobs.clone().requires_grad_()
        expected = trl_loss(theirs, old, ref, advantages, mask, loss, 0.1, 0.2, 0.3)
        expected.backward()
        torch.testing.assert_close(value, expected, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(ours.grad, theirs.grad, atol=1e-5, rtol=1e-5)


def test_reinforce_agrees_with_trls_rloo():
    RLOOTrainer = pytest.importorskip("trl").RLOOTrainer  # noqa: N806

    for seed in range(5):
        logprobs, old, ref, advantages, mask = random_case(seed, dtype=torch.float32)
        ours, theirs = logprobs.clone().requires_grad_(), logprobs.clone().requires_grad_()
        value = total(ours, old, ref, advantages, mask, "reinforce", beta=0)
        value.backward()
        trainer = RLOOTrainer.__new__(RLOOTrainer)
        trainer.accelerator = SimpleNamespace(gather=lambda x: x, reduce=lambda x, reduction: x)
        trainer.model = SimpleNamespace(training=True)
        trainer.epsilon_low, trainer.epsilon_high, trainer.aux_loss_enabled = 0.2, 0.3, False
        trainer._metrics = {"train": defaultdict(list)}
        trainer._get_per_token_logps_and_entropies = lambda *_, found=theirs, **__: (
            found, torch.zeros_like(found), None,
        )  # fmt: skip
        ids = torch.zeros_like(mask, dtype=torch.long)
        inputs = {
            "prompt_ids": ids, "prompt_mask": ids, "completion_ids": ids, "completion_mask": mask,
            "advantages": advantages, "old_logps": (old * mask).sum(1),
        }  # fmt: skip
        expected = trainer._compute_loss(None, inputs)
        expected.backward()
        torch.testing.assert_close(value, expected, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(ours.grad, theirs.grad, atol=1e-5, rtol=1e-5)


def test_a_masked_completion_has_no_gradient():
    logprobs, old, ref, advantages, mask = random_case(seed=3)
    mask[0] = 0
    logprobs.requires_grad_()
    total(logprobs, old, ref, advantages, mask, "grpo").backward()
    assert logprobs.grad[0].abs().max() == 0
    assert logprobs.grad[1].abs().max() > 0
