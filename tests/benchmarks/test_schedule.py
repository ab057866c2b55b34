"""benchmarks/schedule.py: jobs are done in order, and what is left is known."""

from benchmarks.schedule import Job, Schedule


def jobs(*kinds, done):
    return [Job((kind,), kind, 10, lambda kind=kind: done.append(kind)) for kind in kinds]


def test_jobs_are_done_in_order_and_each_is_told_before():
    done, told = [], []
    schedule = Schedule(jobs("a", "b", "a", done=done))
    schedule.run(lambda number, job: told.append((number, job.label, len(done))), None)
    assert done == ["a", "b", "a"]
    assert told == [(0, "a", 0), (1, "b", 1), (2, "a", 2)]
    assert (schedule.left_s, schedule.left_out) == (0, [])


def test_before_the_first_job_the_guesses_are_all_there_is():
    assert Schedule(jobs("a", "b", done=[])).left_s == 20


def test_a_guess_gives_way_to_what_was_seen():
    seen = []
    schedule = Schedule(jobs("a", "a", "b", done=[]))
    schedule.run(lambda number, job: seen.append(schedule.left_s), None)
    assert seen[0] == 30
    assert seen[1] < 30


def test_what_time_does_not_suffice_for_is_left_out_and_said():
    done = []
    schedule = Schedule(jobs("a", "b", done=done))
    schedule.run(lambda number, job: None, 0)
    assert done == []
    assert schedule.left_out == ["the last 2 of 2 measurements, for want of time"]
