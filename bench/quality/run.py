"""Times the quality library against crowd-kit on the same arrays, in the same run.

    make -C bench/quality            (or: python3 bench/quality/run.py)

It makes a virtual environment in bench/.venv, installs crowd-kit 1.4.2 from the package index, simulates answers with a
fixed seed, runs each method of each side in a process of its own (fit only, data loaded), and writes
bench/results/quality.json and the table in crates/quality/README.md. Processor seconds, all threads.
KAZI_REAL_DATA adds the text benchmark (without it, ../shared/data is looked at). --quick leaves out the peer's run on ten
million rows and its two slowest methods (ours run all the same). The load of the machine stands beside each row: on a busy
one all processor times are longer, ours and the peer's.
The results are written after each row, so that an interrupted run keeps what it has.
"""

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
VENV = ROOT / "bench" / ".venv"
WORK = ROOT / "bench" / ".work"
BINARY = ROOT / "target" / "measure" / "release" / "measure"
QUICK = "--quick" in sys.argv
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

SCORE = """
import sys, numpy as np
found, truth = (np.fromfile(path, dtype='<i8') for path in sys.argv[1:3])
print((found == truth).mean())
"""


def python(script, *arguments):
    command = [VENV / "bin" / "python", "-c", script, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def ours(*arguments):
    return json.loads(subprocess.run([BINARY, *map(str, arguments)], check=True, capture_output=True, text=True).stdout)


def labels(rows, name, size, peer=True, iterations=None):
    path = WORK / f"{size}.bin"
    mine = ours(path, name, *([iterations] if iterations else []))
    row = dict(method=name, size=size, ours=mine, our_accuracy=mine["accuracy"], load=os.getloadavg()[0])
    if peer:
        expression = PEER[name]
        if iterations and name == "dawid-skene":
            expression = f"DawidSkene(n_iter={iterations}, tol=-1e9)"
        theirs = json.loads(python(PEER_SCRIPT, path, expression))
        row.update(peer=theirs, peer_accuracy=float(python(SCORE, f"{path}.peer", f"{path}.truth")))
        row["ratio"] = theirs["fit_cpu"] / mine["fit_cpu"]
    rows.append(row)
    print(json.dumps(row), flush=True)


def texts(rows):
    data = pathlib.Path(os.environ.get("KAZI_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not (data / "crowd").exists():
        return
    path = WORK / "texts.tsv"
    script = """
import sys, csv, re
with open(sys.argv[1], newline='') as source, open(sys.argv[2], 'w') as out:
    for row in csv.DictReader(source):
        out.write(f"{row['task']}\\t{row['worker']}\\t{' '.join(re.sub(r'[^\\w\\s]', '', row['text'].lower()).split())}\\n")
"""
    python(script, data / "crowd" / "text_crowdspeech_test_clean" / "texts.csv", path)
    mine, theirs = ours("texts", path), json.loads(python(PEER_SCRIPT, path, "ROVER"))
    rows.append(dict(method="rover", size="18 k texts", ours=mine, peer=theirs, ratio=theirs["fit_cpu"] / mine["fit_cpu"]))
    print(json.dumps(rows[-1]), flush=True)


def table(rows, extra):
    lines = [
        "| method | answers | ours, CPU s | crowd-kit, CPU s | ratio | accuracy, ours / theirs | peak MiB, ours / theirs |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        peer = row.get("peer")
        accuracy = f"{100 * row['our_accuracy']:.2f}" if "our_accuracy" in row else "–"
        their_accuracy = f"{100 * row['peer_accuracy']:.2f}" if "peer_accuracy" in row else "–"
        theirs = f"{peer['fit_cpu']:.2f} ({peer['iterations']} it.)" if peer else "–"
        ratio = f"{row['ratio']:.0f}" if peer else "–"
        peak = f"{row['ours']['peak_mib']:.0f} / {peer['peak_mib']:.0f}" if peer else f"{row['ours']['peak_mib']:.0f} / –"
        cost = f"{row['ours']['fit_cpu']:.3f} ({row['ours']['iterations']} it.)"
        lines.append(f"| {row['method']} | {row['size']} | {cost} | {theirs} | {ratio} | {accuracy} / {their_accuracy} | {peak} |")
    lines.append("")
    lines.append(f"One online update, ten classes: {extra['online']['microseconds']:.2f} µs.")
    return "\n".join(lines)


def main():
    prepare()
    # (name, tasks, workers): five answers a task, four classes.
    sizes = [("1 M", 200_000, 2_000), ("10 M", 2_000_000, 20_000)]
    small = ("100 k", 20_000, 200)
    for name, tasks, workers in [*sizes, small]:
        python(SIMULATE, WORK / f"{name}.bin", tasks, workers, 5, 4)
    rows, extra = [], dict(online=ours("online"), stream=ours("stream"))
    save = lambda: write(rows, extra)
    for name, iterations in [("dawid-skene", 31), ("majority", None), ("wawa", None), ("one-coin", None), ("zero-based", None), ("mace", 50)]:
        labels(rows, name, "1 M", iterations=iterations)
        save()
    for name in ["ibcc", "bwa", "auto"]:
        labels(rows, name, "1 M", peer=False)
    texts(rows)
    save()
    # The peer's GLAD and M-MSR take minutes and gigabytes at a million answers.
    for name in ["glad", "m-msr"]:
        labels(rows, name, "100 k", peer=not QUICK)
        save()
    labels(rows, "dawid-skene", "10 M", peer=False, iterations=10)
    save()
    if not QUICK:
        labels(rows, "dawid-skene", "10 M", iterations=10)
        rows.pop(-2)
        save()


def write(rows, extra):
    results = ROOT / "bench" / "results" / "quality.json"
    results.write_text(json.dumps(dict(peer="crowd-kit 1.4.2", rows=rows, **extra), indent=1) + "\n")
    readme = ROOT / "crates" / "quality" / "README.md"
    text = readme.read_text()
    start, end = "<!-- bench -->\n", "<!-- /bench -->"
    before, after = text.split(start)[0], text.split(end)[1]
    readme.write_text(before + start + table(rows, extra) + "\n" + end + after)


main()
