"""PPO in one file, as somebody writes it who knows Gymnasium's vector interface and an id.

Nothing here comes from r1gym, and nothing is made for it but the network's input: tokens.
"""

import gymnasium as gym
import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical


class Agent(nn.Module):
    def __init__(self, envs, width=32):
        super().__init__()
        space = envs.single_observation_space
        size = int(space.high.max()) + 1
        self.embed = nn.Embedding(size, width)
        self.body = nn.Sequential(nn.Linear(width * space.shape[0], 64), nn.Tanh())
        self.actor = nn.Linear(64, envs.single_action_space.n)
        self.critic = nn.Linear(64, 1)

    def forward(self, obs):
        hidden = self.body(self.embed(obs).flatten(1))
        return Categorical(logits=self.actor(hidden)), self.critic(hidden).squeeze(1)


def train(env_id, env_kwargs, steps, num_envs=16, num_steps=16, seed=0, learning_rate=2.5e-3):
    """Trains for about `steps` steps. Returns the agent and the return of every episode."""
    torch.manual_seed(seed)
    envs = gym.make_vec(env_id, num_envs=num_envs, **env_kwargs)
    envs = gym.wrappers.vector.RecordEpisodeStatistics(envs)
    agent = Agent(envs)
    optimizer = torch.optim.Adam(agent.parameters(), lr=learning_rate, eps=1e-5)
    obs, _ = envs.reset(seed=seed)
    shape = (num_steps, num_envs)
    observations = torch.zeros((*shape, *obs.shape[1:]), dtype=torch.long)
    actions = torch.zeros(shape, dtype=torch.long)
    logprobs, rewards, dones, values = (torch.zeros(shape) for _ in range(4))
    obs = torch.as_tensor(obs)
    done = torch.zeros(num_envs)
    returns = []
    for _ in range(max(1, steps // (num_steps * num_envs))):
        for step in range(num_steps):
            observations[step], dones[step] = obs, done
            with torch.no_grad():
                distribution, values[step] = agent(obs)
            actions[step] = distribution.sample()
            logprobs[step] = distribution.log_prob(actions[step])
            obs, reward, terminations, truncations, infos = envs.step(actions[step].numpy())
            rewards[step] = torch.as_tensor(reward)
            done = torch.as_tensor(np.logical_or(terminations, truncations)).float()
            obs = torch.as_tensor(obs)
            if "episode" in infos:
                returns += infos["episode"]["r"][infos["_episode"]].tolist()

        # Gymnasium's next-step mode: the step after an end resets, and its transition is none.
        with torch.no_grad():
            advantages, last = torch.zeros(shape), torch.zeros(num_envs)
            next_value, next_done = agent(obs)[1], done
            for t in reversed(range(num_steps)):
                delta = rewards[t] + next_value * (1 - next_done) - values[t]
                last = delta + 0.95 * (1 - next_done) * last
                advantages[t], next_value, next_done = last, values[t], dones[t]
        kept = (dones == 0).flatten().nonzero().flatten()
        targets = (advantages + values).flatten()
        for _ in range(2):
            for batch in kept[torch.randperm(len(kept))].split(128):
                distribution, value = agent(observations.flatten(0, 1)[batch])
                ratio = distribution.log_prob(actions.flatten()[batch])
                ratio = (ratio - logprobs.flatten()[batch]).exp()
                gain = advantages.flatten()[batch]
                gain = (gain - gain.mean()) / (gain.std(unbiased=False) + 1e-8)
                policy_loss = -torch.min(ratio * gain, ratio.clamp(0.8, 1.2) * gain).mean()
                value_loss = 0.5 * (value - targets[batch]).square().mean()
                loss = policy_loss + 0.5 * value_loss - 0.01 * distribution.entropy().mean()
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
                optimizer.step()
    envs.close()
    return agent, returns
