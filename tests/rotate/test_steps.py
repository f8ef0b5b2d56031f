"""The laws of a rotation: whatever fails, and whenever the run is killed, no password is lost, and both sides agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from iccc.rotate.steps import Did, Do, Standing, Step, Which, begin, next_step, told

ALTERED = "what nobody has sent"
LIMIT = 60  # steps of one run: more would be a circle


class Killed(Exception):  # noqa: N818
    pass


@dataclass
class World:
    """What is really in force. ``places[0]`` is the device; ``going``: which holders try to log in there."""

    places: list[str]
    current: str = "p0"
    following: str | None = None
    going: list[bool] = field(default_factory=list)
    own: bool = False  # it is the user as whom we write to the device
    session: str = ""  # its password that was accepted last
    made: int = 0
    refused: int = 0  # logins at the device, by us

    def __post_init__(self) -> None:
        self.going = [True] * (len(self.places) - 1)

    def opened(self) -> bool:
        """Whether a run can begin: it has to be let in."""
        self.refused, self.session = 0, self.places[0]
        return self.known() or not self.own

    def password(self, which: Which) -> str:
        return self.current if which is Which.OLD else self.following or ""

    def known(self) -> bool:
        return set(self.places) <= {self.current, self.following}

    def all_have(self, password: str) -> bool:
        return set(self.places) == {password} and all(self.going)

    def act(self, step: Step, alters: bool = False) -> bool:
        """Carry it out for certain; whether it showed what it should."""
        if step.do is Do.STORE:
            if self.following is None:
                self.made += 1
                self.following = f"p{self.made}"
        elif step.do is Do.PROMOTE:
            assert self.following is not None
            self.current, self.following = self.following, None
        elif step.do is Do.DROP:
            self.following = None
        elif step.do is Do.PAUSE:
            self.going[step.place - 1] = False
        elif step.do is Do.WRITE:
            if step.place == 0 and self.own and self.session != self.places[0]:
                self.refused += 1
                return False
            self.places[step.place] = ALTERED if alters and step.place == 0 else self.password(step.which)
        elif step.place == 0:
            right = self.places[0] == self.password(step.which)
            self.refused += not right
            self.session = self.places[0] if right else self.session
            return right
        else:
            self.going[step.place - 1] = True
            return self.places[step.place] == self.places[0]
        return True


# What happens to a step: what it does, and what is said of it; None: the run is killed.
FATES: dict[str, tuple[bool, Did | None]] = {
    "done": (True, Did.DONE),
    "refused": (False, Did.NOT),
    "claimed": (False, Did.DONE),  # accepted, and ignored
    "altered": (True, Did.DONE),  # of what is written to the device
    "lost on the way": (False, Did.LOST),
    "answer lost": (True, Did.LOST),
    "killed before": (False, None),
    "killed after": (True, None),
}
OF_STORE = {"claimed": "refused", "lost on the way": "refused", "answer lost": "done"}
fates = st.sampled_from([*FATES, "done", "done", "done", "done"])
runs = st.lists(st.lists(fates, max_size=20), max_size=4)


def run(world: World, fate_of: Callable[[int], str], watch: Callable[[], None] = lambda: None) -> Standing:
    """One run of the rotation, on what an earlier one may have left."""
    now = begin(len(world.places) - 1, resumed=world.following is not None)
    for count in range(LIMIT):
        step = next_step(now)
        if step is None:
            return now
        fate = fate_of(count)
        # A file is written or not, and its writer knows.
        acts, said = FATES[OF_STORE.get(fate, fate) if step.place < 0 else fate]
        proof = step.do in (Do.CHECK, Do.PROVE)
        refused = world.refused
        shown = world.act(step, fate == "altered") if acts or proof and said is Did.DONE else False
        watch()
        if said is None:
            raise Killed
        if said is Did.LOST:  # nobody has heard of it, so nobody can heed it
            world.refused = refused
        elif world.refused > refused:
            said = Did.REFUSED
        elif proof and said is Did.DONE and not shown:  # a proof shows what is
            said = Did.NOT
        now = told(now, step, said)
    raise AssertionError(f"it goes round in circles: {now}")


@settings(max_examples=1500, deadline=None)
@given(st.integers(0, 2), st.booleans(), runs)
@example(1, False, [["done"] * 6 + ["refused"]])
@example(1, False, [["done"] * 5 + ["killed after"], ["refused"]])
@example(0, False, [["done", "done", "claimed", "done", "refused"]])
@example(0, True, [["done", "done", "done", "refused"]])
def test_whatever_happens_no_password_is_lost_and_a_quiet_run_ends_with_all_new(
    holders: int, own: bool, fated: list[list[str]]
) -> None:
    """A run costs a device one refused login; two where it has altered the next password: then the old one is tried."""
    world = World(["p0"] * (holders + 1), own=own)
    for one in fated:
        if not world.opened():
            return  # a person has to
        alters = "altered" in one or not world.known()

        def known() -> None:
            assert world.known() or world.places[0] == ALTERED, world

        try:
            ended = run(world, lambda n, one=one: one[n] if n < len(one) else "done", known)  # type: ignore[misc]
        except Killed:
            event("killed")
        else:
            assert ended.is_new + ended.is_old + bool(ended.stuck) == 1, ended
            event("new" if ended.is_new else "old" if ended.is_old else "stuck")
            if ended.is_new or ended.is_old:
                assert world.all_have(world.current) and world.following is None, (world, ended)
            else:
                assert world.following is not None, "what may be in force stays in the store"
        assert world.refused <= 1 + alters, world
    if not world.opened():
        return
    started = world.current, world.following
    ended = run(world, lambda n: "done")
    assert ended.is_new and world.all_have(world.current) and world.following is None
    assert world.current == (started[1] or f"p{world.made}")
    assert not world.refused


@given(st.integers(1, 3), st.integers(0, 30))
def test_one_failure_takes_everything_back_and_no_holder_ever_tries_a_wrong_password(holders: int, at: int) -> None:
    world = World(["p0"] * (holders + 1))

    def no_retries() -> None:
        wrong = [n for n, going in enumerate(world.going, 1) if going and world.places[n] != world.places[0]]
        assert not wrong, world

    world.opened()
    ended = run(world, lambda n: "refused" if n == at else "done", no_retries)
    if ended.is_new:
        assert not ended.why
    elif ended.is_old:
        assert ended.why and world.all_have("p0")
    else:  # the store failed at the end: both sides have the new one
        assert ended.stuck and world.all_have(world.following or "")
    assert world.refused <= 1


@given(st.integers(0, 3), st.booleans())
def test_a_device_that_alters_passwords_is_left_alone_and_its_holders_stay_paused(holders: int, own: bool) -> None:
    world = World(["p0"] * (holders + 1), own=own)
    assert world.opened()
    ended = run(world, lambda n: "altered", lambda: None)
    assert ended.shut and ended.why and ended.stuck and not ended.is_old
    assert world.places == [ALTERED] + ["p0"] * holders and world.following == "p1"
    assert not any(world.going) and world.refused == 2


def test_a_device_that_refuses_its_old_password_is_not_touched() -> None:
    world = World(["somebody else's", "p0"])
    ended = run(world, lambda n: "done")
    assert ended.is_old and ended.untouched and ended.why
    assert (world.places, world.following, world.refused, world.going) == (["somebody else's", "p0"], None, 1, [True])


def test_a_holder_that_keeps_the_next_password_keeps_the_device_with_it() -> None:
    """The recorder shows no recording, and then takes nothing any more: the camera stays with what the recorder has."""
    world = World(["p0", "p0"])
    said = {7: "refused", 9: "refused"}  # the recording's proof, and the old password at the recorder
    steps: list[Step] = []
    now = begin(1, resumed=False)
    while (step := next_step(now)) is not None:
        acts, did = FATES[said.get(len(steps), "done")]
        steps.append(step)
        if acts:
            world.act(step)
        assert did is not None
        now = told(now, step, did)
    assert [(step.do, step.place) for step in steps[7:10]] == [(Do.PROVE, 1), (Do.PAUSE, 1), (Do.WRITE, 1)]
    assert world.places == ["p1", "p1"] and world.going == [True]
    assert now.stuck and now.why and world.following == "p1"
