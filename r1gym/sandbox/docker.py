"""The ``docker`` backend: warm containers of the real engine, with the same runner inside.

A worker is a container that stays: no network, a read-only root, no capabilities, no way to new
privileges, an ordinary user, limits on processes, memory and processors. The runner in it makes the
same namespaces for each job as on the host, so a job costs milliseconds and no container start. For
that the engine's own filter, which forbids namespaces, is replaced by one that forbids what the
runner's base filter does, and ``/proc`` is left whole; jobs see neither.

Caller and runner talk over a socket in a folder that is mounted into the container, so no byte
passes through the daemon. When the caller's process dies the socket closes, the runner ends, and
the engine removes the container; what a crash of the engine leaves behind, the next start reaps.

Left out: remote engines, which share no folder with this machine.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

from r1gym.core.checks import check_number, check_whole
from r1gym.core.extras import install
from r1gym.sandbox import boot
from r1gym.sandbox.errors import SandboxError
from r1gym.sandbox.images import IMAGE, IMAGE_FOLDER, RUNNER_LABEL, runner_hash
from r1gym.sandbox.runner import seccomp

LABEL = "r1gym.sandbox.owner"
_FOLDER = "/run/r1gym"
_PREFIX = "r1gym-docker-"
_TIMEOUT = 60.0
_numbers = itertools.count()


class DockerWorker:
    """A container, and the channel to its runner."""

    def __init__(self, client: Any, container: str, channel: socket.socket) -> None:
        self.channel = channel
        self._client = client
        self._container = container

    def close(self) -> None:
        """Removes the container with all that runs in it."""
        self.channel.close()
        with contextlib.suppress(Exception):  # it may be gone, or the daemon may
            self._client.remove_container(self._container, force=True)


class DockerBackend:
    """Starts containers.

    Args:
        image: The image; built by ``r1gym sandbox build``.
        runtime: The engine's runtime, for example ``runsc`` for gVisor; None for its default.
        memory_mb: The memory of a container, and so the most that a submission can be allowed.
        cpus: The processors that a container may use.

    Raises:
        SandboxError: If the engine does not answer or the image is not there.
    """

    name = "docker"

    def __init__(
        self,
        image: str = IMAGE,
        runtime: str | None = None,
        memory_mb: int = 4096,
        cpus: float = 2.0,
    ) -> None:
        check_number("docker: cpus", cpus, above=0)
        self.memory_mb: int | None = check_whole("docker: memory_mb", memory_mb, least=64)
        self._image, self._runtime, self._cpus = image, runtime, cpus
        self._client = _connect()
        self._security = ["no-new-privileges", f"seccomp={_profile()}"]
        try:
            self._check_image()
            if any("apparmor" in option for option in self._client.info()["SecurityOptions"]):
                self._security.append("apparmor=unconfined")  # its default forbids mounts
            reap(self._client)
        except BaseException:
            self._client.close()
            raise
        self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        self._folder.chmod(0o711)

    def start(self) -> DockerWorker:
        """Returns a new container whose runner has called back."""
        path = self._folder / f"{next(_numbers)}.sock"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.settimeout(_TIMEOUT)
            listener.bind(str(path))
            path.chmod(0o666)
            listener.listen(1)
            try:
                container = self._run(path.name)
                try:
                    channel, _ = listener.accept()
                except OSError:
                    with contextlib.suppress(Exception):
                        self._client.remove_container(container, force=True)
                    raise
            finally:
                path.unlink(missing_ok=True)
        return DockerWorker(self._client, container, channel)

    def close(self) -> None:
        """Removes the folder of the sockets, and closes the connection to the daemon."""
        shutil.rmtree(self._folder, ignore_errors=True)
        with contextlib.suppress(Exception):
            self._client.close()

    def _check_image(self) -> None:
        from docker.errors import ImageNotFound  # type: ignore[import-untyped]

        try:
            labels = self._client.inspect_image(self._image)["Config"]["Labels"] or {}
        except ImageNotFound:
            raise SandboxError(
                f"Docker has no image {self._image}; build it with `r1gym sandbox build`."
            ) from None
        if labels.get(RUNNER_LABEL) != runner_hash():
            raise SandboxError(
                f"The image {self._image} holds another version's runner; "
                "build it again with `r1gym sandbox build`."
            )

    def _run(self, name: str) -> str:
        """Starts a container and returns its id."""
        from docker.errors import DockerException

        memory = f"{self.memory_mb}m"
        limits = {
            "mem_limit": memory,
            "memswap_limit": memory,
            "pids_limit": 1024,
            "nano_cpus": int(self._cpus * 1e9),
        }
        try:
            host = self._client.create_host_config(
                network_mode="none",
                read_only=True,
                cap_drop=["ALL"],
                security_opt=self._security,
                binds={str(self._folder): {"bind": _FOLDER, "mode": "ro"}},
                runtime=self._runtime,
                auto_remove=True,
                **limits,
            )
            # A job's own /proc can be mounted only where none of the container's is covered.
            host["MaskedPaths"], host["ReadonlyPaths"] = [], []
            config = {"name": f"r1gym-{os.getpid()}-{name}", "socket": f"{_FOLDER}/{name}"}
            made = self._client.create_container(
                self._image,
                boot.command(boot.source(config, IMAGE_FOLDER), "python3"),
                user="65534:65534",
                environment={"PYTHONHASHSEED": "0"},
                labels={LABEL: owner()},
                host_config=host,
            )
            self._client.start(made["Id"])
        except DockerException as error:
            raise OSError(f"docker: {error}") from None
        return str(made["Id"])


def owner() -> str:
    """Returns what marks a container as this process's: its id, and when it and the host began."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{os.getpid()}:{fields[19]}:{boot}"


def reap(client: Any) -> int:
    """Removes containers whose owner is gone, and returns how many there were."""
    found = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if not Path("/proc", folder.name.removeprefix(_PREFIX).split("-")[0]).exists():
            shutil.rmtree(folder, ignore_errors=True)
    for container in client.containers(all=True, filters={"label": LABEL}):
        pid, started, boot = container["Labels"][LABEL].split(":")
        with contextlib.suppress(OSError):
            fields = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()
            here = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            if fields[19] == started and here == boot:
                continue
        with contextlib.suppress(Exception):  # another process may reap it at the same time
            client.remove_container(container["Id"], force=True)
            found += 1
    return found


def _connect() -> Any:
    """Returns a client of the engine that the environment names."""
    try:
        import docker  # type: ignore[import-untyped]
        from docker.errors import DockerException
    except ImportError:
        raise SandboxError(
            f"The docker sandbox needs the docker package: {install('docker')}."
        ) from None
    try:
        client = docker.from_env(timeout=int(_TIMEOUT)).api
        client.ping()
    except (DockerException, OSError) as error:
        raise SandboxError(f"Docker's daemon does not answer: {error}") from None
    return client


def _profile() -> str:
    """Returns the engine's filter: what the runner's own refuses, but for its one connection."""
    refused = sorted(set(seccomp.BASE) - {"socket", "connect"})
    rules = [{"names": refused, "action": "SCMP_ACT_ERRNO"}]
    return json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules})
