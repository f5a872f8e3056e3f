def send(letter):
    return letter.text
