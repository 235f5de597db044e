"""Put a copy of the standard codebook and of the column dictionary into the wheel.

Projects outside the repository find them there; their only source is seeds/.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithCodebook(build_py):
    """Build the modules and copy what new projects are made from."""

    def run(self):
        """Build, then copy. An editable install has seeds/ beside it and needs no copy."""
        super().run()
        if not self.editable_mode:
            standard = Path(self.build_lib) / "standoff" / "standard"
            standard.mkdir(parents=True, exist_ok=True)
            for name in ("codebook.toml", "README.md"):
                self.copy_file(f"seeds/{name}", str(standard / name))


setup(cmdclass={"build_py": WithCodebook})
