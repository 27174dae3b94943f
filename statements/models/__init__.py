"""The rows of statements, of what makes them come, and of what recipients answer."""

from statements.models.answer import Answer, AnswerPart
from statements.models.schedule import Batch, LeftOut, Schedule
from statements.models.statement import Statement

__all__ = ["Answer", "AnswerPart", "Batch", "LeftOut", "Schedule", "Statement"]
