"""Nothing lies around: every header is included by someone, every source is in a target."""

import json
import re

from repository import CPP
from violation import Violation

TEMPLATES = ("sdk/template/",)  # copied into new projects, not built here


def headers(repository):
    included = {what.replace("../", "") for path in repository.ending(*CPP, ".c") for _, _, what in repository.includes(path)}
    # Headers that only the templates or the build files name are in use too.
    named = "\n".join(repository.text(path) for path in repository.ending("CMakeLists.txt", ".cmake", ".map"))
    for path in repository.ending(".h"):
        name = path.rsplit("/", 1)[-1]
        if path.startswith(TEMPLATES) or name in named:
            continue
        if not any(path == what or path.endswith("/" + what) for what in included):
            yield Violation(path, 1, "dead", "no file includes this header")


def sources(repository, compiled=None):
    """`compiled`: the sources of the build directory's compile_commands.json."""
    for path in repository.ending(".cc"):
        if path.startswith(TEMPLATES) or (compiled is not None and path in compiled):
            continue
        name = path.rsplit("/", 1)[-1]
        folder = path.rsplit("/", 1)[0] if "/" in path else ""
        # Listed where another preset builds it (fuzzers, optional plugins), or, without a build directory, globbed by a floor.
        near = [p for p in repository.ending("CMakeLists.txt", ".cmake") if (folder + "/").startswith(p.rsplit("/", 1)[0] + "/")]
        text = "\n".join(repository.text(p) for p in near)
        stem = re.escape(name.removesuffix(".cc"))
        listed = re.search(r"(?<!\w)" + stem + r"(?:\.cc)?(?!\w)", text)
        globbed = compiled is None and ("*.cc" in text or "kernel_floor(" in text)
        if not listed and not globbed:
            yield Violation(path, 1, "dead", "no target builds this file")


def compiled_sources(repository, build_directory):
    with open(f"{build_directory}/compile_commands.json", encoding="utf-8") as file:
        root = str(repository.root.resolve()) + "/"
        return {entry["file"].removeprefix(root) for entry in json.load(file)}


RULES = (headers,)
