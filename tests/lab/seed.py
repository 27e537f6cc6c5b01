"""Cells that make runs, the same ones every time."""

LOADED = "%load_ext shelduck\nimport shelduck"

SWEEP = """
import math, random
chance = random.Random(7)
shelduck.set_experiment("nyc-taxi")
for i in range({runs}):
    depth, rate = chance.randint(3, 30), round(10 ** chance.uniform(-3, 0), 4)
    model = chance.choice(["xgboost", "lasso", "forest"])
    with shelduck.start_run(run_name=f"{{model}}-{{i:02}}"):
        shelduck.log_params({{"max_depth": depth, "learning_rate": rate, "model": model}})
        shelduck.log_param("seed", 42)
        best = 6 + abs(depth - 15) / 10 + abs(math.log10(rate) + 1.5) / 3
        for step in range(20):
            shelduck.log_metric("rmse", best + 3 / (step + 1), step=step)
        shelduck.log_metric("r2", 1 - best / 10)
        shelduck.set_tag("developer", chance.choice(["ann", "bob"]))
"""


def sweep(runs: int = 40) -> str:
    """A cell that logs runs of a search: 4 params, of which one is the same in all, 2 metrics."""
    return SWEEP.format(runs=runs)
