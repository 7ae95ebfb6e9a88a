import json
import threading

import gymnasium as gym
import pytest

from r1gym.core.errors import ConfigError, RunError
from r1gym.envs.wrappers import RecordEpisodes, TokenWindow, WholeAnswer
from r1gym.envs.wrappers.record_episodes import append_lines


def rows_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_line_tells_the_episode(math, write, tmp_path):
    path = tmp_path / "new" / "episodes.jsonl"
    env = RecordEpisodes(math(), path)
    _, info = env.reset(seed=0)
    text = f"<think>1</think><answer>{env.unwrapped.problem.answer}</answer>"
    write(env, text)
    (row,) = rows_of(path)
    assert row.pop("seconds") >= 0 and row.pop("time") > 1.6e9
    ids = [*env.unwrapped.tokenizer.encode(text), 1]
    assert row == info | {
        "completion": text,
        "token_ids": ids,
        "reward": 1.1,
        "rewards": {"accuracy": 1.0, "format": 1.0},
        "verdicts": {"accuracy": "correct", "format": "correct"},
        "masked": False,
        "terminated": True,
        "truncated": False,
        "steps": len(ids),
    }


def test_every_finished_episode_has_a_line_and_no_other(math, write, tmp_path):
    path = tmp_path / "episodes.jsonl"
    env = RecordEpisodes(math(max_tokens=3), path)
    env.reset(seed=0)
    write(env, "1", end=False)
    env.reset()
    write(env, "123", end=False)
    env.reset()
    write(env, "12")
    assert [
        (r["completion"], r["terminated"], r["truncated"], r["steps"]) for r in rows_of(path)
    ] == [
        ("123", False, True, 3),
        ("12", True, False, 3),
    ]


def test_the_gold_answer_is_written_only_if_asked_for(math, tmp_path):
    problems = tmp_path / "problems.jsonl"
    problems.write_text(json.dumps({"problem": "What is it?", "answer": "zebra"}))
    for gold in (False, True):
        path = tmp_path / f"{gold}.jsonl"
        env = math(problems=str(problems), split="all", window=120)
        env = RecordEpisodes(WholeAnswer(env), path, gold)
        env.reset(seed=0)
        env.step("<answer>horse</answer>")
        assert ("zebra" in path.read_text()) is gold
    assert rows_of(path)[0]["answer"] == "zebra"


def test_a_line_that_a_kill_cut_short_stays_alone(math, tmp_path):
    path = tmp_path / "episodes.jsonl"
    path.write_text('{"whole": 1}\n{"torn": ')
    env = RecordEpisodes(WholeAnswer(math()), path)
    for text in ("1", "2"):
        env.reset(seed=0)
        env.step(text)
    first, torn, *lines = path.read_text().splitlines()
    assert (first, torn) == ('{"whole": 1}', '{"torn": ')
    assert [json.loads(line)["completion"] for line in lines] == ["1", "2"]


def test_many_writers_never_mix_their_lines(tmp_path):
    path = tmp_path / "episodes.jsonl"

    def write(number):
        for _ in range(100):
            append_lines(path, [{"writer": number, "text": "x" * 5000}])

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row["writer"] for row in rows_of(path)) == sorted(list(range(4)) * 100)


def test_a_path_that_is_a_folder_is_refused_at_once(math, tmp_path):
    with pytest.raises(RunError, match="Is a directory"):
        RecordEpisodes(math(), tmp_path)


def test_another_environment_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="not a token environment"):
        RecordEpisodes(gym.make("CartPole-v1"), tmp_path / "episodes.jsonl")


def test_checkers_find_nothing(math, passes_checks, passes_sb3, tmp_path):
    passes_checks(RecordEpisodes(math(), tmp_path / "episodes.jsonl"))
    passes_checks(RecordEpisodes(WholeAnswer(math()), str(tmp_path / "episodes.jsonl")))
    passes_sb3(RecordEpisodes(TokenWindow(math(), 8), tmp_path / "episodes.jsonl"))


def test_make_vec_writes_all_rows_to_one_file(tmp_path):
    path = tmp_path / "episodes.jsonl"
    wrappers = [WholeAnswer, lambda env: RecordEpisodes(env, path)]
    envs = gym.make_vec("r1/Math-v0", 3, "sync", wrappers=wrappers)
    envs.reset(seed=0)
    envs.step(("a", "b", "c"))
    assert [row["completion"] for row in rows_of(path)] == ["a", "b", "c"]
