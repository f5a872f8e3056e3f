; Go has no assertion of its own: calls of `t.Error` behind a condition are found by their names
