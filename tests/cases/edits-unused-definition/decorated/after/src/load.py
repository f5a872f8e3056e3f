import click

def load(path):
    return open(path).read()


@click.command()
def _reload():
    load("again")
