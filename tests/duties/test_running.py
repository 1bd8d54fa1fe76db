"""Clocks: what is reached when, what is due when, and that neither depends on who asks when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.duties import (
    BROUGHT,
    COPIES,
    Doubt,
    DutyStanding,
    MilestoneStanding,
    NoticeClock,
    Now,
    Seen,
    Stopped,
    clock,
    stretch,
    written,
)
from provenance.model import (
    Duty,
    DutyAct,
    DutyState,
    Limits,
    Milestone,
    Notice,
    NoticeKind,
    Proof,
    Pubstatus,
)

START = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
LIMITS = Limits(4, 24, 72)
ONLINE, SERVERS, OTHERS = Duty.REMOVE_ONLINE, Duty.DELETE_SERVERS, Duty.INFORM_THIRD_PARTIES
DONE, OPEN, WAIVED = DutyState.DONE, DutyState.OPEN, DutyState.WAIVED
ACK, CONTAINED, COMPLETE = range(3)


def at(hours: float) -> str:
    return written(START + timedelta(hours=hours))


def now(hours: float) -> Now:
    return Now(at(hours), at(hours)[:10])


def notice(*duties: Duty, **given: object) -> Notice:
    plain = Notice("n-1", "AFP", NoticeKind.WITHDRAWAL, Pubstatus.CANCELED, "Gone.", duties=duties)
    return replace(plain, **{"received": at(0), **given})  # type: ignore[arg-type]


def act(
    duty: str, state: DutyState, hours: float, until: str | None = None, proof: Proof = Proof.PERSON
) -> DutyAct:
    return DutyAct("n-1", duty, state, "anna", at(hours), proof, until=until)


def copies(state: DutyState, hours: float) -> DutyAct:
    return act(COPIES, state, hours, proof=Proof.SCAN)


def milestones(made: NoticeClock) -> tuple[str | None, ...]:
    return tuple(one.reached for one in made.milestones)


CLEAR = Seen(clear=True)


def test_what_nobody_touched_is_due_in_order() -> None:
    made = clock(notice(ONLINE, OTHERS), (), Seen(), LIMITS, now(1))
    assert milestones(made) == (None, None, None)
    assert [one.due for one in made.milestones] == [at(4), at(24), at(72)]
    assert [(one.duty, one.state, one.due) for one in made.duties] == [
        (ONLINE.value, OPEN, at(24)),
        (OTHERS.value, OPEN, at(72)),
    ]
    assert (made.next_due, made.overdue, made.age) == (at(4), (), 3600.0)
    assert not made.is_complete


def test_each_moment_is_reached_at_the_act_that_made_it_so() -> None:
    acts = [
        act(BROUGHT, DONE, 0.5),
        copies(DONE, 3),
        act(ONLINE.value, DONE, 5),
        act(OTHERS.value, WAIVED, 30),
    ]
    made = clock(notice(ONLINE, OTHERS), acts, CLEAR, LIMITS, now(500))
    assert milestones(made) == (at(0.5), at(5), at(30))
    assert [one.overdue for one in made.milestones] == [False, False, False]
    assert [one.seconds for one in made.milestones] == [1800.0, 5 * 3600.0, 30 * 3600.0]
    assert made.age == 30 * 3600.0
    assert (made.is_complete, made.next_due, made.overdue) == (True, None, ())


def test_what_came_too_late_stays_late_and_is_no_longer_waited_for() -> None:
    acts = [act(BROUGHT, DONE, 5), copies(DONE, 30)]
    made = clock(notice(), acts, CLEAR, LIMITS, now(31))
    assert [one.overdue for one in made.milestones] == [True, True, False]
    assert made.overdue == ()


def test_copies_are_not_enough_where_pages_are_asked_for() -> None:
    made = clock(notice(ONLINE), [copies(DONE, 3)], CLEAR, LIMITS, now(25))
    assert milestones(made)[CONTAINED] is None
    assert [one.milestone for one in made.overdue] == [Milestone.ACKNOWLEDGED, Milestone.CONTAINED]
    assert made.duties[0].overdue
    only_servers = clock(notice(SERVERS), [copies(DONE, 3)], CLEAR, LIMITS, now(25))
    assert milestones(only_servers)[1:] == (at(3), None)


def test_pages_are_not_enough_where_copies_are_left() -> None:
    made = clock(notice(ONLINE), [act(ONLINE.value, DONE, 1)], Seen(), LIMITS, now(2))
    assert milestones(made) == (at(1), None, None)


def test_a_scan_acknowledges_nothing() -> None:
    acts = [copies(DONE, 1), act(SERVERS.value, DONE, 1, proof=Proof.SCAN)]
    made = clock(notice(SERVERS), acts, CLEAR, LIMITS, now(3))
    assert milestones(made) == (None, at(1), at(1))
    # All is done: nobody is waited for, and it was done in time.
    assert (made.milestones[ACK].overdue, made.waiting, made.next_due) == (False, (), None)
    late = clock(notice(SERVERS), [copies(DONE, 5), replace(acts[1], made=at(5))], CLEAR, LIMITS,
                 now(6))  # fmt: skip
    assert late.milestones[ACK].overdue


def test_persons_acknowledge_by_what_they_do() -> None:
    seen = Seen(noted=(at(3), at(2)))
    assert milestones(clock(notice(), (), seen, LIMITS, now(9)))[ACK] == at(2)
    waived = [act(OTHERS.value, WAIVED, 1.5, until="2026-01-01")]
    assert milestones(clock(notice(OTHERS), waived, seen, LIMITS, now(9)))[ACK] == at(1.5)


def test_who_brought_a_notice_before_acts_were_kept_acknowledged_it() -> None:
    brought = notice(received_by="anna")
    assert milestones(clock(brought, (), Seen(noted=(at(2),)), LIMITS, now(9)))[ACK] == at(0)
    later = [act(BROUGHT, DONE, 6)]
    assert milestones(clock(brought, later, Seen(), LIMITS, now(9)))[ACK] == at(6)


def test_without_a_scan_the_newest_correction_tells_when_the_copies_were_clear() -> None:
    seen = Seen(clear=True, settled=at(7))
    assert milestones(clock(notice(), (), seen, LIMITS, now(9)))[1:] == (at(7), at(7))
    # Nothing tells when: then it is not claimed.
    assert milestones(clock(notice(), (), CLEAR, LIMITS, now(9)))[1:] == (None, None)
    # What was settled before a copy came back says nothing of that copy.
    back = [copies(DONE, 7), copies(OPEN, 8)]
    assert milestones(clock(notice(), back, seen, LIMITS, now(9)))[CONTAINED] is None
    again = replace(seen, settled=at(8.5))
    assert milestones(clock(notice(), back, again, LIMITS, now(9)))[CONTAINED] == at(8.5)


def test_a_copy_that_is_back_takes_the_moments_back() -> None:
    acts = [copies(DONE, 3), act(SERVERS.value, DONE, 4)]
    assert milestones(clock(notice(SERVERS), acts, Seen(), LIMITS, now(80)))[1:] == (None, None)
    back = [*acts, copies(OPEN, 90), act(SERVERS.value, OPEN, 90), copies(DONE, 95)]
    made = clock(notice(SERVERS), back, CLEAR, LIMITS, now(96))
    assert milestones(made)[1:] == (at(95), None)
    assert [one.milestone for one in made.overdue] == [Milestone.COMPLETE]


@pytest.mark.parametrize(
    ("day", "closed"), [("2026-03-29", True), ("2026-03-30", True), ("2026-03-31", False)]
)
def test_a_waiver_runs_out_behind_its_last_day(day: str, *, closed: bool) -> None:
    acts = [copies(DONE, 1), act(OTHERS.value, WAIVED, 2, until="2026-03-30")]
    made = clock(notice(OTHERS), acts, CLEAR, LIMITS, Now(f"{day}T00:00:00Z", day))
    (duty,) = made.duties
    assert (duty.state is WAIVED, duty.ran_out) == (closed, not closed)
    assert duty.act == acts[1]
    assert made.is_complete is closed


def test_a_waiver_renewed_in_time_has_no_gap_and_one_renewed_late_has() -> None:
    first = act(OTHERS.value, WAIVED, 2, until="2026-03-30")
    in_time = act(OTHERS.value, WAIVED, 48, until="2026-05-01")
    late = act(OTHERS.value, WAIVED, 100, until="2026-05-01")
    assert stretch([first, in_time], "2026-04-02").since == START + timedelta(hours=2)
    assert stretch([first, late], "2026-04-02").since == START + timedelta(hours=100)
    unreadable = replace(first, until="soon")
    assert stretch([unreadable], "2026-03-28").state is OPEN


def test_no_limit_is_never_overdue() -> None:
    made = clock(notice(ONLINE), (), Seen(), Limits(0, 0, 0), now(10_000))
    assert {one.due for one in (*made.milestones, *made.duties)} == {None}
    assert not any(one.overdue for one in (*made.milestones, *made.duties))
    # Pages then have the limit for everything.
    made = clock(notice(ONLINE), (), Seen(), Limits(0, 0, 9), now(10))
    assert (made.duties[0].due, made.duties[0].overdue) == (at(9), True)


def test_what_speaks_no_more_asks_for_nothing() -> None:
    for stopped, given_ in (
        (Stopped.RETRACTED, {"retracted": at(10)}),
        (Stopped.SUPERSEDED, {"superseded_by": "n-2"}),
    ):
        made = clock(notice(ONLINE, **given_), (), Seen(noted=(at(5),)), LIMITS, now(500))
        assert made.stopped is stopped
        assert (made.next_due, made.overdue, made.waiting) == (None, (), ())
        assert [one.due for one in made.milestones] == [at(4), None, None]
        assert made.milestones[ACK].overdue
        assert not any(one.overdue for one in made.duties)
    assert clock(notice(retracted=at(10)), (), Seen(), LIMITS, now(500)).age == 36_000.0


@pytest.mark.parametrize(
    "received", [None, "", "yesterday", "9999-99-99", "0001-01-01T00:00+14:00"]
)
def test_without_receipt_it_runs_from_when_the_notice_was_taken_up(received: str | None) -> None:
    seen = Seen(first_seen=at(1))
    made = clock(notice(received=received), (), seen, LIMITS, now(6))
    assert (made.received, made.doubt) == (at(1), Doubt.NO_RECEIPT)
    assert made.milestones[ACK].due == at(5)
    unknown = clock(notice(received=received), (), Seen(), LIMITS, now(6))
    assert (unknown.received, unknown.age, unknown.next_due) == (None, None, None)
    assert unknown.doubt is Doubt.NO_RECEIPT


def test_a_receipt_in_the_future_gives_no_more_time() -> None:
    forged = notice(received="2999-01-01T00:00:00Z")
    made = clock(forged, (), Seen(first_seen=at(0)), LIMITS, now(5))
    assert (made.received, made.doubt) == (at(0), Doubt.IN_THE_FUTURE)
    assert [one.milestone for one in made.overdue] == [Milestone.ACKNOWLEDGED]
    alone = clock(notice(received=at(9)), (), Seen(), LIMITS, now(5))
    assert (alone.doubt, alone.age) == (Doubt.IN_THE_FUTURE, 0.0)


def test_the_end_of_the_calendar_has_no_limit() -> None:
    made = clock(notice(received="9999-12-31T23:00:00Z"), (), Seen(), LIMITS, now(5))
    assert [one.due for one in made.milestones] == [None, None, None]


def test_the_hour_that_a_clock_change_skips_is_no_hour() -> None:
    # 02:00 to 03:00 of this night does not exist in Paris: 4 hours later it is 05:30 there.
    received = "2026-03-29T01:30:00+01:00"
    made = clock(
        notice(received=received), (), Seen(), LIMITS, Now("2026-03-29T05:29:00+02:00", "")
    )
    assert made.milestones[ACK].due == "2026-03-29T04:30:00.000Z"
    assert not made.overdue
    same = clock(notice(received="2026-03-29T00:30:00Z"), (), Seen(), LIMITS, now(0))
    assert [one.due for one in same.milestones] == [one.due for one in made.milestones]


ZONES = st.integers(-14 * 4, 14 * 4).map(lambda quarter: quarter * 15)


def in_zone(hours: float, minutes: int) -> str:
    moment = START + timedelta(hours=hours)
    sign = "-" if minutes < 0 else "+"
    there = moment.replace(tzinfo=None) + timedelta(minutes=minutes)
    return f"{there.isoformat(timespec='milliseconds')}{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"  # fmt: skip


ACTS = st.lists(
    st.builds(
        act,
        st.sampled_from([ONLINE.value, SERVERS.value, COPIES, BROUGHT]),
        st.sampled_from(DutyState),
        st.integers(0, 200),
        st.sampled_from([None, None, "2026-03-30", "2026-04-03"]),
        st.sampled_from(Proof),
    ),
    max_size=12,
).map(lambda acts: sorted(acts, key=lambda one: one.made))
SEEN = st.builds(
    Seen,
    st.booleans(),
    st.none() | st.integers(0, 200).map(at),
    st.lists(st.integers(0, 200).map(at), max_size=2).map(tuple),
    st.none() | st.integers(0, 3).map(at),
)
HOURS = st.sampled_from([0.0, 0.5, 4, 24, 72, 300])
SOME_LIMITS = st.builds(Limits, HOURS, HOURS, HOURS)
BOTH = notice(ONLINE, SERVERS)


@given(ACTS, SEEN, SOME_LIMITS, ZONES)
def test_the_zone_in_which_a_time_is_written_changes_nothing(
    acts: list[DutyAct], seen: Seen, limits: Limits, zone: int
) -> None:
    plain = clock(BOTH, acts, seen, limits, now(210))
    there = replace(BOTH, received=in_zone(0, zone))
    moved = [replace(one, made=in_zone(hours_of(one.made), zone)) for one in acts]
    made = clock(there, moved, seen, limits, Now(in_zone(210, zone), now(210).today))
    assert made.milestones == plain.milestones
    assert made.age == plain.age
    assert [replace(one, act=None) for one in made.duties] == [
        replace(one, act=None) for one in plain.duties
    ]


def hours_of(text: str) -> float:
    return (datetime.fromisoformat(text) - START).total_seconds() / 3600


@given(ACTS, SEEN, SOME_LIMITS, st.integers(0, 300), st.integers(0, 300))
def test_time_only_makes_late(
    acts: list[DutyAct], seen: Seen, limits: Limits, one: int, other: int
) -> None:
    """Without waivers that run out, later is never less late, and what is reached stays."""
    acts = [replace(each, until=None) for each in acts]
    early, late = sorted((one, other))
    before = clock(BOTH, acts, seen, limits, now(early))
    after = clock(BOTH, acts, seen, limits, now(late))
    assert milestones(before) == milestones(after)
    assert [x.due for x in before.milestones] == [x.due for x in after.milestones]
    was: tuple[MilestoneStanding | DutyStanding, ...] = (*before.milestones, *before.duties)
    is_: tuple[MilestoneStanding | DutyStanding, ...] = (*after.milestones, *after.duties)
    assert all(y.overdue or not x.overdue for x, y in zip(was, is_, strict=True))
    assert (before.age or 0) <= (after.age or 0)


@given(ACTS, SEEN, SOME_LIMITS, st.integers(200, 300), st.randoms(use_true_random=False))
def test_only_the_order_within_a_duty_counts(
    acts: list[DutyAct], seen: Seen, limits: Limits, hours: int, dice: object
) -> None:
    by_duty: dict[str, list[DutyAct]] = {}
    for one in acts:
        by_duty.setdefault(one.duty, []).append(one)
    mixed = [one.duty for one in acts]
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    rest = {duty: iter(own) for duty, own in by_duty.items()}
    other = [next(rest[duty]) for duty in mixed]
    assert clock(BOTH, other, seen, limits, now(hours)) == clock(
        BOTH, acts, seen, limits, now(hours)
    )


@given(ACTS, SEEN, SOME_LIMITS, st.integers(200, 300))
def test_complete_is_the_last_of_the_moments_and_follows_from_its_parts(
    acts: list[DutyAct], seen: Seen, limits: Limits, hours: int
) -> None:
    made = clock(BOTH, acts, seen, limits, now(hours))
    _, contained, complete = milestones(made)
    closed = [one.closed for one in made.duties]
    if complete is None:
        assert contained is None or None in closed
    else:
        assert contained is not None
        assert None not in closed
        assert complete == max(contained, *filter(None, closed))
    if contained is not None:
        assert seen.clear
        assert made.duties[0].state is not OPEN
    for duty in made.duties:
        newest = [one for one in acts if one.duty == duty.duty][-1:]
        assert duty.act == (newest[0] if newest else None)
        assert duty.state is OPEN or duty.state is newest[0].state
        assert (duty.closed is None) == (duty.state is OPEN)
    due = [one.due for one in made.waiting if one.due]
    assert made.next_due == min(due, default=None)


@given(ACTS, st.integers(0, 200))
def test_closing_again_what_is_closed_moves_nothing(acts: list[DutyAct], hours: int) -> None:
    own = [replace(one, duty="x", until=None) for one in acts]
    before = stretch(own, now(300).today)
    after = stretch([*own, act("x", DONE, 200 + hours)], now(300).today)
    if before.since is not None:
        assert after.since == before.since
    else:
        assert after.since == START + timedelta(hours=200 + hours)
    assert stretch([*own, act("x", OPEN, 201)], now(300).today).state is OPEN


def test_the_most_urgent_sorts_first() -> None:
    def of(notice_id: str, **given_: object) -> NoticeClock:
        return clock(notice(notice_id=notice_id, **given_), (), Seen(), LIMITS, now(5))

    overdue = of("overdue", received=at(-30))
    soon, later = of("soon", received=at(2)), of("later", received=at(3))
    unknown, gone = of("unknown", received=None), of("gone", retracted=at(1))
    found = sorted([gone, later, unknown, soon, overdue], key=lambda one: one.urgency)
    assert [one.notice_id for one in found] == ["overdue", "soon", "later", "unknown", "gone"]
