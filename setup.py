"""The wheel carries a copy of the collection's codebook and of what its columns mean, so that
projects find them elsewhere; the one source is seeds/."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithCodebook(build_py):
    """Modules as ever, and beside them what projects are made from."""

    def run(self):
        """Build, then copy; an editable install has seeds/ beside it and needs no copy."""
        super().run()
        if not self.editable_mode:
            standard = Path(self.build_lib) / "standoff" / "standard"
            standard.mkdir(parents=True, exist_ok=True)
            for name in ("codebook.toml", "README.md"):
                self.copy_file(f"seeds/{name}", str(standard / name))


setup(cmdclass={"build_py": WithCodebook})
