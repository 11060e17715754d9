"""The house rules that a program can check: who imports whom, sizes, words."""

import ast
import re
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("topics", "policies", "engines", "workers", "retrain")
ARROWS = {
    "topics": set[str](),
    "policies": {"topics"},
    "engines": set[str](),
    "workers": {"engines", "policies", "topics"},
    "retrain": {"engines", "policies", "topics"},
}
HEAVY = {"torch", "torchvision", "transformers", "trl", "peft", "accelerate", "datasets"}
FILE_LINES, FILE_LINES_MEDIAN = 250, 110
FUNCTION_LINES, FUNCTION_LINES_MEDIAN = 60, 10
PARAMETERS = 5

# Last lines of defence, one a process, and a library that raises nothing narrower. Each says
# beside the `except` why it is broad.
BROAD_EXCEPTS: dict[str, str] = {
    "engines/safeguard/tokenizer.py": "tokenizers raises Exception itself",
    "workers/engine_serve.py": "an engine's process: the upload is told why",
    "workers/media/child.py": "a media process: the worker is told why",
    "workers/settled.py": "the worker: Faust acks what raises, so the upload is answered first",
}
# Who reads the environment beside the commands, which hand it to workers/settings.py, and why.
ENVIRONMENT: dict[str, str] = {
    "workers/settings.py": "the one place for REELGUARD_*",
    "workers/demo/stage.py": "starts a worker with the environment that people gave the demo",
    "workers/engine_serve.py": "sets OMP_NUM_THREADS before the runtime loads",
    "workers/media/gpu_process.py": "hands CUDA's own variables to the process that needs them",
    "workers/broker_java.py": "JAVA_HOME and XDG_CACHE_HOME: where the machine keeps things",
}
# Tests of whole ways and of the tree itself, which mirror no module.
WITHOUT_MODULE = ("tests/live/", "tests/long/", "tests/bench/", "tests/test_")
VAGUE_NAMES = re.compile(r"^(utils?|helpers?|common|manager|base|data|misc)$|_(v\d+|old)$")
WORDS_OF_LATER = re.compile(r"\b(TODO|FIXME|XXX)\b")


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (ROOT / folder).rglob("*.py") if not hidden(path))


def hidden(path: Path) -> bool:
    return any(part[0] in "._" for part in path.relative_to(ROOT).parts[:-1])


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def imported(path: Path, nodes: list[ast.AST]) -> Iterator[str]:
    """Dotted names that the nodes import, relative ones made absolute; both `a` and `a.b`."""
    package = list(path.relative_to(ROOT).parent.parts)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *filter(None, [node.module])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def at_import(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """What runs when the module is imported: not inside functions, not under TYPE_CHECKING."""
    for node in body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            for part in ("body", "orelse", "finalbody"):
                yield from at_import(getattr(node, part, []))


def reached(start: Path) -> set[str]:
    """Everything that importing this module imports, through our own modules."""
    seen, found, waiting = set[Path](), set[str](), [start]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for dotted in imported(path, list(at_import(tree(path).body))):
            found.add(dotted.partition(".")[0])
            place = ROOT / Path(*dotted.split("."))
            waiting += [p for p in (place.with_suffix(".py"), place / "__init__.py") if p.exists()]
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_along_the_arrows_alone(room: str) -> None:
    wrong = [
        f"{name(path)} imports {dotted}"
        for path in modules(room)
        for dotted in imported(path, list(ast.walk(tree(path))))
        if dotted.partition(".")[0] in set(ROOMS) - ARROWS[room] - {room}
    ]
    assert wrong == []


def test_topics_import_themselves_relatively_so_that_the_client_can_carry_them() -> None:
    wrong = [
        name(path)
        for path in modules("topics")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        and node.level == 0
        and (node.module or "").partition(".")[0] == "topics"
    ]
    assert wrong == []


def test_the_worker_reaches_no_torch() -> None:
    heavy = {name(path): reached(path) & HEAVY for path in modules("topics", "policies", "workers")}
    assert {module: found for module, found in heavy.items() if found} == {}


def test_every_folder_opens_with_a_readme() -> None:
    folders = {path.parent for path in modules(*ROOMS)} | {ROOT, ROOT / "tests", ROOT / ".ci"}
    bare = [name(folder) for folder in sorted(folders) if not (folder / "README.md").exists()]
    assert not bare, bare


def test_every_module_says_first_what_it_is() -> None:
    assert [name(p) for p in modules(*ROOMS, "tests") if not ast.get_docstring(tree(p))] == []


def test_files_are_short() -> None:
    sizes = {name(path): len(path.read_text().splitlines()) for path in modules(*ROOMS, "tests")}
    assert {path: size for path, size in sizes.items() if size > FILE_LINES} == {}
    assert statistics.median(sizes.values()) <= FILE_LINES_MEDIAN


def test_functions_are_short() -> None:
    sizes = {f"{name(p)} {f.name}": lines(f) for p in modules(*ROOMS) for f in functions(p)}
    assert {where: size for where, size in sizes.items() if size > FUNCTION_LINES} == {}
    assert statistics.median(sizes.values()) <= FUNCTION_LINES_MEDIAN


def test_functions_take_few_parameters() -> None:
    wide = []
    for path in modules(*ROOMS):
        for function in functions(path):
            given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            own = [argument for argument in given if argument.arg not in ("self", "cls")]
            if len(own) > PARAMETERS and "click" not in ast.unparse(function):
                wide.append(f"{name(path)} {function.name}")
    assert wide == []


def test_broad_excepts_are_known_by_name() -> None:
    broad = []
    for path in modules(*ROOMS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler) and swallows_everything(node):
                broad.append(name(path))
    assert sorted(broad) == sorted(BROAD_EXCEPTS)


def swallows_everything(handler: ast.ExceptHandler) -> bool:
    kinds = ast.unparse(handler.type) if handler.type else "BaseException"
    raises_again = isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None
    return bool(re.search(r"\b(Base)?Exception\b", kinds)) and not raises_again


def test_the_environment_is_read_in_known_places() -> None:
    readers = {
        name(path)
        for path in modules(*ROOMS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Name)
        and ast.unparse(node) in ("os.environ", "os.getenv", "environ", "getenv")
        and not path.stem.endswith("commands")
    }
    assert readers - set(ENVIRONMENT) == set()


def test_nothing_prints() -> None:
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in modules(*ROOMS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
    ]
    assert wrong == []


def test_nothing_is_put_off_in_a_comment() -> None:
    here = Path(__file__)
    later = [p for p in modules(*ROOMS, "tests") if WORDS_OF_LATER.search(p.read_text())]
    assert [name(path) for path in later if path != here] == []


def test_names_say_what_is_inside() -> None:
    assert [name(p) for p in modules(*ROOMS, "tests") if VAGUE_NAMES.search(p.stem)] == []


def test_every_test_file_mirrors_a_module() -> None:
    lonely = []
    for path in modules("tests"):
        mirrored = ROOT / Path(*path.relative_to(ROOT / "tests").parts).with_name(
            path.name.removeprefix("test_")
        )
        known = mirrored.exists() or mirrored.with_suffix("").is_dir()
        if (
            path.name.startswith("test_")
            and not known
            and not name(path).startswith(WITHOUT_MODULE)
        ):
            lonely.append(name(path))
    assert lonely == []
