"""C++ as far as a tidy rule needs it: text without comments and literals, and where function bodies begin and end."""

import re

_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
_NOT_A_FUNCTION = re.compile(r"^\s*(?:template\s*<[^{]*>\s*)?(?:namespace|class|struct|union|enum|extern|concept|using|typedef)\b")
_PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.MULTILINE)


def _blank(text):
    return "".join("\n" if c == "\n" else " " for c in text)


def without_comments(text, keep_strings=False):
    def replace(match):
        token = match[0]
        if token.startswith("/"):
            return _blank(token)
        return token if keep_strings else '"' + _blank(token[1:-1]) + '"'
    return _TOKEN.sub(replace, text)


def functions(text):
    """(first line, number of lines, head) of every function body that is in no other one."""
    code = _PREPROCESSOR.sub(lambda m: _blank(m[0]), without_comments(text))
    found = []
    stack = []  # for each open brace: the offset where its function's head begins, or None
    head_begin = 0
    parentheses = 0
    for offset, c in enumerate(code):
        if c in "()":
            parentheses += 1 if c == "(" else -1
        elif c == "{":
            head = code[head_begin:offset]
            inside = any(entry is not None for entry in stack) or parentheses > 0
            stack.append(head_begin + len(head) - len(head.lstrip()) if not inside and _is_function(head) else None)
            if not inside and parentheses == 0 and not _is_member_init(head):
                head_begin = offset + 1
        elif c == "}":
            begin = stack.pop() if stack else None
            if begin is not None:
                first = code.count("\n", 0, begin) + 1
                found.append((first, code.count("\n", 0, offset) + 2 - first, " ".join(code[begin:begin + 200].split("{")[0].split())))
            if parentheses == 0 and not _continues(code, offset):
                head_begin = offset + 1
        elif c == ";" and parentheses == 0:
            head_begin = offset + 1
    return found


def _is_function(head):
    if ")" not in head or _NOT_A_FUNCTION.match(head) or re.search(r"\bnamespace\b[^()]*$", head):
        return False
    before = head[:head.rindex(")")]
    return not re.search(r"[^=!<>]=\s*[^=]*$", before.split("(")[0]) and not _is_member_init(head)


def _is_member_init(head):
    """A constructor's `: member{` is no body yet."""
    return re.search(r"\)\s*(?:noexcept\s*)?:[^:].*[\w>]\s*$", head, re.DOTALL) is not None


def _continues(code, offset):
    """A closed brace of a member initialiser is followed by a comma or by the body."""
    rest = code[offset + 1:offset + 80].lstrip()
    return rest.startswith((",", "{"))
