//! SQL on SQLite and PostgreSQL, migrations, leases, cache. The only crate that knows a database driver.
