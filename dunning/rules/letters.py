"""Makes the letters of one client and currency: what stands on them, what they ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from billing.rules.money import plain, total, zero
from dunning.rules import law
from dunning.rules.charges import interest, interest_segments
from dunning.rules.dossier import Block, Reason
from dunning.rules.planned import Exclusion, PlannedLine, PlannedNotice
from dunning.rules.rates import EMPTY, RateBook
from dunning.rules.schedule import next_working_day

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from dunning.rules.charges import Segment
    from dunning.rules.dossier import Dossier, Level, OverdueItem, Policy

Candidate = tuple["OverdueItem", "Level"]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is the same for all clients of a run: rates, holidays, the home country."""

    book: RateBook = EMPTY
    holidays: frozenset[date] = frozenset()
    home_country: str = "CH"


def letters(
    dossier: Dossier,
    candidates: list[Candidate],
    run_on: date,
    conditions: Conditions,
) -> tuple[list[PlannedNotice], list[Exclusion]]:
    """The letters of a dossier, and the invoices left out for their amounts.

    The highest level first. Credits are deducted from the first letters; fees that
    earlier letters charged stand on the first one.
    """
    notices: list[PlannedNotice] = []
    left_out: list[Exclusion] = []
    credit, earlier = dossier.credit, dossier.earlier or zero(dossier.currency)
    for part, group in _groups(dossier, candidates):
        desk = _Desk(dossier, run_on, conditions, part)
        notice, refused = desk.letter(group, credit, earlier)
        left_out += refused
        credit -= total(
            (
                row.item.claimed
                for row in refused
                if row.reason == Reason.COVERED_BY_CREDIT
            ),
            dossier.currency,
        )
        if notice:
            notices.append(notice)
            credit = earlier = zero(dossier.currency)
        credit = max(credit, zero(dossier.currency))
    return notices, left_out


def _groups(
    dossier: Dossier, candidates: list[Candidate]
) -> list[tuple[str, list[Candidate]]]:
    """What stands on one letter each, with the name of the part."""
    grouping = dossier.policy.grouping if dossier.policy else "client"
    if grouping == "client" or not candidates:
        return [("", candidates)] if candidates else []
    groups: dict[str, list[Candidate]] = {}
    for item, level in sorted(candidates, key=lambda pair: -pair[1].position):
        by_level = grouping == "level"
        part = f"L{level.position}" if by_level else f"I{item.invoice_id}"
        groups.setdefault(part, []).append((item, level))
    return list(groups.items())


@dataclass(frozen=True, slots=True)
class _Desk:
    """Writes the letters of one dossier."""

    dossier: Dossier
    run_on: date
    conditions: Conditions
    part: str

    def letter(
        self, candidates: list[Candidate], credit: Money, earlier: Money
    ) -> tuple[PlannedNotice | None, list[Exclusion]]:
        """The letter, if it claims enough: more than nothing, the minimum of its level.

        When it claims less, the invoices of that level are left out and the letter of
        the others is tried again: a trifle at a high level silences no other invoice.
        """
        left_out: list[Exclusion] = []
        while candidates:
            opened = total((i.claimed for i, _level in candidates), self._code)
            highest = max((level for _item, level in candidates), key=_position)
            refused = self._too_little(opened, credit, highest)
            if refused is None:
                made = self._notice(candidates, opened, credit, earlier, highest)
                return made, left_out
            whole = refused.reason == Reason.COVERED_BY_CREDIT
            left_out += [
                Exclusion(self.dossier, item, refused.reason, refused.detail)
                for item, level in candidates
                if whole or level is highest
            ]
            candidates = [
                pair for pair in candidates if not whole and pair[1] is not highest
            ]
        return None, left_out

    @property
    def _code(self) -> str:
        return self.dossier.currency

    @property
    def _policy(self) -> Policy:
        assert self.dossier.policy is not None  # noqa: S101 - else nobody is a candidate
        return self.dossier.policy

    def _too_little(self, opened: Money, credit: Money, highest: Level) -> Block | None:
        net, minimum = opened - credit, highest.minimum(self._code)
        if net.amount > 0 and net >= minimum:
            return None
        detail = {"open": plain(opened), "credit": plain(credit)}
        if net.amount <= 0:
            return Block(Reason.COVERED_BY_CREDIT, detail)
        return Block(Reason.BELOW_MINIMUM, detail | {"minimum": plain(minimum)})

    def _notice(
        self,
        candidates: list[Candidate],
        opened: Money,
        credit: Money,
        earlier: Money,
        highest: Level,
    ) -> PlannedNotice:
        deadline_on = self._deadline(highest)
        fees = self._fees(candidates, highest)
        lines = tuple(
            self._line(item, level, deadline_on, fee)
            for (item, level), fee in zip(candidates, fees, strict=True)
        )
        fee = total(fees, self._code)
        charged = total((line.interest for line in lines), self._code)
        lump_sum = total((line.lump_sum for line in lines), self._code)
        return PlannedNotice(
            self.dossier,
            highest,
            deadline_on,
            lines,
            opened,
            credit,
            fee,
            charged,
            opened - credit + earlier + fee + charged + lump_sum,
            lump_sum,
            earlier,
            self._channel(highest),
            highest.attach_invoices,
            self.part,
        )

    def _deadline(self, highest: Level) -> date:
        until = self.run_on + timedelta(days=highest.term_days)
        if self._policy.working_days:
            return next_working_day(until, self.conditions.holidays)
        return until

    def _channel(self, highest: Level) -> str:
        """By e-mail only where there is an address."""
        wanted = self.dossier.terms.channel or highest.channel
        return wanted if self.dossier.has_email else "post"

    def _fees(self, candidates: list[Candidate], highest: Level) -> list[Money]:
        """The fee on each line; one for the letter stands on the first of its level.

        None where a person wants none, or where none is owed by law.
        """
        nothing = zero(self._code)
        if any(item.no_fee for item, _level in candidates):
            return [nothing] * len(candidates)
        bearer = next(item for item, level in candidates if level is highest)
        return [
            level.fee(self._code) if self._bears_fee(level, item is bearer) else nothing
            for item, level in candidates
        ]

    def _bears_fee(self, level: Level, is_bearer: bool) -> bool:
        charged = level.fee_per == "invoice" or is_bearer
        return charged and law.charges_fee(
            self._regime, self._policy, self.dossier, level
        )

    @property
    def _regime(self) -> str:
        return law.regime_of(
            self._policy, self.dossier.country, self.conditions.home_country
        )

    def _line(
        self, item: OverdueItem, level: Level, deadline_on: date, fee: Money
    ) -> PlannedLine:
        segments = self._segments(item, level)
        nothing = zero(self._code)
        charged = interest(segments, nothing) - (item.interest_settled or nothing)
        return PlannedLine(
            self.dossier,
            item,
            level,
            deadline_on,
            fee,
            max(charged, nothing),
            sum(segment.days for segment in segments if segment.percent is not None),
            self._lump_sum(item, level),
            segments,
        )

    def _segments(self, item: OverdueItem, level: Level) -> tuple[Segment, ...]:
        steps = law.steps_for(
            level,
            self._policy,
            self.dossier,
            self.conditions.book,
            self.conditions.home_country,
            item.due_on,
            self.run_on,
        )
        if not steps:
            return ()
        return tuple(
            interest_segments(
                item.total,
                item.settlements,
                steps,
                item.due_on,
                self.run_on,
                self._policy.day_count,
                less=item.disputed,
            )
        )

    def _lump_sum(self, item: OverdueItem, level: Level) -> Money:
        """For each late invoice once in a cycle (EU 2011/7 art. 6)."""
        nothing = zero(self._code)
        if not level.lump_sum or item.lump_sum_charged:
            return nothing
        return law.lump_sum(self._regime, self.dossier) or nothing


def _position(level: Level) -> int:
    return level.position
