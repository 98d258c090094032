"""What a row is and how it is timed; the definitions that rows are checked against."""
import statistics


def reversed_tube(k):
    return [-l % k for l in range(k)]


def tproduct_by_definition(lib, a, b):
    k = a.shape[0]
    return lib.stack([sum(a[s] @ b[(l - s) % k] for s in range(k)) for l in range(k)])


def transpose(a):
    return a[reversed_tube(a.shape[0])].swapaxes(1, 2)


def conjugate(spectrum):
    return spectrum.conj().swapaxes(1, 2)


class Case:
    """`run` is `start`, then `advance` as often as `iterations` says; a graph holds one `advance`."""
    iterations = 1
    times = 1  # what is timed stands for so many
    bound = 1e-12  # of the error
    capturable = True

    def __init__(self, lib):
        self.lib = lib

    def start(self):
        pass

    def relative(self, found, wanted):
        return float(self.lib.norm(found - wanted) / self.lib.norm(wanted))


def runner(case, way):
    """What is timed: the whole of the case, its repeated part as a graph when `way` says so."""
    advance = case.lib.captured(case.advance) if way else case.advance

    def run():
        case.start()
        for _ in range(case.iterations):
            advance()
    return run


def measure(case, way, error, seconds, repetitions=5):
    """Median and relative spread of the mean time of a call over some repetitions."""
    run, lib = runner(case, way), case.lib
    lib.seconds(run, 1)
    calls = max(1, int(seconds / lib.seconds(run, 1)))
    means = [case.times * lib.seconds(run, calls) / calls for _ in range(repetitions)]
    return {"name": case.name, "by": lib.name + way, "seconds": statistics.median(means),
            "error": error, "noise": statistics.stdev(means) / statistics.mean(means)}


def measure_all(case, seconds):
    error = case.error()
    if not error < case.bound:
        raise SystemExit(f"{case.lib.name}: {case.name}: wrong result, error {error}")
    return [measure(case, way, error, seconds) for way in case.lib.ways if not way or case.capturable]
