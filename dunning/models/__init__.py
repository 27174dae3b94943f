"""Tables of dunning."""

from dunning.models.course import Arrival, Withdrawal
from dunning.models.hold import Hold
from dunning.models.notice import Notice, NoticeLine
from dunning.models.policy import ClientPolicy, Level, LevelAmount, LevelText, Policy
from dunning.models.run import Run, RunLine

__all__ = [
    "Arrival",
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
    "Withdrawal",
]
