"""Orders of the shop."""

import subprocess

RATE = 3


def total(order):
    return order.net * RATE


def picture(name):
    subprocess.run(f"convert {name} out.png", shell=True, check=True)
