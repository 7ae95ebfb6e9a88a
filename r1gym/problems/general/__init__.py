"""Open requests without one right answer: to explain, compare, write, advise and summarise.

They stand for the general data of the report's last stage (2.3.4), and the reward is a preference.
"""
