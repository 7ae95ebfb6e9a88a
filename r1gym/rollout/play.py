"""Play: problems in, trajectories out. The only caller of an engine's `generate`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from r1gym.core.seeds import mixed
from r1gym.core.types import Problem, Trajectory, Turn
from r1gym.envs.task import TokenTask
from r1gym.models.fit import check_lengths
from r1gym.rollout.engine import RolloutEngine, Sampling


def play(
    engine: RolloutEngine,
    task: TokenTask,
    problems: Sequence[Problem],
    n: int,
    sampling: Sampling,
    seed: int,
) -> list[list[Trajectory]]:
    """Plays each problem `n` times, through all turns.

    The same tokens, stepped in an environment of the same task, are answered and paid the same.

    Args:
        engine: Samples the policy's turns.
        task: Dresses the problems and answers the turns.
        problems: What is asked.
        n: Trajectories a problem.
        sampling: How to sample each turn.
        seed: The randomness of the sampling.

    Returns:
        For each problem its trajectories, which are not scored yet but where the interaction had to
        know; `TokenTask.score_trajectories` does that.

    Raises:
        ConfigError: If a prompt with all turns is longer than the engine takes.
    """
    prompts = [task.encode_prompt(problem) for problem in problems]
    more = task.room - task.max_tokens + sampling.max_tokens
    check_lengths(engine.most_tokens, [len(prompt) for prompt in prompts], more)
    played = [
        Trajectory(problem, (turn,), tuple(prompt), engine.version)
        for problem, prompt, turns in zip(
            problems, prompts, complete(engine, prompts, n, sampling, seed), strict=True
        )
        for turn in turns
    ]

    def write(waiting: Sequence[Trajectory], number: int) -> list[Turn]:
        texts = [[*t.prompt_ids, *t.token_ids] for t in waiting]
        groups = complete(engine, texts, 1, sampling, mixed(seed, number))
        return [turn for [turn] in groups]

    go_on(task, played, write)
    return [played[i : i + n] for i in range(0, len(played), n)]


def complete(
    engine: RolloutEngine,
    prompts: Sequence[Sequence[int]],
    n: int,
    sampling: Sampling,
    seed: int,
) -> list[list[Turn]]:
    """Samples `n` turns behind each prompt of token ids; see `RolloutEngine.generate`."""
    return engine.generate(prompts, n, sampling, seed) if prompts else []


def go_on(
    task: TokenTask,
    played: list[Trajectory],
    write: Callable[[Sequence[Trajectory], int], Sequence[Turn]],
) -> None:
    """Plays the turns after the first, in place, until no trajectory has another.

    Args:
        task: Answers the turns.
        played: Trajectories of one turn each.
        write: Returns the next turns of trajectories that were answered, and is told how many came
            before.
    """
    waiting = list(range(len(played)))
    for number in range(1, task.turns):
        ended = [played[row] for row in waiting]
        scores = task.score_batch([(t.problem, t.completion) for t in ended])
        going_on = []
        for row, so_far, score in zip(waiting, ended, scores, strict=True):
            answer = task.answer_to(so_far, score)
            if answer is None:
                played[row] = replace(so_far, graded=score)
            else:
                played[row] = replace(so_far, turns=(*so_far.turns, answer))
                going_on.append(row)
        if not going_on:
            return
        turns = write([played[row] for row in going_on], number)
        for row, turn in zip(going_on, turns, strict=True):
            played[row] = replace(played[row], turns=(*played[row].turns, turn))
        waiting = going_on
