"""`derive watch`: pages checked again when they are saved, their reports in a browser.

Three parts. A server hands out what has been made (`server`), on this machine only. A checker
(`checker`) is a process of its own, as it forks, which a program with the server's threads must
not do. The watch (`watch`) looks for files that have changed and tells the checker.
"""
