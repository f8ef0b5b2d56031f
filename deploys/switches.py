"""Switches: one of a ring at a time; on none is anything taken away before all have what they need."""

from pyinfra import local

local.include("deploys/switches-widen.py")
local.include("deploys/switches-narrow.py")
