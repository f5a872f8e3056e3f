from half.parts import part

print(part())
