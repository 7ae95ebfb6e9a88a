"""Several processes in a test: forks of this one, which need not import torch again."""

import os
import pickle
import traceback
from datetime import timedelta

import torch
import torch.distributed as dist

_PATIENCE = timedelta(seconds=120)


def in_ranks(size, folder, work):
    """Returns what `work()` returns in each of several processes that are joined by gloo."""
    children = []
    for rank in range(size):
        child = os.fork()
        if child == 0:
            os._exit(_run(rank, size, folder, work))
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes == [0] * size, f"exit codes {codes}, see what they printed"
    return [pickle.loads((folder / f"rank-{rank}").read_bytes()) for rank in range(size)]


def _run(rank, size, folder, work):
    try:
        torch.set_num_threads(1)
        store = dist.FileStore(str(folder / "store"), size)
        dist.init_process_group("gloo", store=store, rank=rank, world_size=size, timeout=_PATIENCE)
        found = work()
        (folder / f"rank-{rank}").write_bytes(pickle.dumps(found))
        dist.barrier()
    except BaseException:
        traceback.print_exc()
        return 1
    return 0
