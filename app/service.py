"""The one door to Footnote: every face (chat, REST, command line) calls this and nothing behind it."""
