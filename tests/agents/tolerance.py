"""How far two computations of the same sums in float32 may lie apart.

Another processor, thread count or batch adds in another order. A sum of n numbers is within n * u
of exact, as a share of the sum of their sizes, with u half of the machine epsilon (Higham, Accuracy
and Stability of Numerical Algorithms, section 4.2). Two such sums are then within n * epsilon of
each other, and sums of sums within the total of their n. Typical errors are the root of that:
what holds is held with room to spare, and a wrong term stands far outside.
"""

import torch

EPSILON = torch.finfo(torch.float32).eps


def forward_additions(config, context):
    """Returns the additions behind a log-prob, one after another, in a Llama or its like.

    Args:
        config: The model's configuration.
        context: The most tokens that one of them attends to.
    """
    width, inner = config.hidden_size, config.intermediate_size
    block = 3 * width + inner + context  # into attention, out of it, into the MLP; out; attention
    return config.num_hidden_layers * block + width + config.vocab_size


def gradient_additions(config, context, tokens):
    """Returns the same for a gradient: there, back, and over all tokens of the loss."""
    return 2 * forward_additions(config, context) + tokens


def assert_same_sums(found, expected, additions, magnitude=None):
    """Asserts that tensors are equal but for the order of so many additions.

    Args:
        found: Tensors, or one.
        expected: The same from another computation.
        additions: How many went into each number, one after another.
        magnitude: The size of what is added; the largest number of all the expected if None.
    """
    if isinstance(expected, torch.Tensor):
        found, expected = [found], [expected]
    if magnitude is None:
        magnitude = max(float(tensor.detach().abs().max()) for tensor in expected)
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=EPSILON * additions * magnitude)


def update_gradients(trainer):
    """Returns the gradients of a learner's update, with probability ratios and a KL that are not 1
    and 0.

    Weights cannot be compared after a step of Adam: it divides by the gradient's own size, so where
    that is nothing but rounding, rounding moves a weight by the whole learning rate.
    """
    rollout = trainer.collect()
    experience = trainer.advantages(rollout, trainer.look_back(rollout))
    noise = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for weight in trainer.policy.model.parameters():
            weight += 0.02 * torch.randn(weight.shape, generator=noise)
    steps = []
    trainer.optimizer.step = lambda: steps.append(
        [w.grad.clone() for group in trainer.optimizer.param_groups for w in group["params"]]
    )
    trainer.update(rollout, experience)
    assert len(steps) == 1
    return steps[0], int(rollout.lengths.sum())
