"""Process reward models: where their labels come from, how good they are, and what they are for.

    solutions    completions cut into steps
    labels       by roll-outs, by the exact rule
    judged       by a language model
    calibration  values and labels held against exact labels
    rerank       choosing among samples, and weighted votes
    reward       their scores as a reward in training

The step scorers themselves, and their training, are in `r1gym.models`; step-by-step search that
they guide is in `r1gym.agents.search`.
"""
