"""``review --terminal``: one case after another, a letter each; made for ssh and for scripts."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from provenance import pipeline
from provenance.cli import console, fixing, reviewed, tables
from provenance.cli.asking import BACK, Back, Conversation, Ended, Letter
from provenance.cli.common import OK, OPEN, USAGE, Desk
from provenance.errors import ProvenanceError
from provenance.model import Decision, Finding, Fixability, Verdict
from provenance.pipeline import accepting, deciding, reviewing
from provenance.pipeline.reviewing import Case, Query
from provenance.pipeline.session import Session
from provenance.registry import View
from provenance.reporting import wording
from provenance.reporting.text import one_line
from provenance.rules import Proposal

_AHEAD: Final = 10
_SEVERAL: Final = 2
_UNDONE: Final = "Undone in the review"


_VERDICTS: Final = {
    Letter.APPLY: Verdict.APPLY,
    Letter.REJECT: Verdict.DISMISS,
    Letter.HOLD: Verdict.HOLD,
    Letter.WAIVE: Verdict.WAIVE,
}


def run(desk: Desk, paths: Sequence[str] = (), notice: str | None = None) -> int:
    """Ask about what waits for a person, the most urgent first; the exit code.

    Answers come from stdin, a line each; its end is as good as ``B``. Where it is no terminal,
    an answer that makes no sense ends the review with exit code 2, so that no line of a script
    is taken for the answer to another question. Every decision is on record and in the log
    before the next question, so that nothing is lost by Ctrl-C.

    Args:
        desk: the command's options.
        paths: only pictures that are, or lie below, these.
        notice: only findings of this notice; the beginning of its id.

    Raises:
        RegistryError: there is no such notice, or several.
    """
    with desk.session(create=False, reads=True) as session:
        query = Query(
            view=View.PERSON,
            notice_id=_whole(session, notice),
            roots=tuple(os.path.abspath(path) for path in paths),
        )
        asked = _Review(desk, session, query, Conversation(desk.color))
        try:
            asked.go_through()
        except KeyboardInterrupt:
            asked.sum_up()
            raise
        asked.sum_up()
        if asked.talk.puzzled:
            return USAGE
        code = asked.offer_to_apply()
        return code or (OPEN if asked.left() else OK)


def _whole(session: Session, notice: str | None) -> str | None:
    from provenance import registry  # noqa: PLC0415 - start-up stays quick

    if notice is None:
        return None
    with session.registry.read() as tx:
        return registry.notice(tx, notice).notice_id


@dataclass(frozen=True, slots=True)
class _Made:
    """One decision of this review.

    Attributes:
        finding_id: about which.
        decision: as it was recorded.
        findings: so many it speaks for.
        together: one finding of each decision that was made with it, this one among them.
    """

    finding_id: str
    decision: Decision
    findings: int
    together: tuple[str, ...] = ()


@dataclass(slots=True)
class _Review:
    """The conversation.

    Attributes:
        desk: the command's options.
        session: the command's surroundings.
        query: what is gone through.
        talk: questions and answers.
        made: decisions of this review that stand, oldest first; one for those made together.
        met: ids of findings that were asked about.
        reason: the last reason given.
        over: the person has ended it.
    """

    desk: Desk
    session: Session
    query: Query
    talk: Conversation
    made: list[_Made] = field(default_factory=list)
    met: set[str] = field(default_factory=set)
    reason: str = ""
    over: bool = False
    _undone: str = ""

    def go_through(self) -> None:
        """Ask about one finding after another until all were seen or the person ends it."""
        first = reviewing.queue(self.session, replace(self.query, size=1))
        total = first.counts[self.query.view]
        ready = first.counts[View.READY]
        if ready:
            self.talk.say(
                f"{wording.count(ready, 'correction')} need no person:"
                " `provenance fix` shows them. They are not asked about here."
            )
        if not total:
            self.talk.say("Nothing waits for a person.")
        with contextlib.suppress(Ended):
            while not self.over:
                finding_id = self._undone or self._next()
                if not finding_id:
                    return
                self._undone = ""
                self.met.add(finding_id)
                self._ask_about(finding_id, f"{len(self.met)} of {max(total, len(self.met))}")

    def sum_up(self) -> None:
        """Say what was decided here."""
        words = []
        for verdict in Verdict:
            alike = [one for one in self.made if one.decision.verdict is verdict]
            number = sum(len(one.together) or 1 for one in alike)
            if number:
                words.append(f"{number} {wording.VERDICTS[verdict]}")
        told = ", ".join(words) if words else "nothing decided"
        self.talk.say(f"Review ended: {told}. Waiting for a person: {self.left()}.")

    def left(self) -> int:
        """So many findings still wait for a person."""
        counts = reviewing.queue(self.session, replace(self.query, size=1)).counts
        return counts[self.query.view]

    def offer_to_apply(self) -> int:
        """Correct what was accepted here, if the person says so; the exit code of that."""
        applied = [one for one in self.made if one.decision.verdict is Verdict.APPLY]
        ids = [each for one in applied for each in one.together or (one.finding_id,)]
        if not ids:
            return OK
        number = wording.count(len(ids), "accepted correction")
        try:
            said = self.talk.line(f"Apply the {number} now? [y/N] ").strip().casefold()
        except Ended:
            said = ""
        if said not in {"y", "yes"}:
            self.talk.say(f"Nothing was written. `provenance fix {' '.join(ids[:3])}"
                      f"{' ...' if len(ids) > 3 else ''} --apply` corrects them.")  # fmt: skip
            return OPEN
        return fixing.carry_out(self.desk, self.session, ids)

    def _next(self) -> str:
        """The most urgent finding that was not asked about; empty where there is none."""
        after = ""
        while True:
            page = reviewing.queue(self.session, replace(self.query, after=after, size=_AHEAD))
            for row in page.rows:
                if row.finding.finding_id not in self.met:
                    return row.finding.finding_id
            if not page.next:
                return ""
            after = page.next

    def _ask_about(self, finding_id: str, place: str) -> None:
        """Show a finding and ask until there is an answer that leads on."""
        shown = False
        while True:
            one = reviewing.case(self.session, finding_id, self.query)
            if not shown:
                tables.show(reviewed.case(one, place), None, color=self.desk.color)
                shown = True
            possible = _possible(one, has_made=bool(self.made))
            waiting = self._of_notice(one)
            if len(waiting) < _SEVERAL:
                possible.remove(Letter.NOTICE)
            told = {Letter.NOTICE: f"all {len(waiting)} of this [N]otice"}
            letter = self.talk.letter(possible, told)
            try:
                if self._done(one, letter):
                    return
            except Back:
                continue
            except ProvenanceError as error:
                console.say_error(error, color=self.desk.color)
                self.talk.require_person()
                shown = error.code != deciding.STALE

    def _done(self, one: Case, letter: Letter) -> bool:
        """Do what the letter says; whether to go on to the next finding."""
        if letter is Letter.SKIP:
            return True
        if letter is Letter.ABORT:
            self.over = True
            return True
        if letter is Letter.MORE:
            tables.show(reviewed.more(one), None, color=self.desk.color)
            return False
        if letter is Letter.UNDO:
            return self._undo(one)
        if letter is Letter.NOTICE:
            return self._accept_notice(one)
        values = self._values(one) if letter is Letter.EDIT else {}
        reason = self._reason()
        until = self._until() if letter is Letter.WAIVE else None
        self._decide(one, _VERDICTS.get(letter, Verdict.APPLY), (reason, until), values)
        return True

    def _decide(
        self, one: Case, verdict: Verdict, why: tuple[str, str | None], values: dict[int, str]
    ) -> None:
        finding_id = one.row.finding.finding_id
        terms = deciding.Terms(values=values, seen={finding_id: one.seen})
        settled = pipeline.decide(self.session, [finding_id], verdict, why[0], why[1], terms)
        now = reviewing.case(self.session, finding_id, self.query)
        self.made.append(_Made(finding_id, now.history[-1].decision, len(settled)))
        self.reason = why[0]
        copies = len(settled) - 1
        also = f", and {wording.count(copies, 'copy', 'copies')}" if copies else ""
        self.talk.say(f"  {wording.VERDICTS[verdict]}{also}")

    def _of_notice(self, one: Case) -> tuple[Finding, ...]:
        """What accepting all of the case's notice would accept; nothing where it has none."""
        notice = one.row.notice
        if notice is None:
            return ()
        with self.session.registry.read() as tx:
            return accepting.acceptable(self.session, tx, notice.notice_id).take

    def _accept_notice(self, one: Case) -> bool:
        """Accept all of the notice, if the person still says so on seeing how many that is."""
        notice, take = one.row.notice, self._of_notice(one)
        if notice is None or not take:
            return False
        with self.session.registry.read() as tx:
            seen = deciding.seen_of(tx, take)
        number = wording.count(len(take), "finding")
        asked = f"Accept {number} of this notice, in every folder? [y/N] "
        if self.talk.line(asked).strip().casefold() not in {"y", "yes"}:
            self.talk.say("Nothing was decided.")
            return False
        reason = self._reason()
        done = accepting.accept_notice(self.session, notice.notice_id, reason, seen)
        keys = {each.decision_key: each.finding_id for each in done.accepted}
        first = done.accepted[0].finding_id
        now = reviewing.case(self.session, first, self.query)
        together = tuple(keys.values())
        self.made.append(_Made(first, now.history[-1].decision, len(done.accepted), together))
        self.met |= {each.finding_id for each in done.accepted}
        self.reason = reason
        left = f"; {wording.count(len(done.left), 'other')} wait for a look" if done.left else ""
        self.talk.say(f"  {wording.count(len(done.accepted), 'finding')} accepted{left}")
        return one.row.finding.finding_id in {each.finding_id for each in done.accepted}

    def _undo(self, one: Case) -> bool:
        """Take the last decision back, where it is still the last word; then look at it again."""
        last = self.made[-1]
        now = reviewing.case(self.session, last.finding_id, self.query)
        newest = now.history[-1].decision
        if newest != last.decision:
            self.made.pop()
            since = f"{newest.agent} has {wording.VERDICTS[newest.verdict]} it since"
            self.talk.say(f"{since}; nothing was undone.")
            return False
        seen = {last.finding_id: deciding.word_of(last.decision)}
        pipeline.withdraw(self.session, last.together or [last.finding_id], _UNDONE, seen)
        self.made.pop()
        self.met.discard(one.row.finding.finding_id)
        self._undone = last.finding_id
        self.talk.say(f"  no longer {wording.VERDICTS[last.decision.verdict]}; here it is again")
        return True

    def _reason(self) -> str:
        before = f"Enter: {one_line(self.reason)[:60]!r}; " if self.reason else ""
        while True:
            said = self.talk.text(f"Reason ({before}{BACK} goes back): ") or self.reason
            if said:
                return said
            self.talk.ask_again("A decision needs a reason.")

    def _until(self) -> str | None:
        said = self.talk.text(
            f"Until (YYYY-MM-DD, its last day; Enter: for good; {BACK} goes back): "
        )
        return deciding.last_day(said or None)

    def _values(self, one: Case) -> dict[int, str]:
        """Another value for each proposal that the person wants to change."""
        found: dict[int, str] = {}
        for number, proposal in enumerate(one.proposals):
            if proposal.after is None and any(other.after is not None for other in one.proposals):
                continue
            said = self.talk.text(_asked_for(proposal), offered=proposal.after or "")
            if said:
                found[number] = said
        if not found:
            self.talk.ask_again("No other value was given; nothing was decided.")
            raise Back
        return found


def _possible(one: Case, *, has_made: bool) -> list[Letter]:
    """What can be answered about a case."""
    finding = one.row.finding
    shown_only = finding.fixability is Fixability.DISPLAY_ONLY or not finding.edits
    absent = set()
    if shown_only:
        absent |= {Letter.APPLY, Letter.EDIT}
    if not one.proposals:
        absent.add(Letter.EDIT)
    if not has_made:
        absent.add(Letter.UNDO)
    return [letter for letter in Letter if letter not in absent]


def _asked_for(proposal: Proposal) -> str:
    name = wording.PROPERTIES[proposal.property]
    now = f"now “{one_line(proposal.before)[:60]}”" if proposal.before else "empty now"
    return f"{name} ({now}; Enter keeps the proposal, {BACK} goes back): "
