"""question -> passages -> evidence -> claims -> citations -> chat, REST and command line."""

__version__ = "0.1.0"
