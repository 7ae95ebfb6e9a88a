import asyncio
import copy
import gc
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.testing import Case, check_verifier
from r1gym.verifiers import VERIFIERS, RewardSum
from r1gym.verifiers.workers import _MOST_WORKERS, _available_cpus

PLUGINS = Path(__file__).with_name("plugins")
PROBLEM = Problem("p", "Compute 6*7", "42")


@pytest.fixture
def make(monkeypatch):
    """Returns a function that makes a reward of the misbehaving verifier alone."""
    monkeypatch.syspath_prepend(PLUGINS)
    from misbehaving import Misbehaving

    VERIFIERS.register("misbehaving")(Misbehaving)

    def make(**options):
        return RewardSum({"misbehaving": {"weight": 1.0, **options}})

    return make


def ask(reward, text):
    return reward.score(PROBLEM, Completion(text)).parts["misbehaving"]


def ask_all(reward, texts):
    scores = reward.score_batch([(PROBLEM, Completion(text)) for text in texts])
    return [score.parts["misbehaving"] for score in scores]


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def dies(pid, seconds=5.0):
    until = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return not is_alive(pid)


def test_a_worker_is_another_process_and_stays_warm(make):
    reward = make()
    pids = {ask(reward, "").reason for _ in range(3)}
    assert len(pids) == 1 and pids != {str(os.getpid())}


@pytest.mark.parametrize("text", ["hang", "sleep 60"])
def test_after_the_deadline_the_verdict_is_timeout_and_the_next_sample_is_scored(make, text):
    reward = make(deadline=0.2)
    before = int(ask(reward, "").reason)
    start = time.monotonic()
    score = ask(reward, text)
    assert time.monotonic() - start < 2
    assert (score.value, score.verdict) == (0.0, Verdict.TIMEOUT)
    assert score.reason == "reward 'misbehaving' took longer than its deadline of 0.2 s"
    assert dies(before)
    assert ask(reward, "").value == 1.0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("crash", "the worker of reward 'misbehaving' was killed by SIGSEGV"),
        ("exit", "reward 'misbehaving' raised SystemExit: 3"),
        ("hard-exit", "the worker of reward 'misbehaving' exited with status 4"),
        ("memory", "the worker of reward 'misbehaving' ran out of memory (memory_mb=64)"),
        ("raise", "reward 'misbehaving' raised ValueError: no"),
        ("return", "reward 'misbehaving' returned float, not a Score"),
    ],
)
def test_a_broken_verifier_is_a_verdict(make, text, reason):
    reward = make()
    assert ask(reward, text) == Score(None, Verdict.VERIFIER_ERROR, reason)
    assert ask(reward, "").value == 1.0


def test_scores_that_cannot_be_sent_are_a_verdict(make):
    reward = make()
    assert "pickle" in ask(reward, "unpicklable").reason
    unsendable = Problem("p7", "", "", metadata={"f": lambda: 1})
    score = reward.score(unsendable, Completion(""))
    assert (score.value, score.verdict) == (None, Verdict.VERIFIER_ERROR)
    assert "problem p7 cannot be sent to a worker" in score.reason
    assert ask(reward, "").value == 1.0


def test_a_crash_is_tried_once_more_on_a_fresh_worker(make, tmp_path):
    reward = make()
    before = ask(reward, "").reason
    score = ask(reward, f"crash-once {tmp_path / 'flag'}")
    assert score.value == 1.0 and score.reason != before


def test_a_worker_killed_while_idle_costs_no_sample(make):
    reward = make()
    os.kill(int(ask(reward, "").reason), signal.SIGKILL)
    assert ask(reward, "").value == 1.0


def test_what_a_verifier_prints_or_reads_does_not_touch_the_pipes(make, capfd):
    reward = make()
    assert ask(reward, "print").value == 1.0
    assert ask(reward, "read").reason == "''"
    out, err = capfd.readouterr()
    assert (out, "more noise" in err) == ("", True)


def test_all_workers_hash_alike(make):
    reward = make()
    first = ask(reward, "hash").reason
    ask(reward, "crash")
    assert ask(reward, "hash").reason == first


def test_the_options_and_the_template_reach_the_workers(make):
    assert ask(make(), "template").reason == "none"
    assert ask(make().for_template("Q: {question}"), "template").reason == "Q: {question}"


def test_a_verifier_that_workers_cannot_make_fails_with_the_reason(make):
    reward = make(broken=str(os.getpid()))
    expected = "could not start: RuntimeError: broken on two lines"
    assert expected in ask(reward, "").reason
    start = time.monotonic()
    assert all(expected in score.reason for score in ask_all(reward, [""] * 50))
    assert time.monotonic() - start < 1, "it must not be tried again for every sample"


def test_a_batch_is_in_order_and_one_slow_sample_holds_up_no_other(make):
    reward = make(deadline=1.0)
    ask_all(reward, ["sleep 0.2"] * 2)  # both workers are up
    texts = ["hang", *["sleep 0.01"] * 40]
    start = time.monotonic()
    scores = ask_all(reward, texts)
    assert time.monotonic() - start < 1.8
    assert [score.verdict for score in scores] == [Verdict.TIMEOUT] + [Verdict.CORRECT] * 40


def test_the_wait_in_the_queue_is_not_charged(make):
    reward = make(deadline=1.0)
    at_a_time = max(2, min(_available_cpus(), _MOST_WORKERS))
    scores = ask_all(reward, ["sleep 0.4"] * at_a_time * 4)
    assert {score.verdict for score in scores} == {Verdict.CORRECT}


def test_a_long_completion_and_a_lone_surrogate_get_through(make):
    reward = make()
    assert ask(reward, "x" * 3_000_000).value == 1.0
    assert ask(reward, "\ud800").value == 1.0


def test_a_worker_that_does_not_even_read_is_given_up(make):
    reward = make(deadline=0.3)
    os.kill(int(ask(reward, "").reason), signal.SIGSTOP)
    assert ask(reward, "x" * 3_000_000).verdict is Verdict.TIMEOUT
    assert ask(reward, "").value == 1.0


def test_sixteen_threads_share_the_workers(make):
    reward = make()
    with ThreadPoolExecutor(16) as threads:
        scores = list(threads.map(lambda i: ask(reward, f"sleep 0.00{i % 10}"), range(64)))
    assert all(score.value == 1.0 for score in scores)
    assert len({score.reason for score in scores}) <= max(2, _available_cpus())


def test_it_works_inside_a_running_event_loop(make):
    reward = make()

    async def run():
        direct = ask_all(reward, ["", "raise"])
        threaded = await asyncio.gather(*(asyncio.to_thread(ask, reward, "") for _ in range(4)))
        return [*direct, *threaded]

    scores = asyncio.run(run())
    verdicts = [score.verdict for score in scores]
    assert verdicts == ["correct", "verifier_error", *["correct"] * 4], scores


def test_a_worker_outlives_the_thread_that_started_it(make):
    reward = make()
    with ThreadPoolExecutor(1) as thread:
        pid = thread.submit(ask, reward, "").result().reason
    time.sleep(0.05)
    assert ask(reward, "").reason == pid


def test_equal_components_share_their_workers_and_the_last_one_ends_them(make):
    first, second = make(), make()
    pid = ask(first, "").reason
    assert ask(second, "").reason == pid
    assert ask(copy.deepcopy(second), "").reason == pid
    assert ask(pickle.loads(pickle.dumps(second)), "").reason == pid
    assert ask(make(deadline=29.0), "").reason != pid
    del first
    gc.collect()
    assert is_alive(int(pid))
    del second
    gc.collect()
    assert not is_alive(int(pid))
    assert not Path(f"/proc/{pid}").exists(), "a zombie is left"


def _score_in_fork(reward, parents_worker, results):
    pids = {score.reason for score in ask_all(reward, [""] * 4)}
    results.put((parents_worker in pids, all(pids)))


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_gets_workers_of_its_own(make):
    reward = make()
    pid = ask(reward, "").reason
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    fork = context.Process(target=_score_in_fork, args=(reward, pid, results))
    fork.start()
    fork.join(30)
    assert fork.exitcode == 0
    assert results.get() == (False, True)
    assert ask(reward, "").reason == pid, "the fork must leave its parent's workers alone"


SCRIPT = """
import sys, threading, time
sys.path.insert(0, {plugins!r})
from misbehaving import Misbehaving
from r1gym.core.types import Completion, Problem
from r1gym.verifiers import RewardSum, register_verifier
register_verifier("misbehaving")(Misbehaving)
reward = RewardSum({{"misbehaving": 1.0}})
score = lambda text: reward.score(Problem("p", "q", "a"), Completion(text))
print(score("").reason, flush=True)
{ending}
"""
HANG_IN_A_THREAD = "threading.Thread(target=score, args=['hang'], daemon=True).start(); "


def run_script(ending, **popen):
    code = SCRIPT.format(plugins=str(PLUGINS), ending=ending)
    words = [sys.executable, "-W", "error", "-c", code]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, **popen)


@pytest.mark.parametrize("ending", ["", HANG_IN_A_THREAD + "time.sleep(0.2)", "sys.exit()"])
def test_the_end_of_the_interpreter_ends_the_workers_quietly(ending):
    with run_script(ending) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert dies(int(out))


def test_a_killed_parent_takes_its_workers_along_even_from_within_c_code():
    with run_script(HANG_IN_A_THREAD + "time.sleep(60)") as process:
        pid = int(process.stdout.readline())
        time.sleep(0.2)
        assert is_alive(pid)
        process.kill()
        process.communicate()
    assert dies(pid)


def test_the_conformance_suite_runs_on_workers_too(make):
    make()
    check_verifier("misbehaving", [Case(PROBLEM)], empty=1.0, strings=20)
    with pytest.raises(AssertionError, match="'misbehaving': the verifier failed .reward"):
        check_verifier("misbehaving", [Case(PROBLEM, wrong=("raise",))], empty=1.0, strings=20)


def test_a_component_that_workers_cannot_import_is_refused(make):
    class Local:
        deadline = 1.0

        def score(self, problem, completion):
            return Score(1.0, Verdict.CORRECT)

    VERIFIERS.register("local")(Local)
    message = "Reward 'local' has a deadline.*define Local at the top level of a module"
    with pytest.raises(ConfigError, match=message):
        RewardSum({"local": 1.0})
    Local.__module__, Local.__qualname__ = "__main__", "Local"
    with pytest.raises(ConfigError, match=message):
        RewardSum({"local": 1.0})
