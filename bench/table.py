"""Joins the results of one run of the benchmarks into a Markdown table on standard output.

  table.py DIRECTORY    holds tubal_*.json (Google Benchmark) and peer_*.json (peers/rows.py)
"""
import json
import pathlib
import re
import sys

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}


def load(directory, pattern):
    for path in sorted(pathlib.Path(directory).glob(pattern)):
        with open(path) as file:
            yield json.load(file)


def row_and_way(run_name):
    """"step n=1, graph/manual_time" -> "step n=1", "tubal, graph" """
    name = re.sub("/(real|manual)_time$", "", run_name)
    row = name.removesuffix(", graph")
    return row, "tubal" if row == name else "tubal, graph"


def add_tubal(rows, result):
    for entry in result["benchmarks"]:
        name, by = row_and_way(entry["run_name"])
        row = rows.setdefault(name, {"name": name, "times": {}})
        time = row["times"].setdefault(by, {})
        if entry.get("aggregate_name") == "median":
            row |= {key: entry.get(key, 0.0) for key in ("flops", "bytes", "error", "steps")}
            time["seconds"] = entry["real_time"] * UNITS[entry["time_unit"]]
        elif entry.get("aggregate_name") == "cv":
            time["noise"] = entry["real_time"]


def merged(directory):
    """{"context": what computed, "peers": the same of the peers, "peaks": rows, "rows": rows} with
    rows {"name", "flops", "bytes", "error", "steps", "times": {who: {"seconds", "noise"}}}."""
    rows, context, peers = {}, {}, {}
    for result in load(directory, "tubal_*.json"):
        context |= result["context"]
        add_tubal(rows, result)
    for result in load(directory, "peer_*.json"):
        peers |= result["context"]
        for row in result["rows"]:
            if row["name"] in rows:
                rows[row["name"]]["times"][row["by"]] = {key: row[key]
                                                         for key in ("seconds", "noise")}
    # a row that was found wrong has no time
    rows = [row for row in rows.values() if row["times"].get("tubal", {}).get("seconds")]
    peaks = [row for row in rows if row["name"].startswith("peak ")]
    return {"context": context, "peers": peers, "peaks": peaks,
            "rows": [row for row in rows if row not in peaks]}


def fastest(row, tubal):
    times = [time["seconds"] for by, time in row["times"].items()
             if by.startswith("tubal") == tubal and "seconds" in time]
    return min(times) if times else None


def rate(row):
    """Work per second of a row that has one kind of it."""
    return max(row["flops"], row["bytes"]) / fastest(row, True)


def duration(seconds):
    for unit, scale in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def table(header, lines, column="---"):
    """`column`: how those after the first are aligned."""
    yield "| " + " | ".join(header) + " |"
    yield "|---|" + f"{column}|" * (len(header) - 1)
    for line in lines:
        yield "| " + " | ".join(line) + " |"


def described(results):
    hidden = ("date", "executable", "host_name", "library_build_type", "json_schema_version",
              "library_version")
    for key, value in results["context"].items():
        if isinstance(value, str) and key not in hidden:
            yield key, value
    for key, value in results["peers"].items():
        yield f"peer: {key}", value
    for steps in sorted({row["steps"] for row in results["rows"] if row["steps"]}):
        yield "steps of a recovery", f"{steps:.0f}"
    for row in results["peaks"]:
        unit = "GFlop/s" if row["flops"] else "GB/s"
        yield f"measured {row['name'].replace(' ', ', ')}", f"{rate(row) * 1e-9:.3g} {unit}"


def cells(row, ways, peaks):
    def time(by):
        found = row["times"].get(by)
        return [duration(found["seconds"]), f"{found['noise']:.1%}"] if found else ["", ""]

    own, other = fastest(row, True), fastest(row, False)
    floor = (max(row["flops"] / peaks["peak dgemm"], row["bytes"] / peaks["peak read"])
             if {"peak dgemm", "peak read"} <= peaks.keys() else None)
    yield row["name"]
    for by in (by for by in ways if by.startswith("tubal")):
        yield from time(by)
    yield f"{row['flops'] / own * 1e-9:.3g}"
    yield f"{row['bytes'] / own * 1e-9:.3g}"
    yield f"{floor / own:.0%}" if floor else ""
    yield f"{row['error']:.1e}"
    for by in (by for by in ways if not by.startswith("tubal")):
        yield from time(by)
    yield f"{other / own:.2f}" if other else ""


def markdown(results):
    """The lines of the tables: what computed, then the rows. `ratio`: the fastest peer's time over
    the fastest of tubal's, of which the rates are, too."""
    ways = sorted({by for row in results["rows"] for by in row["times"]},
                  key=lambda by: (not by.startswith("tubal"), by))
    own = [by for by in ways if by.startswith("tubal")]
    peaks = {row["name"]: rate(row) for row in results["peaks"]}

    def with_noise(names):
        return [column for name in names for column in (name, "noise")]
    yield from table(["where", "what"], described(results))
    yield ""
    yield from table(["row", *with_noise(own), "GFlop/s", "GB/s", "of peak", "error",
                      *with_noise(ways[len(own):]), "ratio"],
                     (cells(row, ways, peaks) for row in results["rows"]), "---:")


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else "unknown"


def main():
    results = merged(sys.argv[1])
    context = results["context"]
    context["processor"] = f"{processor()}, {context['num_cpus']} cores"
    context["load average before"] = f"{context['load_avg'][0]:.1f}"
    print("\n".join(markdown(results)))


if __name__ == "__main__":
    main()
