"""The whole city, in order: what the cameras hang on first."""

from pyinfra import local

local.include("deploys/switches.py")
local.include("deploys/recorders.py")
local.include("deploys/cameras.py")
