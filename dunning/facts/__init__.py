"""Reads of dunning: dossiers to decide on, policies, runs and their totals."""

from dunning.facts.dossiers import dossiers
from dunning.facts.history import HistoryLine, NextStep, history, next_step
from dunning.facts.planning import plan
from dunning.facts.policies import policies_of, policy_rule
from dunning.facts.runs import RunTotals, Sums, draft_plan, run_totals, totals_of

__all__ = [
    "HistoryLine",
    "NextStep",
    "RunTotals",
    "Sums",
    "dossiers",
    "draft_plan",
    "history",
    "next_step",
    "plan",
    "policies_of",
    "policy_rule",
    "run_totals",
    "totals_of",
]
