"""The whole city, in order: what the cameras hang on first.

Channels of recorders are a run of their own after this one, deploys/recorder-channels.py: pyinfra would put them before
the cameras' users, whose turn is later in a longer file.
"""

from pyinfra import local

local.include("deploys/switches.py")
local.include("deploys/servers.py")
local.include("deploys/recorders.py")
local.include("deploys/cameras.py")
