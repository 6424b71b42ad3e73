from tracker.core.jobs import Job

JOBS: tuple[Job, ...] = ()
