package parts

// First is the first.
func First() int {
	return 1
}

// Part0 adds.
func Part0(one, two int) int {
	return one+two+0
}

// Part1 adds.
func Part1(one, two int) int {
	return one+two+1
}

// Part2 adds.
func Part2(one, two int) int {
	return one+two+2
}

// Part3 adds.
func Part3(one, two int) int {
	return one+two+3
}

// Part4 adds.
func Part4(one, two int) int {
	return one+two+4
}

// Part5 adds.
func Part5(one, two int) int {
	return one+two+5
}

// Part6 adds.
func Part6(one, two int) int {
	return one+two+6
}

// Part7 adds.
func Part7(one, two int) int {
	return one+two+7
}

// Part8 adds.
func Part8(one, two int) int {
	return one+two+8
}

// Part9 adds.
func Part9(one, two int) int {
	return one+two+9
}

// Part10 adds.
func Part10(one, two int) int {
	return one+two+10
}

// Part11 adds.
func Part11(one, two int) int {
	return one+two+11
}

// Part12 adds.
func Part12(one, two int) int {
	return one+two+12
}

// Part13 adds.
func Part13(one, two int) int {
	return one+two+13
}
