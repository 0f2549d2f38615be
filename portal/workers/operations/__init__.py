"""What is done to processes and queues: they live, they are kept from taking work, they go on."""

from portal.workers.operations.beating import beat, forget, leave
from portal.workers.operations.stopping import drain, pause, resume, take_again

__all__ = ["beat", "drain", "forget", "leave", "pause", "resume", "take_again"]
