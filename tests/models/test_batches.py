import pytest
import torch

from r1gym.models.batches import make_batches

PROMPTS = [[7, 30, 8], [7, 30, 8], [7, 30, 8], [9, 10, 11, 12, 13], [9, 10, 11, 12, 13]]
COMPLETIONS = [[20, 21, 22, 1], [1], [20, 25, 1], [40, 1], [41, 42, 43, 44, 45, 46]]
CPU = torch.device("cpu")


def test_a_prompt_that_rows_share_is_computed_once():
    (batch,) = make_batches(PROMPTS, COMPLETIONS, 1000, 0, CPU)
    packed = batch.packed
    # Two prompts of 3 and 5 tokens, and completions without their last token: 3 + 0 + 2 + 1 + 5.
    assert len(packed.ids) == 3 + 5 + 11
    assert sorted(packed.targets.tolist()) == sorted(t for c in COMPLETIONS for t in c)
    for place, slot in enumerate(packed.slots.flatten().tolist()):
        row, column = divmod(place, packed.slots.shape[1])
        sequence = PROMPTS[batch.rows[row]] + COMPLETIONS[batch.rows[row]]
        if column < len(sequence) - 1:
            assert (packed.ids[slot], packed.position[slot]) == (sequence[column], column)


def test_batches_hold_at_most_so_many_tokens_and_align_values():
    batches = make_batches(PROMPTS, COMPLETIONS, 16, 0, CPU)
    assert all(b.ids.numel() <= 16 or len(b.rows) == 1 for b in batches)
    values = [[10.0 * i + j for j in range(len(c))] for i, c in enumerate(COMPLETIONS)]
    for batch in batches:
        aligned = batch.align(values)
        for row, found, mask in zip(batch.rows, aligned, batch.mask, strict=True):
            assert found[mask.bool()].tolist() == values[row]
            assert found[~mask.bool()].abs().sum() == 0


def test_no_batches_of_nothing():
    assert make_batches([], [], 16, 0, CPU) == []


def test_split_undoes_align():
    values = [[float(10 * i + j) for j in range(len(c))] for i, c in enumerate(COMPLETIONS)]
    for batch in make_batches(PROMPTS, COMPLETIONS, 30, 0, CPU):
        assert batch.split(batch.align(values)) == [values[row] for row in batch.rows]


@pytest.mark.parametrize("completions", [COMPLETIONS, [[], [1], [2, 1], [], [3]]])
def test_prompts_and_what_stands_behind_them_are_apart_and_come_back(completions):
    [batch] = make_batches(PROMPTS, completions, 1000, 0, CPU, packs=True)
    packed = batch.packed
    assert packed.prompt_slots.shape == (2, 5)
    for slots, prompt in zip(packed.prompt_slots, (PROMPTS[0], PROMPTS[3]), strict=True):
        assert packed.ids[slots[: len(prompt)]].tolist() == prompt
    for row, slots in zip(batch.rows, packed.own_slots, strict=True):
        inputs = completions[row][:-1]  # nothing is predicted from the last token
        assert packed.ids[slots[: len(inputs)]].tolist() == inputs
    flat = torch.cat((packed.prompt_slots.flatten(), packed.own_slots.flatten()))
    assert flat[packed.back].tolist() == list(range(len(packed.ids)))


def cut(lengths, most_tokens):
    """Returns the rows of packed batches of groups, given as (prompt, completions) lengths."""
    rows = [(i, length, own) for i, (length, owns) in enumerate(lengths) for own in owns]
    prompts = [[i] * length for i, length, _ in rows]
    batches = make_batches(
        prompts, [[5] * own for *_, own in rows], most_tokens, 0, CPU, None, True
    )
    return [batch.rows for batch in batches]


def test_packed_batches_hold_whole_groups_of_what_is_computed():
    groups = [(100, [60] * 8)] * 4  # 580 computed tokens each, 1,280 padded
    assert cut(groups, 580) == [list(range(i, i + 8)) for i in range(0, 32, 8)]
    assert cut(groups, 2320) == [list(range(32))]
    assert cut(groups, 1300) == [list(range(16)), list(range(16, 32))]


def test_packed_batches_are_of_one_size_and_no_longer_than_asked_for():
    [first, second] = cut([(10, [50] * 12)], 600)
    assert len(first) == len(second) == 6
    assert cut([(10, [200, 300])], 50) == [[0], [1]]  # a row stands alone if it must
    mixed = cut([(10, [5] * 30), (400, [5, 9])], 600)
    assert mixed[-1][-1] == 31
    assert len(mixed[-1]) * 409 <= 4 * 600  # a long row does not pad too many short ones
