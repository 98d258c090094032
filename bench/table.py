"""Joins the results of one run of the benchmarks into Markdown tables on standard output.

  table.py DIRECTORY    holds tubal_*.json (Google Benchmark) and peer_*.json (peers/rows.py);
                        results.json, which joins them, is left there for compare and roofline.py
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
            row |= {key: entry[key] for key in ("trials", "operator", "resident") if key in entry}
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


def fastest_time(row, tubal):
    """{"seconds", "noise"}, of tubal or of its peers"""
    times = [time for by, time in row["times"].items()
             if by.startswith("tubal") == tubal and "seconds" in time]
    return min(times, key=lambda time: time["seconds"], default=None)


def fastest(row, tubal):
    time = fastest_time(row, tubal)
    return time["seconds"] if time else None


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
    yield f"{target(row):g}" if target(row) else ""


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
                      *with_noise(ways[len(own):]), "ratio", "target"],
                     (cells(row, ways, peaks) for row in results["rows"]
                      if "resident" not in row and not saving_of(row)), "---:")


def saving_of(row):
    """"saving, Gram form, on n=10 k=4" -> ("Gram form", "n=10 k=4", "on"); None of other rows"""
    found = re.fullmatch("saving, (.*), (on|off) (.*)", row["name"])
    return (found[1], found[3], found[2]) if found else None


def savings(rows):
    """Pairs of rows, with a saving and without it."""
    ways = {saving_of(row): row for row in rows if saving_of(row)}
    for (name, size, way), row in ways.items():
        plain = ways.get((name, size, "off"))
        if way == "on" and plain:
            times = [fastest_time(each, True) for each in (row, plain)]
            yield (name, size,
                   *(cell for time in times
                     for cell in (duration(time["seconds"]), f"{time['noise']:.1%}")),
                   f"{times[1]['seconds'] / times[0]['seconds']:.2f}")


def sizes_of(row):
    """"svd n=8 k=4" -> {"n": 8, "k": 4}"""
    return {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", row["name"])}


# What a row is to reach, as a multiple of the fastest peer's speed: what its name begins with, and
# for which sizes.
TARGETS = [
    ("tproduct", lambda s: s["n"] <= 128, 1.5),
    ("tproduct", lambda s: s["n"] >= 512, 1.1),
    ("svd", lambda s: True, 1.8),
    ("step", lambda s: 4 * s.get("m", 0) * s["n"]**2 * s.get("k", 0) > 64e6, 3.5),
    ("recovery, errors", lambda s: s == {"n": 10, "k": 4, "r": 3, "m": 285, "R": 200}, 40),
    ("ensemble, errors", lambda s: True, 40),
]


def target(row):
    return next((ratio for name, holds, ratio in TARGETS
                 if row["name"].startswith(name + " ") and holds(sizes_of(row))), None)


def ratio(row):
    own, other = fastest(row, True), fastest(row, False)
    return other / own if other else None


def misses(rows):
    """Rows slower than their target, or than a peer."""
    for row in rows:
        reached, wanted = ratio(row), target(row)
        if reached and reached < (wanted or 1):
            yield row["name"], f"{reached:.2f}", f"{wanted:g}" if wanted else "1"


def spread_over_columns(rows):
    """How the time of a recovery depends on R alone: smallest and largest time."""
    groups = {}
    for row in rows:
        name, _, columns = row["name"].rpartition(" R=")
        if row["name"].startswith("recovery, steps"):
            groups.setdefault(name, []).append((fastest(row, True), columns))
    for name, times in groups.items():
        if len(times) > 1:
            yield (name, ", ".join(columns for _, columns in times),
                   f"{max(times)[0] / min(times)[0] - 1:.1%}")


def memory(rows):
    for row in rows:
        if "resident" in row:
            yield (row["name"], f"{row['operator'] / 1e6:.4g} MB", f"{row['resident'] / 1e6:.4g} MB",
                   f"{row['resident'] / row['operator'] - 1:.1%}")


def section(title, header, lines):
    """Nothing when there are no lines."""
    lines = list(lines)
    if lines:
        yield from ("", f"## {title}", "")
        yield from table(header, lines)


def savings_section(results):
    yield from section("What each saving is worth",
                       ("saving", "size", "on", "noise", "off", "noise", "times faster"),
                       savings(results["rows"]))


def more_tables(results):
    rows = results["rows"]
    yield from section("Rows that miss their target", ("row", "ratio", "target"), misses(rows))
    yield from savings_section(results)
    yield from section("Cost against R", ("rows", "R", "slowest over fastest"),
                       spread_over_columns(rows))
    yield from section("Memory of a recovery", ("row", "operator", "peak resident size", "more"),
                       memory(rows))


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else "unknown"


def main():
    results = merged(sys.argv[1])
    context = results["context"]
    context["processor"] = f"{processor()}, {context['num_cpus']} cores"
    context["load average before"] = f"{context['load_avg'][0]:.1f}"
    with open(pathlib.Path(sys.argv[1]) / "results.json", "w") as out:
        json.dump(results, out, indent=1)
        out.write("\n")
    print("\n".join((*markdown(results), *more_tables(results))))


if __name__ == "__main__":
    main()
