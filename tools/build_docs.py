"""The documentation site: built with warnings as errors, then every link and picture looked up.

`python tools/build_docs.py [FOLDER]` writes it to FOLDER, docs/_build/html without one. Nothing is
asked of a network.
"""

import sys
from pathlib import Path
from time import perf_counter

from site_links import broken_links
from sphinx.cmd.build import main as sphinx

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def main() -> int:
    site = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS / "_build" / "html"
    start = perf_counter()
    doctrees = site.parent / f"{site.name}-doctrees"
    # All pages are written: each has the navigation, which a new page changes. By one process: the
    # reference imports JAX, whose threads do not survive a fork.
    options = ["--write-all", "--fail-on-warning", "--keep-going", "--quiet"]
    if sphinx([*options, "--doctree-dir", str(doctrees), str(DOCS), str(site)]):
        return 1
    broken = broken_links(site)
    for line in broken:
        print(line, file=sys.stderr)
    pages = sum(1 for _ in site.rglob("*.html"))
    print(f"{site}: {pages} pages in {perf_counter() - start:.0f} s, {len(broken)} broken links")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
