"""The rows of statements, and of what their recipients answer."""

from statements.models.answer import Answer, AnswerPart
from statements.models.statement import Statement

__all__ = ["Answer", "AnswerPart", "Statement"]
