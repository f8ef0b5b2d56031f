"""``iccc``: the commands, and the one place where errors become a message and an exit code."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from iccc.cli.common import Exit, talk
from iccc.errors import DeclarationError, DeviceError, IcccError

COMMANDS = (
    "check",
    "schema",
    "catalogue",
    "plan",
    "deploy",
    "drift",
    "watch",
    "verify",
    "channels",
    "evidence",
    "size",
    "bom",
    "map",
    "survey",
    "bom-diff",
    "bom-lint",
    "whatif",
    "report",
    "explain",
    "stage",
    "replace",
    "camera",
    "callbox",
    "rotate",
    "onvif",
    "adopt",
    "discover",
    "lab",
    "enrol",
    "secret",
)


class Commands(click.Group):
    """Loads the module of a command when it is asked for, so that a planner's install needs no engine."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"iccc.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click does, with whole sentences: cut ones do not tell what a command is for."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(200)) for name, command in commands if command])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", count=True, help="More talk on stderr; -vvv shows the libraries' too.")
@click.version_option(package_name="iccc")
def cli(verbose: int) -> None:
    """Declare a city's CCTV stack once; provision, verify and count it from the same YAML."""
    from iccc.log import set_up

    set_up(verbose)


def main() -> None:
    """Entry point of ``iccc``."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as exit_:
        code = exit_.exit_code
    except click.ClickException as error:
        error.show()
        code = Exit.ERROR
    except (click.Abort, KeyboardInterrupt):
        talk.print("stopped; what was done is kept, the same command goes on from there")
        code = 130
    except DeclarationError as error:
        talk.print("\n".join(map(str, error.mistakes)))
        count = len(error.mistakes)
        rest = f"; the rest is judged when {' and '.join(error.unread)} can be read" if error.unread else ""
        talk.print(f"{count} mistake{'s' * (count != 1)}{rest}")
        code = Exit.ERROR
    except (IcccError, DeviceError) as error:
        talk.print(f"error: {error}")
        code = Exit.ERROR
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] == "iccc":
            raise
        talk.print(f"error: this command needs {error.name}: pip install 'iccc[engine]'")
        code = Exit.ERROR
    sys.exit(int(code or 0))
