//! Which packages do pyproject.toml and requirements files name?
