//! Reading a URL: source hosts, archives, git, through the one guarded HTTP client.
