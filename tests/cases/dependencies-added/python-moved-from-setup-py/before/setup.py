from setuptools import setup

setup(
    name="shop",
    install_requires=["click>=8", "Python_Dateutil"],
)
