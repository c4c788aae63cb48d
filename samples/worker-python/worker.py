#!/usr/bin/env python3
"""A worker in Python's standard library: counts words in text files.

    JOBS_URL=http://127.0.0.1:8080 JOBS_KEY=whk_... python3 worker.py [TYPE]

Input: {"path": "a file or folder"}. Result: how many files, lines and words. JOBS_LEASE: seconds after which the service takes a silent
worker's job away (60; 10 at least).
"""
import json
import os
import pathlib
import random
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request


class Failed(Exception):
    """Thrown by a handler to fail its attempt on purpose."""

    def __init__(self, code, message, retryable=True):
        super().__init__(message)
        self.code, self.retryable = code, retryable


class Stopped(Exception):
    """The work should end: Job.reason says why."""


class Service:
    def __init__(self, url, key):
        self.url, self.key = url.rstrip("/"), key
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def post(self, path, body, fence=None, timeout=10.0):
        """The status and the answer; status 0 where nobody answered."""
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {
            "Content-Type": "application/json", "Authorization": "Bearer " + self.key})
        if fence is not None:
            request.add_header("Lease-Fence", str(fence))
        try:
            with self.opener.open(request, timeout=timeout) as answer:
                return answer.status, json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as refusal:
            try:
                return refusal.code, json.loads(refusal.read() or b"{}")
            except (ValueError, OSError):
                return refusal.code, {}
        except (OSError, ValueError) as error:
            return 0, {"detail": str(error)}


class Job:
    """One attempt: its lease, kept by a thread, and what it says while it runs."""

    def __init__(self, service, claimed, lease, asked):
        self.service, self.lease, self.proved = service, lease, asked
        self.id, self.type, self.fence, self.input = claimed["id"], claimed["type"], claimed["fence"], claimed["input"]
        self.checkpoint, self.token = claimed.get("checkpoint"), claimed["idempotency_token"]
        self.reason, self.news, self.outputs = None, {}, 0
        self.ended = threading.Event()
        if claimed["cancel_requested"]:
            self.reason = "canceled"
        threading.Thread(target=self._keep, daemon=True).start()

    def check(self):
        """Between two steps of the work: raises Stopped when it should end."""
        if self.reason:
            raise Stopped()

    def progress(self, percent, message=None):
        """Costs nothing: the newest is told with the next heartbeat."""
        self.news = {"progress": percent, **({"progress_message": message} if message else {})}

    def output(self, data):
        """Gives out a part of the work. Sent again under its number until it is there: the service keeps one."""
        self.outputs += 1
        self.tell("events", {"outputs": [{"client_seq": self.outputs, "data": data}]})
        self.check()

    def save(self, state):
        """Keeps a state for the attempt that may follow."""
        self.tell("heartbeat", {"checkpoint": state, "lease_seconds": self.lease})
        self.check()

    def tell(self, call, body):
        """Until somebody answers or the lease is over. The answer's status, 0 where there was none."""
        for wait in waits():
            if self.reason == "lost" or self._is_over():
                return 0
            asked = time.monotonic()
            status, answer = self.service.post(f"/worker/jobs/{self.id}/{call}", body, self.fence)
            if status == 200:
                if call == "heartbeat":
                    self._renewed(asked, answer)
                return status
            if status in (404, 412):
                self._lose(f"the service answers {status}")
                return status
            if status in (400, 413, 422):
                raise Failed("refused", answer.get("detail", f"The service answered {status}."), retryable=False)
            time.sleep(min(wait, self.lease / 6))

    def _keep(self):
        """A heartbeat at a third of the lease; one that got no answer is tried again sooner."""
        pause = self.lease / 3
        while not self.ended.wait(pause):
            asked, news = time.monotonic(), self.news
            self.news = {}
            status, answer = self.service.post(
                f"/worker/jobs/{self.id}/heartbeat", {"lease_seconds": self.lease, **news}, self.fence, timeout=self.lease / 3)
            pause = self.lease / 3
            if status == 200:
                self._renewed(asked, answer)
            elif status in (404, 412):
                return self._lose(f"the service answers {status}")
            elif self._is_over():
                return None
            else:
                self.news = self.news or news
                pause = min(1.0, self.lease / 10)

    def _renewed(self, asked, answer):
        self.proved = asked
        if answer["cancel_requested"]:
            self.reason = self.reason or "canceled"

    def _is_over(self):
        """The lease counts from before the last request that was answered, on a clock that nobody sets."""
        over = time.monotonic() - self.proved >= self.lease
        if over:
            self._lose("nobody answered for as long as its lease")
        return over

    def _lose(self, why):
        if self.reason != "lost":
            say(f"{self.id} is not ours any more: {why}")
        self.reason = "lost"


class Worker:
    def __init__(self, service, handlers, lease):
        self.service, self.handlers, self.lease = service, handlers, lease
        self.name = os.environ.get("JOBS_WORKER") or f"{socket.gethostname()}:{os.getpid()}"
        self.job, self.interruptible, self.stopping = None, False, False

    def run(self):
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        say("waits for jobs of type " + ", ".join(self.handlers))
        pauses = waits()
        while not self.stopping:
            asked = time.monotonic()
            status, answer = self._interruptibly(self._claim)
            if status == 200:
                for claimed in answer["jobs"]:
                    self._work(Job(self.service, claimed, self.lease, asked))
            if status in (200, 204):
                pauses = waits()
            elif not self.stopping:
                pause = next(pauses)
                say(f"no job could be claimed ({status} {answer.get('detail', '')}); again in {pause:.1f} s")
                self._interruptibly(lambda: time.sleep(pause))
        say("stopped")

    def _claim(self):
        # Not held back for longer than a third of the lease: what is claimed counts from before the request.
        wait = self.lease // 3
        return self.service.post("/worker/claims", {
            "types": list(self.handlers), "max": 1, "wait_seconds": wait, "lease_seconds": self.lease, "worker_id": self.name}, timeout=wait + 10)

    def _work(self, job):
        self.job = job
        say(f"{job.id} begins")
        try:
            ending = "complete", {"result": self._interruptibly(lambda: self._handle(job), raises=True)}
        except Stopped:
            ending = {"canceled": ("canceled", {}), "stopping": ("release", {})}.get(job.reason)
        except Failed as failed:
            ending = "fail", {"error": {"code": failed.code, "message": str(failed)}, "retryable": failed.retryable}
        except Exception as error:  # what it says may be private: only its kind is shown
            ending = "fail", {"error": {"code": "handler_error", "message": type(error).__name__}, "retryable": True}
        try:
            if ending and job.tell(*ending) == 200:
                say(f"{job.id} {ending[0]}")
        except Failed as refused:
            say(f"{job.id} {ending[0]} was refused: {refused}")
            job.tell("fail", {"error": {"code": "result_refused", "message": str(refused)}, "retryable": False})
        job.ended.set()
        self.job = None

    def _handle(self, job):
        job.check()
        return self.handlers[job.type](job)

    def _interruptibly(self, work, raises=False):
        """SIGTERM breaks this off, and nothing else: a call that reports an outcome is made to its end."""
        try:
            self.interruptible = True
            if self.stopping:
                self._stop()
            return work()
        except Stopped:
            if raises:
                raise
            return 0, {}
        finally:
            self.interruptible = False

    def _stop(self, *_):
        self.stopping = True
        if self.job:
            self.job.reason = self.job.reason or "stopping"
        if self.interruptible:
            raise Stopped()


def waits():
    """0.5, 1, 2, 4… up to 30 seconds, each up to half of it longer."""
    wait = 0.5
    while True:
        yield wait * (1 + random.random() / 2)
        wait = min(wait * 2, 30)


def say(sentence):
    print(f"{time.strftime('%H:%M:%S')} worker: {sentence}", file=sys.stderr, flush=True)


def count_words(job):
    path = pathlib.Path(job.input["path"])
    if not path.exists():
        raise Failed("not_found", f"There is no {path}.", retryable=False)
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    totals = {"files": 0, "lines": 0, "words": 0}
    for file in files:
        lines = words = 0
        with open(file, encoding="utf-8", errors="replace") as text:
            for line in text:
                job.check()
                lines, words = lines + 1, words + len(line.split())
                job.progress(100 * totals["files"] / len(files), f"{file.name}: line {lines}")
        totals = {"files": totals["files"] + 1, "lines": totals["lines"] + lines, "words": totals["words"] + words}
        job.output({"file": file.name, "lines": lines, "words": words})
    return totals


if __name__ == "__main__":
    Worker(
        Service(os.environ["JOBS_URL"], os.environ["JOBS_KEY"]),
        {sys.argv[1] if len(sys.argv) > 1 else "words.count": count_words},
        int(os.environ.get("JOBS_LEASE", "60"))).run()
