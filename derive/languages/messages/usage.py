"""What is said of wrong usage: by click, and by derive where click asks it.

Several versions of click are in use, and say the same thing in different words.
"""

from __future__ import annotations

__all__ = ["USAGE"]

USAGE = (
    "Error: {problem:said}",
    "Try '{command:text}' for help.",
    "No such option '{name:text}'.",
    "No such option '{name:text}'. Did you mean '{other:text}'?",
    "No such option '{name:text}'. (Did you mean one of: {others:text}?)",
    "No such option: {name:text}",
    "No such option: {name:text} Did you mean {other:text}?",
    "No such option: {name:text} (Possible options: {others:text})",
    "No such command '{name:text}'.",
    "No such command '{name:text}'. Did you mean '{other:text}'?",
    "No such command '{name:text}'. (Did you mean one of: {others:text}?)",
    "Missing command.",
    "Missing argument '{name:text}'.",
    "Missing option '{name:text}'.",
    "Got unexpected extra argument ({arguments:text})",
    "Got unexpected extra arguments ({arguments:text})",
    "Option '{name:text}' requires an argument.",
    "Option '{name:text}' does not take a value.",
    "Invalid value: {problem:said}",
    "Invalid value for {name:text}: {problem:said}",
    "{value:quoted} is not one of {choices:text}.",
    "{value:quoted} is not a valid integer range.",
    "{value:quoted} is not a valid float range.",
    "{value:quoted} is not in the range {range:text}.",
    "Path {name:quoted} does not exist.",
    "Path {name:quoted} is not readable.",
    "File {name:quoted} is a directory.",
    "File {name:quoted} is not readable.",
    "Directory {name:quoted} is a file.",
    "Directory {name:quoted} is not readable.",
    "choose from {choices:text}",
    "{words:text}: choose from {choices:text}",
    "{words:text}: choose from {choices:text}; did you mean {name}?",
    "{size:text}: write n=100",
    "a time limit of {seconds} s",
    "a memory limit of {megabytes} MB",
    "--write-baseline: which file? Say it with --baseline.",
    "no catalogue page is called {name}; did you mean {other}?",
    "no catalogue page is called {name}; `derive list` shows them",
    "no relation is stated: {formula:math}",
    "not a definition that can be used: {formula:math}",
    "not a given that can be used: {formula:math}",
    "the size {name} = {size} is below 1",
    "the formula has no size {name}: it has none",
    "the formula has no size {name}: those it has are {names:text}",
)
