"""What the documentation site adds to Sphinx; each file is one idea."""
