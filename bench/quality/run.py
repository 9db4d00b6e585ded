"""Times the quality library against crowd-kit on the same arrays, in the same run.

    make -C bench/quality            (or: python3 bench/quality/run.py)

It makes a virtual environment in bench/.venv, installs crowd-kit 1.4.2 from the package index, simulates answers with a
fixed seed, runs each method of each side in a process of its own (fit only, data loaded), and writes
bench/results/quality.json and the table in crates/quality/README.md. Processor seconds, all threads.
KAZI_REAL_DATA adds the text benchmark (without it, ../shared/data is looked at). The load of the machine stands beside
each row: on a busy one all processor times are longer, ours and the peer's. A run of the peer that has not ended after
twenty minutes is ended and stated as such. The last row is `kazi aggregate` as a whole, from a CSV file of a million rows
to one of labels with probabilities, against pandas and crowd-kit doing the same; it builds the program if need be.

The results are written after each row, so that an interrupted run keeps what it has. --quick runs all of it at a tenth of
the size or less, to see that it runs: it prints the table and leaves the results as they are. --ours measures our side of
the rows that have no peer's figures yet and keeps the others. --table only writes the README's table anew from the results.
"""

import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
VENV = ROOT / "bench" / ".venv"
WORK = ROOT / "bench" / ".work"
BINARY = ROOT / "target" / "measure" / "release" / "measure"
RESULTS = ROOT / "bench" / "results" / "quality.json"
QUICK = "--quick" in sys.argv
PATIENCE = 1200
PEER = {
    "majority": "MajorityVote()",
    "wawa": "Wawa()",
    "zero-based": "ZeroBasedSkill()",
    "one-coin": "OneCoinDawidSkene()",
    "dawid-skene": "DawidSkene()",
    "mace": "MACE(n_restarts=1)",
    "glad": "GLAD()",
    "m-msr": "MMSR()",
}

PEER_SCRIPT = """
import json, resource, sys, time, warnings
warnings.filterwarnings('ignore')
import numpy as np, pandas as pd
from crowdkit.aggregation import *
path, expression = sys.argv[1:3]
if expression == 'ROVER':
    data = pd.read_csv(path, sep='\\t', header=None, names=['task', 'worker', 'text'], dtype=str, quoting=3, keep_default_na=False)
    model = ROVER(lambda text: text.split(), lambda words: ' '.join(words))
else:
    data = pd.DataFrame(np.fromfile(path, dtype='<u4').reshape(-1, 3), columns=['task', 'worker', 'label']).astype('int64')
    model = eval(expression)
start, wall = time.process_time(), time.perf_counter()
labels = model.fit_predict(data)
cpu, wall = time.process_time() - start, time.perf_counter() - wall
if expression == 'ROVER':
    with open(path + '.peer', 'w') as out:
        out.writelines(f'{task}\\t{text}\\n' for task, text in labels.items())
else:
    labels.sort_index().to_numpy().astype('<i8').tofile(path + '.peer')
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(dict(fit_cpu=cpu, fit_wall=wall, peak_mib=peak, iterations=len(getattr(model, 'loss_history_', [])))))
"""


def prepare():
    WORK.mkdir(parents=True, exist_ok=True)
    (ROOT / "bench" / "results").mkdir(parents=True, exist_ok=True)
    if not (VENV / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        # Newer releases of scikit-learn refuse crowd-kit 1.4.2's Wawa and zero-based skill.
        packages = ["crowd-kit==1.4.2", "scikit-learn<1.6"]
        subprocess.run([VENV / "bin" / "pip", "install", "--quiet", *packages], check=True)
    manifest = ROOT / "bench" / "quality" / "measure" / "Cargo.toml"
    environment = dict(os.environ, CARGO_TARGET_DIR=str(ROOT / "target" / "measure"))
    command = ["cargo", "build", "--release", "--quiet", "--manifest-path", str(manifest)]
    subprocess.run(command, check=True, env=environment)


def program():
    """The program as it is shipped; --quick takes it only where it is built already."""
    binary = ROOT / "target" / "release" / "kazi"
    if not QUICK:
        subprocess.run(["cargo", "build", "--release", "--quiet", "--bin", "kazi"], check=True, cwd=ROOT)
    return binary if binary.exists() else None


SIMULATE = """
import sys, numpy as np
path, tasks, workers, each, classes = sys.argv[1], *map(int, sys.argv[2:])
rng = np.random.default_rng(7)
truth = rng.integers(0, classes, tasks)
skill = rng.beta(6, 2, workers)
task = np.repeat(np.arange(tasks), each)
worker = rng.integers(0, workers, tasks * each)
right = rng.random(tasks * each) < skill[worker]
label = np.where(right, truth[task], rng.integers(0, classes, tasks * each))
order = rng.permutation(tasks * each)
np.stack([task, worker, label], 1)[order].astype('<u4').tofile(path)
truth.astype('<i8').tofile(path + '.truth')
"""

# The same answers as people keep them.
AS_CSV = """
import sys, numpy as np, pandas as pd
rows = np.fromfile(sys.argv[1], dtype='<u4').reshape(-1, 3)
names = np.array(['cat', 'dog', 'horse', 'none of these'])
pd.DataFrame(dict(task=np.char.add('photo ', rows[:, 0].astype(str)), worker=np.char.add('worker ', rows[:, 1].astype(str)),
    label=names[rows[:, 2]])).to_csv(sys.argv[2], index=False)
"""

# What `kazi aggregate --out --skills` does, but for the intervals, which the peer does not have.
FROM_CSV = """
import sys, warnings
warnings.filterwarnings('ignore')
import pandas as pd
from crowdkit.aggregation import DawidSkene
data = pd.read_csv(sys.argv[1], dtype=str)
model = DawidSkene()
labels = model.fit_predict(data)
pd.DataFrame(dict(label=labels, probability=model.probas_.max(axis=1))).to_csv(sys.argv[2])
skill = data.assign(right=data['label'] == data['task'].map(labels)).groupby('worker')['right'].mean()
skill.to_csv(sys.argv[3])
"""

SCORE = """
import sys, numpy as np
found, truth = (np.fromfile(path, dtype='<i8') for path in sys.argv[1:3])
print((found == truth).mean())
"""

# What the peer's MACE makes of a real crowd whose rows come in another order.
SHUFFLED = """
import sys, json, warnings
warnings.filterwarnings('ignore')
import pandas as pd
from crowdkit.aggregation import MACE
data, truth = (pd.read_csv(f'{sys.argv[1]}/{name}.csv', dtype=str) for name in ('labels', 'truth'))
truth = truth.set_index('task')['truth']
found = []
for seed in range(5):
    labels = MACE().fit_predict(data.sample(frac=1, random_state=seed)).reindex(truth.index)
    found.append(100 * (labels == truth).mean())
print(json.dumps(found))
"""


def python(script, *arguments, patience=None):
    command = [VENV / "bin" / "python", "-c", script, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=patience).stdout


def cost(command):
    """Runs a command; what it took as a whole, start included."""
    wall = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{command} ended with {status}")
    return dict(fit_cpu=usage.ru_utime + usage.ru_stime, fit_wall=time.perf_counter() - wall, peak_mib=usage.ru_maxrss / 1024)


def command(row, peer, binary):
    """The whole command against a script of the peer."""
    source = WORK / f"{row['size']}.csv"
    if not source.exists():
        python(AS_CSV, WORK / f"{row['size'].removesuffix(' rows')}.bin", source)
    out = [WORK / f"{name}.out.csv" for name in ("labels", "skills", "their-labels", "their-skills")]
    row["ours"] = cost([binary, "aggregate", source, "--method", "dawid-skene", "--out", out[0], "--skills", out[1]])
    row["load"] = os.getloadavg()[0]
    if peer:
        row["peer"] = cost([VENV / "bin" / "python", "-c", FROM_CSV, source, out[2], out[3]])
        row["ratio"] = row["peer"]["fit_cpu"] / row["ours"]["fit_cpu"]
    print(json.dumps(row), flush=True)


def ours(*arguments):
    return json.loads(subprocess.run([BINARY, *map(str, arguments)], check=True, capture_output=True, text=True).stdout)


def measure(row, peer):
    """Times our side, and the peer's right after it, so that both meet the same machine."""
    name, size, iterations = row["method"], row["size"], row["iterations"]
    path = WORK / f"{size}.bin"
    row["ours"] = ours(path, name, *([iterations] if iterations else []))
    row.update(our_accuracy=row["ours"]["accuracy"], load=os.getloadavg()[0])
    if peer:
        expression = PEER[name]
        if iterations and name == "dawid-skene":
            expression = f"DawidSkene(n_iter={iterations}, tol=-1e9)"
        try:
            theirs = json.loads(python(PEER_SCRIPT, path, expression, patience=PATIENCE))
        except subprocess.TimeoutExpired:
            row["peer_gave_up"] = PATIENCE
            print(json.dumps(row), flush=True)
            return
        row.update(peer=theirs, peer_accuracy=float(python(SCORE, f"{path}.peer", f"{path}.truth")))
        row["ratio"] = theirs["fit_cpu"] / row["ours"]["fit_cpu"]
    print(json.dumps(row), flush=True)


def crowds():
    data = pathlib.Path(os.environ.get("KAZI_REAL_DATA", ROOT.parent / "shared" / "data")) / "crowd"
    return data if data.exists() else None


def texts(row, peer):
    path = WORK / "texts.tsv"
    script = """
import sys, csv, re
with open(sys.argv[1], newline='') as source, open(sys.argv[2], 'w') as out:
    for row in csv.DictReader(source):
        words = re.sub('[^a-z0-9_\\s]', '', row['text'].lower()).split()
        out.write('\\t'.join([row['task'], row['worker'], ' '.join(words)]) + chr(10))
"""
    python(script, crowds() / "text_crowdspeech_test_clean" / "texts.csv", path)
    row.update(ours=ours("texts", path), load=os.getloadavg()[0])
    if peer:
        row["peer"] = json.loads(python(PEER_SCRIPT, path, "ROVER"))
        row["ratio"] = row["peer"]["fit_cpu"] / row["ours"]["fit_cpu"]
    print(json.dumps(row), flush=True)


def cell(side, digits):
    iterations = f" ({side['iterations']} it.)" if "iterations" in side else ""
    return f"{side['fit_cpu']:.{digits}f}{iterations}"


def table(rows, extra):
    lines = [
        "| method | answers | ours, CPU s | crowd-kit, CPU s | ratio | accuracy, ours / theirs | peak MiB, ours / theirs |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        peer = row.get("peer")
        accuracy = f"{100 * row['our_accuracy']:.2f}" if "our_accuracy" in row else "–"
        their_accuracy = f"{100 * row['peer_accuracy']:.2f}" if "peer_accuracy" in row else "–"
        theirs = cell(peer, 2) if peer else f"over {row['peer_gave_up']}" if "peer_gave_up" in row else "–"
        ratio = f"{row['ratio']:.0f}" if peer else "–"
        peak = f"{row['ours']['peak_mib']:.0f} / {peer['peak_mib']:.0f}" if peer else f"{row['ours']['peak_mib']:.0f} / –"
        lines.append(f"| {row['method']} | {row['size']} | {cell(row['ours'], 3)} | {theirs} | {ratio} | {accuracy} / {their_accuracy} | {peak} |")
    lines.append("")
    lines.append(f"One online update, ten classes: {extra['online']['microseconds']:.2f} µs.")
    lines.append("")
    shuffled = extra.get("peer_mace_on_dog_shuffled")
    if shuffled:
        lines += [f"crowd-kit's MACE on `dog`, five orders of the rows: {min(shuffled):.2f} to {max(shuffled):.2f} %.", ""]
    lines += bandwidth(rows, extra)
    return "\n".join(lines)


def bandwidth(rows, extra):
    """How near a Dawid-Skene iteration comes to the memory's bandwidth."""
    lines = []
    stream = extra["stream"]["bytes_per_second"] / 1e9
    for row in rows:
        if row["method"] != "dawid-skene":
            continue
        answers, tasks = SIZES[row["size"]][0] * 5, SIZES[row["size"]][0]
        each = row["ours"]["fit_cpu"] / row["ours"]["iterations"]
        read = 4 * (answers + tasks) / 1e9
        lines.append(
            f"Dawid–Skene at {row['size']}: {1000 * each:.1f} ms an iteration (start and end included), {1e9 * each / answers:.1f} ns an "
            f"answer; it reads {1000 * read:.1f} MB in order, that is {read / each:.1f} GB/s, where the same core reads "
            f"{stream:.1f} GB/s (load of the machine: {row['load']:.0f})."
        )
    return lines


# Tasks and workers; five answers a task, four classes.
SIZES = {"10 k": (2_000, 50), "100 k": (20_000, 200), "1 M": (200_000, 2_000), "10 M": (2_000_000, 20_000)}
# Method, size, iterations. The peer's GLAD and M-MSR take minutes and gigabytes at a million answers; it has no iBCC, EBCC
# and BWA.
PLAN = [
    ("majority", "1 M", None),
    ("wawa", "1 M", None),
    ("one-coin", "1 M", None),
    ("dawid-skene", "1 M", 31),
    ("zero-based", "1 M", None),
    ("mace", "1 M", 50),
    ("ibcc", "1 M", None),
    ("ebcc", "100 k", None),
    ("bwa", "1 M", None),
    ("glad", "10 k", None),
    ("glad", "100 k", None),
    ("m-msr", "10 k", None),
    ("m-msr", "100 k", None),
    ("dawid-skene", "10 M", 10),
]
if QUICK:
    SIZES = {size: SIZES[size] for size in ("10 k", "100 k")}
    SLOW = ("glad", "m-msr")
    small = [(name, "10 k" if name in SLOW else "100 k", iterations) for name, _, iterations in PLAN]
    PLAN = list(dict.fromkeys(small))


def main():
    if "--table" in sys.argv:
        results = json.loads(RESULTS.read_text())
        write(results.pop("rows"), results)
        return
    prepare()
    for size, (tasks, workers) in SIZES.items():
        python(SIMULATE, WORK / f"{size}.bin", tasks, workers, 5, 4)
    for stale in WORK.glob("*.csv"):
        stale.unlink()
    extra = dict(peer="crowd-kit 1.4.2", online=ours("online"), stream=ours("stream"))
    rows = [dict(method=name, size=size, iterations=iterations) for name, size, iterations in PLAN]
    if crowds():
        rows.append(dict(method="rover", size="18 k texts", iterations=None))
    binary = program()
    if binary:
        rows.append(dict(method="`kazi aggregate`", size="100 k rows" if QUICK else "1 M rows", iterations=None))

    def run(row, peer):
        if row["method"] == "rover":
            texts(row, peer)
        elif row["method"] == "`kazi aggregate`":
            command(row, peer, binary)
        else:
            measure(row, peer and row["method"] in PEER)

    if "--ours" in sys.argv:
        kept = {(row["method"], row["size"]): row for row in json.loads(RESULTS.read_text())["rows"] if "peer" in row}
        rows = [kept.get((row["method"], row["size"]), row) for row in rows]
        for row in rows:
            if "peer" not in row:
                run(row, False)
        write(rows, extra)
        return
    # Our side first, so that an interrupted run has all of it; then each with its peer.
    for peer in [False, True]:
        for row in rows:
            run(row, peer)
            if peer:
                write(rows, extra)
        write(rows, extra)
    if crowds():
        extra["peer_mace_on_dog_shuffled"] = json.loads(python(SHUFFLED, crowds() / "dog"))
        write(rows, extra)
    if QUICK:
        print(table(rows, extra))


def write(rows, extra):
    if QUICK:
        return
    RESULTS.write_text(json.dumps(dict(**extra, rows=rows), indent=1, ensure_ascii=False) + "\n")
    readme = ROOT / "crates" / "quality" / "README.md"
    text = readme.read_text()
    start, end = "<!-- bench -->\n", "<!-- /bench -->"
    before, after = text.split(start)[0], text.split(end)[1]
    readme.write_text(before + start + table(rows, extra) + "\n" + end + after)


main()
