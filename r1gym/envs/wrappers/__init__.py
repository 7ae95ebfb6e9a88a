"""Wrappers: the same problems as other observations, actions and rewards, one a file."""

from r1gym.envs.wrappers.action_mask import ActionMask
from r1gym.envs.wrappers.multi_turn import MultiTurn
from r1gym.envs.wrappers.process_reward import ProcessReward
from r1gym.envs.wrappers.record_episodes import RecordEpisodes
from r1gym.envs.wrappers.text_observation import TextObservation
from r1gym.envs.wrappers.token_window import TokenWindow
from r1gym.envs.wrappers.vector_record_episodes import VectorRecordEpisodes
from r1gym.envs.wrappers.whole_answer import WholeAnswer

__all__ = [
    "ActionMask",
    "MultiTurn",
    "ProcessReward",
    "RecordEpisodes",
    "TextObservation",
    "TokenWindow",
    "VectorRecordEpisodes",
    "WholeAnswer",
]
