"""Who may include whom: floors see what they declare, plugins see the SDK (and the formats), nobody climbs by a path."""

import re

from cpp_text import without_comments
from repository import CPP, is_test
from violation import Violation

FORMATS = ("base", "wire", "record")
# Ids of plugins that mean nothing else: the kernel gets them from the deployment, never from its own text.
PLUGIN_IDS = ("segment", "kraft", "internal_topic", "mysql", "redis")
MAY_NAME = {
    "kernel/config/fields.cc": "what a deployment means when it says nothing",
    "kernel/wire/printer.cc": "how Kafka's field names are written, KRaft among them",
}


def floors(repository):
    """Floor -> the floors that it declares."""
    declared = {}
    for path in repository.ending("CMakeLists.txt", below="kernel/"):
        match = re.search(r"kernel_floor\(\s*(\w+)\s+([^)]*)\)", repository.text(path))
        if match:
            allows = re.search(r"ALLOWS\s+((?:[a-z_]+\s*)*)", match[2])
            declared[match[1]] = set(allows[1].split()) if allows else set()
    return declared


def _floor_of(include):
    parts = include.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "kernel" else None


def no_climbing(repository):
    for path in repository.ending(*CPP):
        for line, _, what in repository.includes(path):
            if "../" in what:
                yield Violation(path, line, "include-path", f'"{what}" climbs; name the file from an include root')


def floors_see_what_they_declare(repository):
    declared = floors(repository)
    for path in repository.ending(*CPP, below="kernel/"):
        own = path.split("/")[1]
        for line, _, what in repository.includes(path):
            floor = _floor_of(what)
            if floor and floor != own and floor not in declared.get(own, set()):
                yield Violation(path, line, "floor", f"kernel/{own} does not declare {floor} under ALLOWS, and includes {what}")
            if what.startswith(("plugins/", "tests/", "tools/")):
                yield Violation(path, line, "floor", f"the kernel stands below {what}")


def plugins_see_the_sdk(repository):
    speaks_formats = {path.rsplit("/", 1)[0] for path in repository.ending("CMakeLists.txt", below="plugins/")
                      if re.search(r"\bFORMATS\b", repository.text(path))}
    for path in repository.ending(*CPP, below="plugins/"):
        for line, _, what in repository.includes(path):
            floor = _floor_of(what)
            if floor is None or is_test(path):  # a test may judge with any floor what the plugin wrote
                continue
            if path.rsplit("/", 1)[0] not in speaks_formats:
                yield Violation(path, line, "plugin-include", f"{what}: a plugin sees the SDK; one that speaks Kafka's formats says FORMATS in its CMakeLists.txt")
            elif floor not in FORMATS:
                yield Violation(path, line, "plugin-include", f"{what}: of the kernel a plugin sees only {', '.join(FORMATS)}")


def the_sdk_stands_alone(repository):
    for path in repository.ending(".h", below="sdk/include/"):
        for line, quoted, what in repository.includes(path):
            if quoted or ("/" in what and not what.startswith("barnabas/sdk/")):
                yield Violation(path, line, "sdk-include", f"{what}: the SDK includes itself and the standard library only")


def the_kernel_names_no_plugin(repository):
    literal = re.compile(r'"(' + "|".join(PLUGIN_IDS) + r')"')
    for path in repository.ending(*CPP, below="kernel/"):
        if is_test(path) or path in MAY_NAME:
            continue
        for number, line in enumerate(without_comments(repository.text(path), keep_strings=True).splitlines(), 1):
            match = literal.search(line)
            if match:
                yield Violation(path, number, "plugin-name", f"the kernel names the plugin {match[0]}; that is the deployment's to say")


RULES = (no_climbing, floors_see_what_they_declare, plugins_see_the_sdk, the_sdk_stands_alone, the_kernel_names_no_plugin)
