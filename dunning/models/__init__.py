"""Tables of dunning."""

from dunning.models.charge import Charge, ChargeEvent, Rate
from dunning.models.course import Arrival, LevelChange, LineWithdrawal, Withdrawal
from dunning.models.hold import Decision, Hold, Instalment, PaymentPlan, PlanInvoice
from dunning.models.notice import Notice, NoticeLine
from dunning.models.policy import (
    Channel,
    ClientTerms,
    Level,
    LevelAmount,
    LevelText,
    Policy,
    PolicyVersion,
)
from dunning.models.run import Run, RunLine, ScheduledDay

__all__ = [
    "Arrival",
    "Channel",
    "Charge",
    "ChargeEvent",
    "ClientTerms",
    "Decision",
    "Hold",
    "Instalment",
    "Level",
    "LevelAmount",
    "LevelChange",
    "LevelText",
    "LineWithdrawal",
    "Notice",
    "NoticeLine",
    "PaymentPlan",
    "PlanInvoice",
    "Policy",
    "PolicyVersion",
    "Rate",
    "Run",
    "RunLine",
    "ScheduledDay",
    "Withdrawal",
]
