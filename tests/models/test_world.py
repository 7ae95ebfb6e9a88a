import pytest
import torch

from r1gym.core.errors import ConfigError, RunError
from r1gym.models.world import Ranks, World, local_device
from tests.ranks import in_ranks


def test_one_process_is_the_identity():
    world = World()
    assert (world.rank, world.size) == (0, 1)
    assert world.share([1, 2, 3]) == [1, 2, 3]
    assert world.gather("a") == ["a"]
    assert world.together(lambda: 7) == [7]
    assert world.total({"loss": 0.1}) == {"loss": 0.1}
    assert world.merge([[1.0], []]) == [[1.0], []]
    weight = torch.nn.Parameter(torch.zeros(4))
    weight.grad = torch.full((4,), 2.0)
    assert world.clip([weight], 1.0) == 4.0
    assert weight.grad.norm() == pytest.approx(1.0)


def test_several_must_have_joined():
    with pytest.raises(ConfigError, match="no other processes"):
        Ranks()


def _together():
    world = Ranks()
    rank = world.rank
    found = {
        "share": [*world.share(range(7))],
        "few": [*world.share("a")],
        "gather": world.gather(rank * 10),
        "total": world.total({"a": 0.5 + rank, "b": 1.0}),
        "merge": world.merge([[1.0, 2.0] if rank == 0 else [], [] if rank == 0 else [3.0]]),
        "deal": world.deal(["a", "b", "c", "d", "e"]),
    }
    used, first_only, unused = (torch.nn.Parameter(torch.zeros(3)) for _ in range(3))
    used.grad = torch.full((3,), 1.0 + rank)
    if rank == 0:
        first_only.grad = torch.full((3,), 5.0)
    found["norm"] = world.clip([used, first_only, unused], 1e9)
    found["grads"] = [used.grad, first_only.grad, unused.grad]
    with pytest.raises(ValueError if rank == 1 else RunError) as caught:
        world.together(lambda: 1 / 0 if rank == 5 else _fail_on_1(rank))
    found["error"] = str(caught.value)
    found["after"] = world.together(lambda: rank)
    return found


def _fail_on_1(rank):
    if rank == 1:
        raise ValueError("no room\nand more")


def test_three_processes(tmp_path):
    ranks = in_ranks(3, tmp_path, _together)
    assert [r["share"] for r in ranks] == [[0, 1], [2, 3], [4, 5, 6]]
    assert [r["few"] for r in ranks] == [[], [], ["a"]]
    assert [r["deal"] for r in ranks] == [["a", "d"], ["b", "e"], ["c"]]
    for found in ranks:
        assert found["gather"] == [0, 10, 20]
        assert found["total"] == {"a": 4.5, "b": 3.0}
        assert found["after"] == [0, 1, 2]
        used, first_only, unused = found["grads"]
        assert used.tolist() == [6.0] * 3
        assert first_only.tolist() == [5.0] * 3
        assert unused is None  # an optimiser passes it over, as in one process
        assert found["norm"] == pytest.approx((3 * 36 + 3 * 25) ** 0.5)
    assert ranks[0]["error"] == ranks[2]["error"] == "Process 1 of 3: ValueError: no room"
    assert ranks[1]["error"].startswith("no room")


def _two_merge():
    world = Ranks()
    return world.merge([[1.0, 2.0] if world.rank == 0 else [], [] if world.rank == 0 else [3.0]])


def test_merged_rows_are_those_of_whoever_has_them(tmp_path):
    assert in_ranks(2, tmp_path, _two_merge) == [[[1.0, 2.0], [3.0]]] * 2


def test_the_loss_of_a_process_is_one_line_and_other_errors_stay(tmp_path):
    def work():
        world = Ranks()
        with pytest.raises(RunError, match="Another process of this run"), world.watched():
            raise RuntimeError("[gloo/pair.cc:547] Connection closed by peer")
        with pytest.raises(RuntimeError, match="shapes"), world.watched():
            raise RuntimeError("shapes differ")
        with pytest.raises(torch.OutOfMemoryError), world.watched():
            raise torch.OutOfMemoryError("CUDA out of memory, tried nccl")
        return True

    assert in_ranks(1, tmp_path, work) == [True]


def test_gpus_are_numbered_and_must_suffice(monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert local_device("cpu") == "cpu"
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert local_device("cuda") == "cuda:1"
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(ConfigError, match="start --nproc-per-node 1"):
        local_device("cuda")
