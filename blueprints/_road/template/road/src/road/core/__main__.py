"""Says whether `brief.yaml` and `project.yaml` are right, with the line of each mistake: `python -m road.core`."""

import sys
from pathlib import Path

from road.core.brief import read_brief
from road.core.errors import UserError
from road.core.project import read_project


def main() -> int:
    """Give 2 where one of them is wrong, else 0."""
    wrong = []
    for read, name in ((read_brief, "brief.yaml"), (read_project, "project.yaml")):
        try:
            read(Path(name))
        except UserError as error:
            wrong.append(str(error))
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    return 2 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
