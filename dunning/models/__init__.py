"""Tables of dunning."""

from dunning.models.hold import Hold
from dunning.models.notice import Notice, NoticeLine
from dunning.models.policy import ClientPolicy, Level, LevelAmount, LevelText, Policy
from dunning.models.run import Run, RunLine

__all__ = [
    "ClientPolicy",
    "Hold",
    "Level",
    "LevelAmount",
    "LevelText",
    "Notice",
    "NoticeLine",
    "Policy",
    "Run",
    "RunLine",
]
