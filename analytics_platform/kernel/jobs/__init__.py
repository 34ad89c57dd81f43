"""Jobs: long work and schedules, as rows of one table with one state machine; each ends, whatever happens to its worker."""

from analytics_platform.kernel.jobs.declaring import RunningJob, job
from analytics_platform.kernel.jobs.queueing import cancel, cancel_queued, enqueue, job_location, take_back

__all__ = ["RunningJob", "cancel", "cancel_queued", "enqueue", "job", "job_location", "take_back"]
