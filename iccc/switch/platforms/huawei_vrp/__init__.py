"""Huawei campus switches under VRP V200R (S5700, S5720): existing sites only."""

from iccc.switch.platforms.huawei_vrp.platform import PLATFORM

__all__ = ["PLATFORM"]
