"""Showing that long work goes on, on standard error, where a person is looking."""

import sys
import time
from collections.abc import Callable

import click

from estafette.planning.budget import Progress
from estafette.planning.warm import compile_kernels


def say(line: str) -> None:
    """Print one line of progress."""
    click.echo(line, err=True)


def warm_up(say: Callable[[str], None] = say) -> None:
    """Compile or load the optimiser, so that a search's budget is spent on searching."""
    compile_kernels(say)


def search_progress() -> Callable[[Progress], bool]:
    """Give a callback that keeps one line up to date on a terminal and is silent elsewhere."""
    shown_at = [0.0]

    def show(progress: Progress) -> bool:
        now = time.monotonic()
        if sys.stderr.isatty() and now - shown_at[0] > 0.2:
            shown_at[0] = now
            line = f"planning {progress.elapsed_s:.1f} s: {_said(progress)}"
            click.echo(f"\r{line:<70}", err=True, nl=False)
        return True

    return show


def progress_lines() -> Callable[[Progress], bool]:
    """Give a callback that prints a line about every second, wherever standard error goes."""
    shown_s = [0.0]

    def show(progress: Progress) -> bool:
        if progress.elapsed_s - shown_s[0] >= 1:
            shown_s[0] = progress.elapsed_s
            say(f"{progress.elapsed_s:.0f} s, {progress.iterations} iterations: {_said(progress)}")
        return True

    return show


def _said(progress: Progress) -> str:
    least = f", none below {progress.bound}" if progress.bound else ""
    return f"{progress.left_over} left over, cost {progress.cost}{least}"


def end_progress() -> None:
    """End the line of a search."""
    if sys.stderr.isatty():
        click.echo("\r" + " " * 70 + "\r", err=True, nl=False)
