"""Put a copy of the column dictionary into the wheel; its only source is seeds/README.md."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithColumns(build_py):
    """Build the modules and copy what explains the columns of tables."""

    def run(self):
        """Build, then copy. An editable install has seeds/ beside it and needs no copy."""
        super().run()
        if not self.editable_mode:
            package = Path(self.build_lib) / "standoff" / "exchange"
            self.copy_file("seeds/README.md", str(package / "columns.md"))


setup(cmdclass={"build_py": WithColumns})
