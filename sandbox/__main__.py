"""python -m sandbox serve | write | env: the make-believe vendors, or the world as files."""

import argparse
import json
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

from sandbox.control import parse_moment
from sandbox.server import environment, serve
from sandbox.state import Sandbox
from sandbox.world import WORLD_AS_OF, World, make_world


def parser() -> argparse.ArgumentParser:
    """The command line."""
    root = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = root.add_subparsers(dest="command", required=True)
    world = argparse.ArgumentParser(add_help=False)
    world.add_argument("--seed", type=int, default=7, help="another seed is another world (default: 7)")
    world.add_argument("--size", default="S", choices=["S", "M", "L"], help="how many people (default: S)")
    world.add_argument(
        "--as-of", type=date.fromisoformat, default=WORLD_AS_OF, help="the day on which history ends"
    )

    server = commands.add_parser("serve", parents=[world], help="answer as the vendors do")
    server.add_argument("--host", default="127.0.0.1")
    server.add_argument("--port", type=int, default=0, help="0 (default) takes a free one")
    server.add_argument(
        "--clock", type=parse_moment, help="the moment to answer at (default: 00:00 UTC of --as-of)"
    )
    server.add_argument("--port-file", type=Path, help="written with the port once it listens")
    server.add_argument("--env-file", type=Path, help="written with the pipeline's variables, as JSON")
    server.add_argument(
        "--search-ceiling", type=int, default=10_000, help="most results of one HubSpot search"
    )
    server.add_argument(
        "--association-page", type=int, default=100, help="associations of one object on a page"
    )

    writer = commands.add_parser("write", parents=[world], help="write what no vendor carries as files")
    writer.add_argument("--folder", type=Path, required=True, help="for the entities, one folder each")
    writer.add_argument("--seeds-folder", type=Path, help="for this company's rates, exclusions and targets")
    writer.add_argument(
        "--clock", type=parse_moment, help="the moment to write at (default: 00:00 UTC of --as-of)"
    )
    writer.add_argument("--everything", action="store_true", help="every entity, also what vendors carry")
    writer.add_argument("--format", default="parquet", choices=["parquet", "csv", "jsonl"])

    variables = commands.add_parser("env", parents=[world], help="print the pipeline's variables as JSON")
    variables.add_argument("--base-url", required=True, help="what serve printed")
    return root


def write(world: World, options: argparse.Namespace) -> None:
    """Write the world's files as they are at the clock."""
    # Here, because serving needs no files and starts sooner without.
    from sandbox.files import ALL_ENTITIES, FILE_ENTITIES, write_files, write_seeds

    entities = ALL_ENTITIES if options.everything else FILE_ENTITIES
    write_files(world, options.folder, entities, options.format)
    if options.seeds_folder:
        write_seeds(world, options.seeds_folder)


def main(arguments: list[str] | None = None) -> None:
    """Run one command."""
    options = parser().parse_args(arguments)
    world = make_world(options.seed, options.as_of, options.size)
    if options.command == "env":
        sys.stdout.write(json.dumps(environment(options.base_url.rstrip("/"), world), indent=2) + "\n")
        return
    now = options.clock or datetime.combine(options.as_of, time(), UTC)
    if options.command == "write":
        write(world.at(now), options)
    else:
        sandbox = Sandbox(world, now, options.search_ceiling, options.association_page)
        serve(sandbox, options.host, options.port, options.port_file, options.env_file)


if __name__ == "__main__":
    main()
