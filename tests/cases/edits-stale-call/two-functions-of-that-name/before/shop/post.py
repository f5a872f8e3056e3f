def send(letter):
    return letter
