"""The cheapest plan as a mixed-integer program, solved by HiGHS: for volume tiers picked by the residual (R12)."""

from dataclasses import dataclass

import highspy


@dataclass(frozen=True)
class Program:
    """Months of calls after the free grants; tiers (lower edge, price); packs (units, price) that cover `life` months
    from their purchase on; the price of a month's capacity, or None."""

    demand: tuple[int, ...]
    tiers: tuple[tuple[int, float], ...]
    packs: tuple[tuple[int, float], ...]
    life: int
    capacity: tuple[float | None, ...] = ()
    calls_allowed: tuple[bool, ...] = ()


@dataclass
class Solution:
    cost: float
    bound: float
    packs: list[list[int]]  # by month and pack
    capacity: list[bool]
    seconds: float
    optimal: bool


def solve(program: Program, seconds: float = 60.0) -> Solution:
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 1e-4)
    counts, by_capacity = build(solver, program)
    solver.run()
    values = list(solver.getSolution().col_value)
    info = solver.getInfo()
    return Solution(
        cost=info.objective_function_value,
        bound=info.mip_dual_bound,
        packs=[[round(values[count.index]) for count in month] for month in counts],
        capacity=[variable is not None and round(values[variable.index]) == 1 for variable in by_capacity],
        seconds=solver.getRunTime(),
        optimal=solver.getModelStatus() == highspy.HighsModelStatus.kOptimal,
    )


def build(solver, program):
    """draw[s][t]: units of packs bought in month s that month t draws. Deduction is forced: a month with a residual has
    drawn all that is left, so either the residual is 0 or every pack in force is used up."""
    months = range(len(program.demand))
    lives = {(s, t) for s in months for t in months if s <= t < s + program.life}
    total = sum(program.demand)
    counts = [[solver.addIntegral(obj=price, ub=total // units + 1) for units, price in program.packs] for _ in months]
    draw = {pair: solver.addVariable(lb=0, ub=program.demand[pair[1]]) for pair in lives}
    by_capacity = []
    for t in months:
        price = program.capacity[t] if program.capacity else None
        demand = program.demand[t]
        forced = bool(program.calls_allowed) and not program.calls_allowed[t]
        mode = solver.addBinary(obj=price) if price is not None else None
        by_capacity.append(mode)
        if mode is not None and forced:
            solver.addConstr(mode == 1)
        needed = demand - demand * mode if mode is not None else demand
        drawn = sum((draw[s, t] for s in months if (s, t) in lives), solver.expr())
        empty = add_residual(solver, program, t, needed - drawn)
        for s in months:
            if (s, t) in lives:
                bought = sum(units * count for (units, _), count in zip(program.packs, counts[s], strict=True))
                before = sum((draw[s, u] for u in months if (s, u) in lives and u <= t), solver.expr())
                bound = program_bound(program, s)
                solver.addConstr(bought - before >= 0)
                solver.addConstr(bought - before + bound * empty <= bound)
    return counts, by_capacity


def program_bound(program, s):
    """More units than this are never bought in a month: the largest pack beyond all demand to come."""
    return sum(program.demand[s : s + program.life]) + max((units for units, _ in program.packs), default=0)


def add_residual(solver, program, t, residual):
    """One tier at most is reached; answers the binary that says that there is a residual."""
    demand = program.demand[t]
    chosen = solver.expr()
    parts = solver.expr()
    edges = [edge for edge, _ in program.tiers] + [None]
    for (edge, price), end in zip(program.tiers, edges[1:], strict=True):
        low, high = max(edge, 1), demand if end is None else min(end - 1, demand)
        if low <= high:
            reached = solver.addBinary()
            part = solver.addVariable(lb=0, ub=high, obj=price)
            solver.addConstr(part - low * reached >= 0)
            solver.addConstr(part - high * reached <= 0)
            chosen += reached
            parts += part
    solver.addConstr(residual - parts == 0)
    empty = solver.addBinary()
    solver.addConstr(chosen - empty == 0)
    return empty
