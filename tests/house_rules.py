"""The house rules as functions: each returns the faults it finds, named with file and line."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLATFORM_APPS = (
    "config", "portal", "curation", "accounts", "notifications", "topics", "references", "policies", "cases",
    "audit", "sealing", "web", "embedded",
)  # fmt: skip
FEATURE_APPS = ("articles", "specialists", "consultations", "messaging", "questions")

FILE_LINES, FUNCTION_LINES, VIEW_LINES, TEMPLATE_LINES = 300, 40, 30, 150
CATEGORIES = {"services", "selectors", "managers", "signals", "mixins", "utils", "helpers", "common"}

Fault = str
Function = ast.FunctionDef | ast.AsyncFunctionDef


def shown(path: Path, line: int = 0) -> str:
    where = str(path.relative_to(ROOT))
    return f"{where}:{line}" if line else where


def python_files(*roots: Path) -> list[Path]:
    found = {path for root in roots for path in root.rglob("*.py")}
    return sorted(path for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts)


def apps() -> list[Path]:
    return [ROOT / "platform" / name for name in PLATFORM_APPS] + [ROOT / name for name in FEATURE_APPS]


def app_files() -> list[Path]:
    return python_files(*apps())


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))


@cache
def text_of(path: Path) -> str:
    # Some fixtures are pages in other encodings on purpose; what is looked for is plain ASCII.
    return path.read_text(errors="replace")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path), filename=str(path))


def functions_of(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def calls_of(node: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call below a node, with its dotted name as written (`timezone.now`)."""
    for found in ast.walk(node):
        if isinstance(found, ast.Call):
            yield found, dotted(found.func)


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def is_view(path: Path) -> bool:
    return path.name == "views.py" or path.parent.name == "views" or path.stem.endswith("_views")


def length(node: Function) -> int:
    """Lines of a function without its docstring, which is prose."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def faults_by_line(files: list[Path], wrong: re.Pattern[str], said: str) -> list[Fault]:
    return [
        f"{shown(path, number)}: {said}: {line.strip()[:80]}"
        for path in files
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if wrong.search(line)
    ]


def long_files() -> list[Fault]:
    """A Python file has at most 300 lines."""
    counted = [(path, len(text_of(path).splitlines())) for path in python_files(*apps(), ROOT / "tests")]
    return [f"{shown(path)}: {lines} lines" for path, lines in counted if lines > FILE_LINES]


def long_functions() -> list[Fault]:
    """A function has at most 40 lines, a view 30."""
    return [
        f"{shown(path, node.lineno)}: {node.name} has {length(node)} lines, of {most} at most"
        for path in app_files()
        for node in functions_of(path)
        for most in [VIEW_LINES if is_view(path) else FUNCTION_LINES]
        if length(node) > most
    ]


def long_templates() -> list[Fault]:
    """A template has at most 150 lines."""
    counted = [(path, len(text_of(path).splitlines())) for path in templates()]
    return [f"{shown(path)}: {lines} lines" for path, lines in counted if lines > TEMPLATE_LINES]


def platform_as_a_package() -> list[Fault]:
    """`platform/` is a source root; as a package it would hide Python's own module of that name."""
    return [shown(path) for path in [ROOT / "platform" / "__init__.py"] if path.exists()]


def category_names() -> list[Fault]:
    """A file is named after its subject, not after a kind of code."""
    paths = [path for app in apps() for path in app.rglob("*")]
    return [shown(path) for path in paths if path.stem in CATEGORIES and "__pycache__" not in path.parts]


def save_overrides() -> list[Fault]:
    """Models hold tables and words; what happens on a change is a rule, not a `save`."""
    return [
        f"{shown(path, node.lineno)}: {node.name}"
        for path in app_files()
        if path.name == "models.py" or path.parent.name == "models"
        for node in functions_of(path)
        if node.name in {"save", "delete", "full_clean"}
    ]


def signal_receivers() -> list[Fault]:
    """Upper effects of lower rules go through the typed lists of DECISIONS, never through signals."""
    wrong = re.compile(r"django\.(db\.models|dispatch)(\.signals)? import .*(post_|pre_|receiver|m2m_changed)")
    return faults_by_line(app_files(), wrong, "a signal")


CLOCKS = {
    "timezone.now", "timezone.localtime", "timezone.localdate", "datetime.now", "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now", "datetime.datetime.utcnow", "date.today", "datetime.date.today", "time.time",
}  # fmt: skip
MAY_READ_CLOCK = {"views.py", "tasks.py", "admin.py", "context.py", "sitemaps.py", "feeds.py"}


def clock_reads() -> list[Fault]:
    """Below a view, a task or a command, `now` is passed in."""
    return [
        f"{shown(path, call.lineno)}: {name}()"
        for path in app_files()
        if not (path.name in MAY_READ_CLOCK or is_view(path) or {"commands", "embedded"} & set(path.parts))
        and path != ROOT / "platform" / "web" / "clock.py"
        for call, name in calls_of(tree_of(path))
        if name in CLOCKS
    ]


WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete"}


def writing_forms() -> list[Fault]:
    """A form turns a POST into clean values; writing is the rule's part."""
    return [
        f"{shown(path, call.lineno)}: {name or '…'}.{call.func.attr}()"
        for path in app_files()
        if path.name == "forms.py" or path.parent.name == "forms"
        for call, name in calls_of(tree_of(path))
        if isinstance(call.func, ast.Attribute)
        and (call.func.attr in WRITES or (call.func.attr == "update" and ".objects." in name))
    ]


def eager_tasks() -> list[Fault]:
    """A task is queued after the row it is about was committed."""
    faults = []
    for path in app_files():
        committed = {
            id(inner)
            for call, name in calls_of(tree_of(path))
            if name.endswith("on_commit")
            for inner in ast.walk(call)
        }
        faults += [
            f"{shown(path, call.lineno)}: {name}() outside on_commit"
            for call, name in calls_of(tree_of(path))
            if name.endswith((".delay", ".apply_async")) and id(call) not in committed
        ]
    return faults


def inline_code() -> list[Fault]:
    """The content security policy forbids inline script, style and handlers; mails know no other style."""
    wrong = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>|<style[\s>]|\sstyle=[\"']|\son[a-z]+=[\"']|javascript:", re.I)
    return [
        f"{shown(path, number)}: inline: {line.strip()[:80]}"
        for path in templates()
        if "emails" not in path.relative_to(ROOT / "templates").parts
        for number, line in enumerate(text_of(path).splitlines(), 1)
        # A template tag's own arguments are no attributes, and data for machines is no script.
        if wrong.search(re.sub(r"{%.*?%}|{{.*?}}", "", line)) and 'type="application/ld+json"' not in line
    ]


def places_of_one_machine() -> list[Fault]:
    """Neither a registry's host nor a folder of somebody's machine stands in the tree."""
    hosts = ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "deb." + "debian.org"]
    folders = ["/" + name + "/" for name in ("work", "root", "tmp", "Users")] + [r"/home/\w+/"]
    wrong = re.compile("|".join([*(re.escape(host) for host in hosts), *(rf"(?<![\w.}})]){one}" for one in folders)]))
    kinds = {".py", ".html", ".txt", ".toml", ".md", ".css", ".js", ".yml", ".cfg", ".ini", ".sh", ""}
    return faults_by_line([path for path in tracked() if path.suffix in kinds], wrong, "a place")


def tracked() -> list[Path]:
    """Our own text files: everything but what tools make."""
    tops = [path for path in ROOT.iterdir() if path.name == ".ci" or not path.name.startswith(".")]
    found = [path for top in tops for path in ([top] if top.is_file() else top.rglob("*"))]
    return [
        path
        for path in found
        if path.is_file() and "__pycache__" not in path.parts and not any("egg-info" in p for p in path.parts)
    ]


def unfinished_work() -> list[Fault]:
    """Nothing is left for later in the code."""
    marks = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK", "NotImplemented" + "Error"]
    wrong = re.compile(rf"\b({'|'.join(marks)})\b")
    kinds = {".py", ".html", ".css", ".js"}
    return faults_by_line([path for path in tracked() if path.suffix in kinds], wrong, "unfinished")


NAMED = re.compile(r"[\"']([\w./-]+\.(?:html|txt))[\"']")
# Found by the names that Django, allauth, crispy forms and the mails build themselves.
BUILT_NAMES = re.compile(r"^(account|allauth|usersessions|mfa|socialaccount|admin|bootstrap5|emails)/|^\d{3}\w*\.html$")


def unused_templates() -> list[Fault]:
    """Every template is named by a view, a rule of its app, or another template."""
    named = {name for path in [*app_files(), *templates()] for name in NAMED.findall(text_of(path))}
    names = [str(path.relative_to(ROOT / "templates")) for path in templates()]
    return [f"templates/{name}" for name in names if name not in named and not BUILT_NAMES.match(name)]


def missing_templates() -> list[Fault]:
    """A template that is named exists, here or in a package."""
    wanted = re.compile(
        r"(?:extends|include|render|render_to_string|get_template|template_name)\b[^\n]*?" + NAMED.pattern
    )
    packages = ROOT / ".venv" / "lib"
    return [
        f"{shown(path, number)}: {name}"
        for path in [*app_files(), *templates()]
        for number, line in enumerate(text_of(path).splitlines(), 1)
        for name in wanted.findall(line)
        if not (ROOT / "templates" / name).exists()
        and not any(packages.glob(f"python*/site-packages/*/templates/{name}"))
        and not any(packages.glob(f"python*/site-packages/*/*/templates/{name}"))
        and not any(packages.glob(f"python*/site-packages/*/*/*/templates/{name}"))
    ]


RULES: list[Callable[[], list[Fault]]] = [
    long_files, long_functions, long_templates, platform_as_a_package, category_names, save_overrides,
    signal_receivers, clock_reads, writing_forms, eager_tasks, inline_code, places_of_one_machine,
    unfinished_work, unused_templates, missing_templates,
]  # fmt: skip
