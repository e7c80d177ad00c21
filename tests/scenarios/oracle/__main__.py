"""CPython's traces of programs: a program on each line of standard input, its trace on a line of standard output.

    python3.15 tests/scenarios/oracle < programs.jsonl > traces.jsonl

A trace is a JSON array of lines, or {"none": reason} where CPython has none to give: it recurses to death, or, in
a program for real time ("real"), two timers are due at one time. In the npm package pyodide, answer.py is called (pyodide.mjs). The contract is CPython 3.15.2.
"""

import os
import sys

from answer import answer

for program in sys.stdin:
    print(answer(program), flush=True)
os._exit(0)  # without collecting
