"""A process that is sent Ctrl-C in the middle of its work, and how much of the processor's time it takes to hear of it.
The time of the day would hang on what else the machine has to do."""

import signal
import subprocess
import sys
import time

HEARD = """
except KeyboardInterrupt:
    import signal, time
    print(time.process_time(), flush=True)
    signal.pause()
"""


def seconds_to_hear(setup: str, work: str, *arguments: str, after: float, **options) -> float:
    """From Ctrl-C, so long after `work` began, until the process knows of it. `work` is one statement."""
    program = f'{setup}\nprint("begun", flush=True)\ntry:\n    {work}{HEARD}'
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=listen_to_ctrl_c,
        **options,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        begun = processor_seconds(process.pid)
        while processor_seconds(process.pid) - begun < after:
            time.sleep(0.005)
            assert process.poll() is None, "it takes long"
        process.send_signal(signal.SIGINT)
        sent = processor_seconds(process.pid)
        heard = float(process.stdout.readline())
        process.kill()
    return heard - sent


def processor_seconds(pid: int) -> float:
    """What time.process_time() is in another process: its clock has this number (clock_getcpuclockid of Linux)."""
    return time.clock_gettime(~pid << 3 | 2)


def listen_to_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored in the background
