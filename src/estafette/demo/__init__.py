"""A made-up service day around Geneva; pure, seeded, without a real person in it."""

from estafette.demo.day import DemoDay, invented_day

__all__ = ["DemoDay", "invented_day"]
