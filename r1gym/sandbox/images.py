"""Builds the images of the ``docker`` backend.

Two ways to the base: an image of a registry (``debian:bookworm-slim``, or the one named), whose
packages the engine installs; or, with no registry in reach, Debian's own ``debootstrap``, run as
root on this machine. Either way the runner is put on top and its hash on a label.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from r1gym.core.errors import UnknownNameError
from r1gym.sandbox.boot import RUNNER
from r1gym.sandbox.errors import SandboxError
from r1gym.sandbox.runner.languages import LANGUAGES

IMAGE = "r1gym-sandbox:latest"
RUNNER_LABEL = "r1gym.sandbox.runner"
BASE = "debian:bookworm-slim"
IMAGE_FOLDER = "/opt/r1gym"  # where the runner lies in it


def runner_hash() -> str:
    """Returns a hash of the runner's sources."""
    digest = hashlib.sha256()
    for path in sorted(RUNNER.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def build(
    image: str = IMAGE,
    languages: tuple[str, ...] = tuple(LANGUAGES),
    base: str = BASE,
    mirror: str = "",
) -> str:
    """Builds an image for the docker backend and returns its name.

    Args:
        image: The name to give it.
        languages: Which languages it can run; Python is always there, for the runner.
        base: A Debian image to start from, or ``debootstrap`` to make one here.
        mirror: For ``debootstrap``, where Debian's packages are; empty for where this machine, if
            it is a Debian, has its own from, else debootstrap's default.

    Raises:
        UnknownNameError: If there is no such language.
        SandboxError: If the engine, the registry or debootstrap fails.
    """
    for name in languages:
        if name not in LANGUAGES:
            raise UnknownNameError("language", name, LANGUAGES)
    wanted = {"python", *languages}
    packages = [p for name, made in LANGUAGES.items() if name in wanted for p in made.packages]
    install = ""
    if base == "debootstrap":
        base = f"{image.replace(':', '-')}-base:latest"
        _bootstrap(base, packages, mirror)
    else:
        install = (
            "RUN apt-get update && apt-get install -y --no-install-recommends "
            f"{' '.join(packages)} && rm -rf /var/lib/apt/lists/*\n"
        )
    text = (
        f"FROM {base}\n{install}COPY runner {IMAGE_FOLDER}/runner\n"
        f'LABEL {RUNNER_LABEL}="{runner_hash()}"\nUSER 65534:65534\n'
    )
    _docker(["build", "--quiet", "--tag", image, "-"], _context(text))
    return image


def _bootstrap(name: str, packages: list[str], mirror: str) -> None:
    if not shutil.which("debootstrap"):
        raise SandboxError("debootstrap is not installed: apt-get install debootstrap.")
    with tempfile.TemporaryDirectory(prefix="r1gym-image-") as folder:
        command = ["debootstrap", "--variant=minbase", f"--include={','.join(packages)}"]
        mirror = mirror or own_mirror(Path("/etc"))
        done = subprocess.run(
            [*command, "bookworm", folder, *([mirror] if mirror else [])],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SandboxError(f"debootstrap failed: {_last_line(done.stdout + done.stderr)}")
        for waste in ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc"):
            shutil.rmtree(Path(folder, waste), ignore_errors=True)
        with subprocess.Popen(["tar", "-C", folder, "-c", "."], stdout=subprocess.PIPE) as tar:
            done = subprocess.run(
                ["docker", "import", "-", name], stdin=tar.stdout, capture_output=True, text=True
            )
        if done.returncode or tar.returncode:
            raise SandboxError(f"docker import failed: {_last_line(done.stderr)}")


def own_mirror(etc: Path) -> str:
    """Returns where a Debian machine has its packages from, empty if that is not told in `etc`."""
    release = etc / "os-release"
    if not release.exists() or "ID=debian\n" not in release.read_text():
        return ""
    sources = [etc / "apt/sources.list", *sorted((etc / "apt/sources.list.d").glob("*"))]
    lines = [line for path in sources if path.is_file() for line in path.read_text().splitlines()]
    for line in lines:
        words = line.split()
        if words[:1] in (["deb"], ["URIs:"]):
            return next((word for word in words if "://" in word and "security" not in word), "")
    return ""


def _context(dockerfile: str) -> bytes:
    """Returns what `docker build` reads: the Dockerfile and the runner."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        info = tarfile.TarInfo("Dockerfile")
        info.size = len(dockerfile)
        tar.addfile(info, io.BytesIO(dockerfile.encode()))
        for path in sorted(RUNNER.glob("*.py")):
            tar.add(path, f"runner/{path.name}")
    return buffer.getvalue()


def _docker(arguments: list[str], data: bytes) -> None:
    try:
        done = subprocess.run(["docker", *arguments], input=data, capture_output=True)
    except FileNotFoundError:
        raise SandboxError("The docker command is not installed.") from None
    if done.returncode:
        raise SandboxError(f"docker {arguments[0]}: {_last_line(done.stderr.decode())}")


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no output"
