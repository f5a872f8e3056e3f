package totals

func Total(prices []int) int {
	sum := 0
	for _, price := range prices {
		sum = sum + price
	}
	return sum
}
