"""`python patient_learn.py …` is `asyncdemo …` that plays a lesson until the machine has had time for it: whoever is at
one is told after the third time that it has none."""

from asyncdemo.cli import main
from asyncdemo.features.learn import trials

TIMES = 1000

if __name__ == "__main__":
    trials.TRIES = TIMES
    main()
