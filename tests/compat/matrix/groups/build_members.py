"""What only the groups need built: Java members for each version, old ones too, and the JavaScript and Rust clients."""
import shutil

from ..build import HERE, SECONDS, java_clients, once
from ..jobs import run_process

OLD_JAVA = {"2.8.2", "1.1.1", "0.11.0.3"}  # their client's jars are enough


def jars(artefacts, version):
    return artefacts / (f"kafka-clients-{version}" if version in OLD_JAVA else f"kafka-{version}/libs")


def java_members(version):
    folder = HERE / "clients/java/members"
    sources = [*sorted(folder.glob("*.java")), folder / ("before_2_4" if version in {"1.1.1", "0.11.0.3"} else "since_2_4") / "Since.java"]

    def fetch(artefacts):
        shutil.rmtree(jars(artefacts, version), ignore_errors=True)
        run_process(["mvn", "-q", "-B", "-f", folder / "pom.xml", "dependency:copy-dependencies", f"-Dkafka.version={version}",
                     f"-DoutputDirectory={jars(artefacts, version)}"], seconds=SECONDS)

    def build(artefacts):
        name = f"java-members-{version}"
        if version in OLD_JAVA:
            once(artefacts, f"kafka-clients-{version}", [folder / "pom.xml"], [], lambda: fetch(artefacts))
        else:
            java_clients(version)(artefacts)
        once(artefacts, name, sources, [], lambda: run_process(
            ["javac", "-Xlint:all", "-d", artefacts / name, "-cp", f"{jars(artefacts, version)}/*", *sources], seconds=SECONDS))

    return build


def java_command(artefacts, version):
    return ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", f"{artefacts}/java-members-{version}:{jars(artefacts, version)}/*",
            "Members"]


def node_members(artefacts):
    """npm wants a folder of its own, with the manifest in it."""
    manifest, folder = HERE / "clients/node/package.json", artefacts / "node"

    def install():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy(manifest, folder)
        run_process(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"], seconds=SECONDS, folder=folder)

    once(artefacts, "node", [manifest], [], install)


def node_command(artefacts):
    return ["node", HERE / "clients/node/members.js", artefacts / "node/node_modules/kafkajs"]


def rust_members(artefacts):
    """cargo writes beside its manifest, so it gets a copy."""
    source, folder = HERE / "clients/rust", artefacts / "rust"
    program = [source / "Cargo.toml", *sorted((source / "src").glob("*.rs"))]

    def compile_it():
        shutil.copytree(source, folder, dirs_exist_ok=True)
        (folder / "Cargo.lock").unlink(missing_ok=True)
        run_process(["cargo", "build", "--release", "--quiet"], seconds=SECONDS, folder=folder)

    once(artefacts, "rust", program, [run_process(["cargo", "--version"]).stdout], compile_it)
