"""Keeps what ./scripts/gpu-check measured: DEVICE-DATE.json in the folder of results, a Markdown
table made from it, and the folder's README.md, which lists all.

  results.py DIRECTORY [--to bench/results] [--fact KEY=VALUE]... [--check NAME=RESULT]...

DIRECTORY holds what table.py reads. Facts: device, driver, toolkit, commit and their like.
"""
import argparse
import datetime
import json
import pathlib
import re

import table

HERE = pathlib.Path(__file__).resolve().parent
NOTHING_YET = "No GPU has been measured yet."
INTRODUCTION = """# Measurements on GPUs

Written by `./scripts/gpu-check`, which builds, tests and measures on the GPU of a machine; not by
hand. How to read a table: [docs/performance.md](../../docs/performance.md). Data that fits into the
cache of a GPU is timed there, for tubal and its peers alike.

"""


def pair(text):
    key, value = text.split("=", 1)
    return key, value


def slug(text):
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")


def document(results):
    facts = results["facts"]
    yield f"# {facts.get('device', 'unknown device')}, {results['date']}"
    yield ""
    yield from table.table(["check", "result"], results["checks"].items())
    yield ""
    yield from table.table(["fact", "value"], facts.items())
    yield ""
    yield from table.markdown(results)
    yield from table.savings_section(results)


def overview(folder):
    """README.md of the folder, the newest first."""
    measured = []
    for path in folder.glob("*.json"):
        with open(path) as file:
            results = json.load(file)
        facts = results["facts"]
        measured.append((results["date"], facts.get("device", ""), facts.get("commit", ""),
                         f"[table]({path.stem}.md), [data]({path.name})"))
    if not measured:
        return INTRODUCTION + NOTHING_YET + "\n"
    lines = table.table(["measured", "device", "commit", "what"], sorted(measured, reverse=True))
    return INTRODUCTION + "\n".join(lines) + "\n"


def keep(results, folder):
    name = f"{slug(results['facts'].get('device', 'unknown'))}-{results['date']}"
    with open(folder / f"{name}.json", "w") as out:
        json.dump(results, out, indent=1)
        out.write("\n")
    with open(folder / f"{name}.json") as file:  # the table is made from what is kept
        lines = document(json.load(file))
        (folder / f"{name}.md").write_text("\n".join(lines) + "\n")
    (folder / "README.md").write_text(overview(folder))
    return folder / f"{name}.md"


def stale_lines(root, path):
    """The lines that still say that nothing has been measured."""
    for number, line in enumerate((root / path).read_text().splitlines(), 1):
        if NOTHING_YET.rstrip(".").lower() in line.lower():
            yield f"{path}:{number}: {line}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory")
    parser.add_argument("--to", type=pathlib.Path, default=HERE / "results")
    parser.add_argument("--fact", type=pair, action="append", default=[])
    parser.add_argument("--check", type=pair, action="append", default=[])
    options = parser.parse_args()
    results = {"date": datetime.date.today().isoformat(), "facts": dict(options.fact),
               "checks": dict(options.check), **table.merged(options.directory)}
    print(f"Wrote {keep(results, options.to)}")
    for line in stale_lines(HERE.parent, "README.md"):
        print(f"Now wrong: {line}")


if __name__ == "__main__":
    main()
