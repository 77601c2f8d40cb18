"""Everything that is compiled or fetched once, under build/compat; built again when what it is made of changes."""
import hashlib
import re
import shutil
import sys
from pathlib import Path

from .jobs import run_process

HERE = Path(__file__).resolve().parent.parent
SECONDS = 900  # a first fetch over a slow line


def venv_python(artefacts):
    return artefacts / "venv/bin/python"


def java(artefacts, version, main_class):
    jars = artefacts / f"kafka-{version}"
    return ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m", f"-Dlog4j.configuration=file:{jars}/log4j.properties",
            f"-Dlog4j2.configurationFile={jars}/log4j2.properties", "-cp", f"{artefacts}/java-{version}:{jars}/libs/*", main_class]


def once(artefacts, name, sources, salt, work):
    """Makes `artefacts/name` by `work`, unless it is there, made of the same sources and salt."""
    content = hashlib.sha256("\0".join(map(str, salt)).encode())
    for source in sources:
        content.update(source.read_bytes())
    stamp = artefacts / f"{name}.stamp"
    if (artefacts / name).exists() and stamp.exists() and stamp.read_text() == content.hexdigest():
        return
    stamp.unlink(missing_ok=True)
    work()
    stamp.write_text(content.hexdigest())


def kcat(artefacts):
    run_process(["kcat", "-V"])


def python_clients(artefacts):
    wanted = HERE / "clients/python/requirements.txt"

    def install():
        run_process([sys.executable, "-m", "venv", "--clear", artefacts / "venv"], seconds=SECONDS)
        run_process([venv_python(artefacts), "-m", "pip", "install", "--quiet", "--requirement", wanted], seconds=SECONDS)

    once(artefacts, "venv", [wanted], [sys.version, artefacts], install)


def c_client(artefacts):
    folder = HERE / "clients/c"
    sources = sorted(folder.glob("*.c"))

    def compile_it():
        run_process(["cc", "-std=gnu11", "-O2", "-pthread", "-Wall", "-Wextra", "-o", artefacts / "compat-c", *sources, "-lrdkafka", "-lz"], seconds=SECONDS)

    once(artefacts, "compat-c", sorted(folder.iterdir()), [], compile_it)


def go_is_new():
    number = re.search(r"go1\.(\d+)", run_process(["go", "version"]).stdout.decode())
    return number is None or int(number[1]) >= 26


def go_clients(artefacts):
    """The newest clients need Go 1.26; Debian 12's Go 1.19 builds the ones that go_1_19.mod names."""
    folder = HERE / "clients/go"
    toolchain = run_process(["go", "version"]).stdout.decode()
    modfile = "go.mod" if go_is_new() else "go_1_19.mod"

    def compile_it():
        run_process(["go", "build", "-buildvcs=false", f"-modfile={modfile}", "-o", artefacts / "compat-go", "."], seconds=SECONDS, folder=folder)

    once(artefacts, "compat-go", sorted(folder.iterdir()), [toolchain], compile_it)


def java_clients(version):
    folder = HERE / "clients/java"
    peer = HERE / "kafka/kafka"

    def build(artefacts):
        def fetch():
            shutil.rmtree(artefacts / f"kafka-{version}", ignore_errors=True)
            run_process([peer, "-v", version, "fetch"], seconds=SECONDS)

        def compile_it():
            run_process(["javac", "-Xlint:all", "-d", artefacts / f"java-{version}", "-cp", f"{artefacts}/kafka-{version}/libs/*", *sources], seconds=SECONDS)

        sources = sorted(folder.glob("*.java"))
        once(artefacts, f"kafka-{version}", [HERE / "kafka/pom.xml"], [], fetch)
        once(artefacts, f"java-{version}", sources, [], compile_it)

    return build
